// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * The skbcheck module: /dev/skbcheck takes one whole request per write() and gives its whole reply
 * to the next read(). The only user is the init program of the VM, one request at a time.
 */
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/fs.h>
#include <linux/kdebug.h>
#include <linux/notifier.h>
#include <linux/panic_notifier.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <asm/irq_regs.h>
#include <asm/nmi.h>
#include "core/place.h"
#include "exec/exec.h"
#include "link/link.h"
#include "splat/splat.h"

#define HEADER_WORDS 1
#define BUFFER_WORDS (SKBCHECK_BUFFER_BYTES / sizeof(u32))

static u32 *request;
static u32 *reply;
static size_t reply_bytes;

static int echo(u32 payload_bytes)
{
	memcpy(reply + HEADER_WORDS, request + HEADER_WORDS, payload_bytes);
	return payload_bytes;
}

static int splats(void)
{
	u32 *out = reply + HEADER_WORDS;

	out[0] = skbcheck_splat_count();
	out[1] = skbcheck_splat_take((char *)(out + 2),
				     SKBCHECK_BUFFER_BYTES - (HEADER_WORDS + 2) * sizeof(u32));
	return 2 * sizeof(u32) + out[1];
}

/*
 * Counts the free pages of the per-CPU lists. si_meminfo() leaves them out, and since 6.7 these lists hold megabytes.
 */
static unsigned long pages_on_cpu_lists(void)
{
	unsigned long pages = 0;
	int node, zone, cpu;

	for_each_online_node(node) {
		for (zone = 0; zone < MAX_NR_ZONES; zone++) {
			struct per_cpu_pages __percpu *lists = NODE_DATA(node)->node_zones[zone].per_cpu_pageset;

			for_each_online_cpu(cpu)
				pages += lists ? per_cpu_ptr(lists, cpu)->count : 0;
		}
	}
	return pages;
}

static int mem_info(u32 *out)
{
	struct sysinfo info;
	u64 bytes;

	si_meminfo(&info);
	bytes = (u64)(info.totalram - info.freeram - pages_on_cpu_lists()) * info.mem_unit;
	out[0] = lower_32_bits(bytes);
	out[1] = upper_32_bits(bytes);
	return 2;
}

/* A handler returns the bytes of its payload, or a negative errno. */
static int dispatch(u32 payload_bytes)
{
	const u32 *in = request + HEADER_WORDS;
	u32 *out = reply + HEADER_WORDS;
	u32 in_words = payload_bytes / sizeof(u32);
	u32 out_words = BUFFER_WORDS - HEADER_WORDS;
	int words;

	switch (request[0]) {
	case SKBCHECK_HELLO:
		words = skbcheck_hello_words(out, out_words);
		break;
	case SKBCHECK_ECHO:
		return echo(payload_bytes);
	case SKBCHECK_EXEC:
		words = skbcheck_exec(in, in_words, out, out_words);
		break;
	case SKBCHECK_SPLATS:
		return splats();
	case SKBCHECK_CRASH_TEST:
		words = skbcheck_crash_test(in, in_words, out, out_words);
		break;
	case SKBCHECK_MEM_INFO:
		words = mem_info(out);
		break;
	default:
		return -ENOSYS;
	}
	return words < 0 ? words : words * (int)sizeof(u32);
}

static ssize_t device_write(struct file *file, const char __user *from, size_t bytes, loff_t *pos)
{
	int payload_bytes;

	if (bytes < HEADER_WORDS * sizeof(u32) || bytes > SKBCHECK_BUFFER_BYTES)
		return -EINVAL;
	if (copy_from_user(request, from, bytes))
		return -EFAULT;
	payload_bytes = dispatch(bytes - HEADER_WORDS * sizeof(u32));
	reply[0] = payload_bytes < 0 ? payload_bytes : 0;
	reply_bytes = HEADER_WORDS * sizeof(u32) + max(payload_bytes, 0);
	return bytes;
}

static ssize_t device_read(struct file *file, char __user *to, size_t bytes, loff_t *pos)
{
	size_t taken = reply_bytes;

	if (bytes < taken)
		return -EMSGSIZE;
	if (copy_to_user(to, reply, taken))
		return -EFAULT;
	reply_bytes = 0;
	return taken;
}

static const struct file_operations device_operations = {
	.owner = THIS_MODULE,
	.read = device_read,
	.write = device_write,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "skbcheck",
	.fops = &device_operations,
};

/* The host parses this line of the console: parseDeathPlace() in src/lockstep/splats.ts. */
static int say_where(struct notifier_block *block, unsigned long event, void *data)
{
	pr_emerg("skbcheck: at program %u command %u\n", skbcheck_program, skbcheck_command);
	return NOTIFY_DONE;
}

static int say_where_on_oops(struct notifier_block *block, unsigned long event, void *data)
{
	return event == DIE_OOPS ? say_where(block, event, data) : NOTIFY_DONE;
}

/*
 * The host sends an NMI to a guest that did not answer in time. The VM has no other source of NMIs, so
 * the interrupted code is the code that hangs. A guest that has little of a busy machine may be in its timer's
 * interrupt, which hangs nowhere: then it is the code below it. The host parses this line too (splats.ts).
 */
static int say_where_it_hangs(unsigned int type, struct pt_regs *regs)
{
	const struct pt_regs *below = get_irq_regs();

	pr_emerg("skbcheck: hangs in %pS\n", (void *)(below ? below : regs)->ip);
	nmi_panic(regs, "skbcheck: the host asked where");
	return NMI_HANDLED;
}

static struct notifier_block panic_block = { .notifier_call = say_where, .priority = INT_MAX };
static struct notifier_block die_block = { .notifier_call = say_where_on_oops };

static void free_buffers(void)
{
	vfree(request);
	vfree(reply);
}

static int __init skbcheck_init(void)
{
	int error = -ENOMEM;

	request = vmalloc(SKBCHECK_BUFFER_BYTES);
	reply = vmalloc(SKBCHECK_BUFFER_BYTES);
	if (!request || !reply)
		goto no_buffers;
	error = skbcheck_splat_start();
	if (error)
		goto no_buffers;
	error = skbcheck_exec_start();
	if (error)
		goto no_exec;
	error = misc_register(&device);
	if (error)
		goto no_device;
	atomic_notifier_chain_register(&panic_notifier_list, &panic_block);
	register_die_notifier(&die_block);
	error = register_nmi_handler(NMI_LOCAL, say_where_it_hangs, 0, "skbcheck");
	if (error)
		pr_warn("skbcheck: a hang will not say where it is: error %d\n", error);
	return 0;

no_device:
	skbcheck_exec_stop();
no_exec:
	skbcheck_splat_stop();
no_buffers:
	free_buffers();
	return error;
}

static void __exit skbcheck_exit(void)
{
	unregister_nmi_handler(NMI_LOCAL, "skbcheck");
	unregister_die_notifier(&die_block);
	atomic_notifier_chain_unregister(&panic_notifier_list, &panic_block);
	misc_deregister(&device);
	skbcheck_exec_stop();
	skbcheck_splat_stop();
	free_buffers();
}

module_init(skbcheck_init);
module_exit(skbcheck_exit);
MODULE_DESCRIPTION("Executes programs of packet memory commands with the kernel's own functions");
MODULE_LICENSE("Dual MIT/GPL");
