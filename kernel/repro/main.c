// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The module of an exported program: `insmod repro.ko` makes its calls one by one, compares return value and world
 * after each with the expected ones, and prints KTAP to the kernel log. The line "# call" comes before the call, so a
 * console that ends there names the call that ended the kernel.
 */
#include <linux/kdebug.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/panic_notifier.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>
#include "exec/exec.h"
#include "repro/repro.h"
#include "splat/splat.h"

#define REPLY_WORDS (256u << 10)

static u32 *reply;
/* The call that runs, from 1; 0: none. */
static u32 running;
static const char *running_text;

static void print_end(bool passed, const char *note)
{
	pr_info("%sok 1 %s%s\n", passed ? "" : "not ", repro_name, note);
	pr_info("# %s: %s\n", repro_name, passed ? "PASS" : "FAIL");
}

/* An oops or a panic during a call is its failure; it is printed here because nothing else will run. */
static void fail_dying(void)
{
	if (!running)
		return;
	pr_emerg("    not ok %u %s\n", running, running_text);
	running = 0;
	print_end(false, "");
}

static int on_panic(struct notifier_block *block, unsigned long event, void *data)
{
	fail_dying();
	return NOTIFY_DONE;
}

static int on_die(struct notifier_block *block, unsigned long event, void *data)
{
	if (event == DIE_OOPS)
		fail_dying();
	return NOTIFY_DONE;
}

static struct notifier_block panic_block = { .notifier_call = on_panic, .priority = INT_MAX };
static struct notifier_block die_block = { .notifier_call = on_die };

/* Returns whether the call is as it must be. */
static bool make_call(const struct repro_expected *expected, u32 at)
{
	const struct repro_call *call = &expected->calls[at];
	bool is_wrong_call = (s32)at == expected->wrong_call, differs;
	u32 splats = skbcheck_splat_count();
	char returned[REPRO_RETURNED_MAX];
	int words;

	words = skbcheck_exec(call->request, call->request_words, reply, REPLY_WORDS);
	differs = repro_differs(call, reply, words < 0 ? 0 : words);
	if (skbcheck_splat_count() != splats) {
		pr_info("    # the kernel complained during this call\n");
		return false;
	}
	if (!is_wrong_call) {
		if (!differs)
			pr_info("    # returned %s, as expected, and so is the world after it (%u words)\n",
				repro_returned(returned, call, call->returned), call->word_count);
		return !differs;
	}
	if (differs)
		pr_info("    # \"expected\" is the wrong answer: this kernel does not give it\n");
	else
		pr_info("    # the kernel gives the wrong answer: %s\n", expected->wrong_because);
	return differs;
}

static bool run_calls(const struct repro_expected *expected)
{
	bool passed = true;
	u32 i;

	pr_info("    KTAP version 1\n");
	pr_info("    # Subtest: %s, expected as in %s\n", repro_name, expected->release);
	pr_info("    1..%u\n", expected->call_count);
	for (i = 0; i < expected->call_count; i++) {
		const struct repro_call *call = &expected->calls[i];

		if (!passed || call->skipped) {
			pr_info("    ok %u %s # SKIP %s\n", i + 1, call->text,
				passed ? call->skipped : "an earlier call failed");
			continue;
		}
		pr_info("    # call %u: %s\n", i + 1, call->text);
		running_text = call->text;
		running = i + 1;
		passed = make_call(expected, i);
		running = 0;
		pr_info("    %sok %u %s\n", passed ? "" : "not ", i + 1, call->text);
	}
	return passed;
}

static void run(void)
{
	const struct repro_expected *expected = repro_choose();

	pr_info("KTAP version 1\n");
	pr_info("1..1\n");
	if (!expected) {
		pr_info("ok 1 %s # SKIP no expected answers for the sizes of this kernel\n", repro_name);
		pr_info("# %s: SKIP\n", repro_name);
		return;
	}
	print_end(run_calls(expected), "");
}

static int __init repro_init(void)
{
	int error;

	/* The observation and the fault injection belong to one CPU. */
	set_cpus_allowed_ptr(current, cpumask_of(raw_smp_processor_id()));
	reply = vmalloc(REPLY_WORDS * sizeof(u32));
	if (!reply)
		return -ENOMEM;
	error = skbcheck_splat_start();
	if (error)
		goto no_splats;
	error = skbcheck_exec_start();
	if (error)
		goto no_exec;
	atomic_notifier_chain_register(&panic_notifier_list, &panic_block);
	register_die_notifier(&die_block);
	run();
	unregister_die_notifier(&die_block);
	atomic_notifier_chain_unregister(&panic_notifier_list, &panic_block);
	skbcheck_exec_stop();
no_exec:
	skbcheck_splat_stop();
no_splats:
	vfree(reply);
	return error;
}

/* A module without it cannot be unloaded, and so not be loaded again. */
static void __exit repro_exit(void)
{
}

module_init(repro_init);
module_exit(repro_exit);
MODULE_DESCRIPTION("One program of packet memory calls with its expected answers");
MODULE_LICENSE("Dual MIT/GPL");
