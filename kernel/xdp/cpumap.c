// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * cpumap commands on a real BPF_MAP_TYPE_CPUMAP with its real kthread. The kthread runs when a command lets
 * it: earlier wakeups are held back, so that the program decides on the moment. The skbs that it
 * builds come up the stack to the rx_handler of the module's device, which queues them.
 */
#include <linux/delay.h>
#include <linux/fdtable.h>
#include <linux/kthread.h>
#include <linux/netdevice.h>
#include <linux/percpu.h>
#include <linux/ptr_ring.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include "core/ring.h"
#include "fault/fault.h"
#include "observe/observe.h"
#include "xdp/xdp.h"

#define CPUMAPS 2
#define QSIZE_MAX 64
#define WAIT_ROUNDS 5000
#define CUT 4

/* The words of the argument `prog`: programs that run on the remote CPU. */
#define PROG(word) cpu_map_update_elem_prog_##word
#define PROGS (PROG(grow) + 1)

/*
 * struct xdp_bulk_queue and the end of struct bpf_cpu_map_entry: private to kernel/bpf/cpumap.c, the same in 6.1 and
 * 6.12.
 */
struct bulk_queue {
	void *q[8];
	struct list_head flush_node;
	void *obj;
	unsigned int count;
};

struct entry_end {
	struct ptr_ring *queue;
	struct task_struct *kthread;
	struct bpf_cpumap_val value; /* a lookup points to it */
};

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
#define ENTRY_BEFORE_BULKQ 8 /* cpu, map_id */
#define BULKQ_TO_END 8
#else
#define ENTRY_BEFORE_BULKQ 8
#define BULKQ_TO_END 16 /* cmap lies between */
#endif

struct cpumap {
	struct bpf_map *map;
	struct bpf_prog *redirect; /* returns bpf_redirect_map(map, 0, 0) */
	struct entry_end *entry;   /* NULL: the map is empty */
	struct sk_buff_head received;
};

static struct cpumap cpumaps[CPUMAPS];
/* Descriptors of the programs that run on the remote CPU; they stay open, since an update names one. */
static int prog_fds[PROGS] = { [0 ... PROGS - 1] = -1 };

static int (*enqueue_function)(void *entry, struct xdp_frame *frame, struct net_device *dev_rx);
static int (*generic_redirect_function)(void *entry, struct sk_buff *skb);

static struct cpumap *cpumap_of(s32 handle)
{
	return skbcheck_object_of(handle)->pointer;
}

/* struct bpf_cpu_map_entry itself. */
static void *entry_of(const struct cpumap *cpumap)
{
	return (void *)cpumap->entry - BULKQ_TO_END - ENTRY_BEFORE_BULKQ;
}

static const struct bulk_queue *bulk_of(const struct cpumap *cpumap)
{
	struct bulk_queue __percpu *bulkq = *(void __percpu **)((void *)cpumap->entry - BULKQ_TO_END);

	return per_cpu_ptr(bulkq, 0);
}

static bool sleeps(struct task_struct *task)
{
	return READ_ONCE(task->__state) == TASK_INTERRUPTIBLE && !READ_ONCE(task->on_rq);
}

static bool wait_until(bool (*holds)(struct task_struct *task), struct task_struct *task)
{
	u32 i;

	for (i = 0; i < WAIT_ROUNDS; i++) {
		if (holds(task))
			return true;
		if (i < 64)
			yield();
		else
			schedule_timeout_uninterruptible(1);
	}
	pr_err("skbcheck: the kthread of a cpumap does not come to rest\n");
	return false;
}

static bool has_exited(struct task_struct *task)
{
	return READ_ONCE(task->exit_state) != 0;
}

static u32 update(const struct skbcheck_call *call, const struct cpu_map_update_elem_args *args)
{
	struct bpf_cpumap_val value = { .qsize = args->qsize };
	u32 key = 0, i, prog = args->prog;
	struct cpumap *cpumap = NULL;
	void *found;
	int error;

	if (value.qsize > QSIZE_MAX || !value.qsize || prog >= PROGS)
		return SKBCHECK_BAD_CALL;
	for (i = 0; i < CPUMAPS; i++)
		if (!cpumaps[i].entry)
			cpumap = &cpumaps[i];
	if (!cpumap)
		return SKBCHECK_NO_ROOM;
	if (prog != PROG(none))
		value.bpf_prog.fd = prog_fds[prog];
	error = cpumap->map->ops->map_update_elem(cpumap->map, &key, &value, 0);
	if (error)
		return error;
	rcu_read_lock();
	found = cpumap->map->ops->map_lookup_elem(cpumap->map, &key);
	rcu_read_unlock();
	cpumap->entry = container_of((struct bpf_cpumap_val *)found, struct entry_end, value);
	if (strncmp(cpumap->entry->kthread->comm, "cpumap/", 7)) {
		pr_err("skbcheck: unexpected layout of struct bpf_cpu_map_entry\n");
		cpumap->entry = NULL;
		return SKBCHECK_UNSUPPORTED;
	}
	wait_until(sleeps, cpumap->entry->kthread);
	skbcheck_bind(call->result, KIND_CPUMAP, cpumap);
	return 0;
}

static u32 enqueue(const struct skbcheck_call *call, const struct cpu_map_enqueue_args *args)
{
	struct cpumap *cpumap = cpumap_of(args->cpumap);
	struct xdp_frame *frame = skbcheck_frame_of(args->frame);
	u32 returned;

	if (call->context == CONTEXT_PROCESS)
		return SKBCHECK_BAD_CALL;
	skbcheck_unbind(args->frame);
	skbcheck_net_enter();
	returned = enqueue_function(entry_of(cpumap), frame, skbcheck_xdp_dev);
	skbcheck_net_leave();
	return returned;
}

static u32 redirect(const struct skbcheck_call *call, const struct xdp_do_redirect_args *args)
{
	struct xdp_buff *xdp = skbcheck_xdp_of(args->xdp);
	struct cpumap *cpumap = cpumap_of(args->cpumap);
	int error = -EINVAL;

	if (call->context == CONTEXT_PROCESS)
		return SKBCHECK_BAD_CALL;
	skbcheck_unbind(args->xdp);
	skbcheck_net_enter();
	rcu_read_lock();
	if (bpf_prog_run_xdp(cpumap->redirect, xdp) == XDP_REDIRECT)
		error = xdp_do_redirect(skbcheck_xdp_dev, xdp, cpumap->redirect);
	if (error)
		xdp_return_buff(xdp);
	rcu_read_unlock();
	skbcheck_net_leave();
	skbcheck_xdp_drop(xdp);
	return error;
}

static void flush_all(void)
{
	skbcheck_net_enter();
	skbcheck_fault_hold_wakeups(true);
	xdp_do_flush();
	skbcheck_fault_hold_wakeups(false);
	skbcheck_net_leave();
}

static u32 flush(const struct skbcheck_call *call, const struct xdp_do_flush_args *args)
{
	if (call->context == CONTEXT_PROCESS)
		return SKBCHECK_BAD_CALL;
	flush_all();
	return 0;
}

static u32 run_kthread(const struct skbcheck_call *call,
		       const struct cpu_map_kthread_run_args *args)
{
	struct entry_end *entry = cpumap_of(args->cpumap)->entry;

	if (call->fail)
		skbcheck_fault_follow(entry->kthread);
	wake_up_process(entry->kthread);
	wait_until(sleeps, entry->kthread);
	skbcheck_fault_follow(NULL);
	return 0;
}

static u32 generic_redirect(const struct skbcheck_call *call,
			    const struct cpu_map_generic_redirect_args *args)
{
	struct cpumap *cpumap = cpumap_of(args->cpumap);
	struct sk_buff *skb = skbcheck_skb_of(args->skb);
	int error;

	if (skb_shared(skb))
		return SKBCHECK_BAD_CALL;
	/* The receive path leaves an skb like this before generic XDP: the MAC header was not pulled. */
	skb->dev = skbcheck_xdp_dev;
	skb->mac_len = 0;
	skb->protocol = 0;
	skb_reset_mac_header(skb);
	local_bh_disable();
	skbcheck_fault_hold_wakeups(true);
	error = generic_redirect_function(entry_of(cpumap), skb);
	skbcheck_fault_hold_wakeups(false);
	local_bh_enable();
	if (!error)
		skbcheck_unbind(args->skb);
	return error;
}

static u32 received(const struct skbcheck_call *call, const struct cpu_map_received_args *args)
{
	return skbcheck_bind_skb(call, __skb_dequeue(&cpumap_of(args->cpumap)->received));
}

/* The entry leaves the map; the kthread empties the ring before it ends. */
static void delete(struct cpumap *cpumap)
{
	struct task_struct *kthread = cpumap->entry->kthread;
	u32 key = 0;

	get_task_struct(kthread);
	rcu_read_lock();
	cpumap->map->ops->map_delete_elem(cpumap->map, &key);
	rcu_read_unlock();
	wait_until(has_exited, kthread);
	put_task_struct(kthread);
	cpumap->entry = NULL;
	__skb_queue_purge(&cpumap->received);
}

static u32 delete_elem(const struct skbcheck_call *call,
		       const struct cpu_map_delete_elem_args *args)
{
	struct cpumap *cpumap = cpumap_of(args->cpumap);

	if (bulk_of(cpumap)->count)
		return SKBCHECK_BAD_CALL;
	skbcheck_unbind(args->cpumap);
	delete(cpumap);
	return 0;
}

void skbcheck_release_cpumap(struct skbcheck_object *object)
{
	local_bh_disable();
	flush_all();
	local_bh_enable();
	delete(object->pointer);
}

u32 *skbcheck_observe_cpumap(u32 *w, struct skbcheck_object *object)
{
	struct cpumap *cpumap = object->pointer;
	struct sk_buff *skb;

	WORD(w, CPUMAP, bulk_count, bulk_of(cpumap)->count);
	WORD(w, CPUMAP, ring_count, skbcheck_ring_count(cpumap->entry->queue));
	WORD(w, CPUMAP, received, skb_queue_len(&cpumap->received));
	w = WORDS_END(w, CPUMAP);
	skb_queue_walk(&cpumap->received, skb) {
		if (!skbcheck_room_for_run(w))
			break;
		w = skbcheck_put_skb_index(w, skb);
	}
	return w;
}

static rx_handler_result_t receive(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	u32 i;

	for (i = 0; i < CPUMAPS; i++) {
		if (!cpumaps[i].entry || cpumaps[i].entry->kthread != current)
			continue;
		skb->mac_len = 0;
		__skb_queue_tail(&cpumaps[i].received, skb);
		return RX_HANDLER_CONSUMED;
	}
	kfree_skb(skb);
	return RX_HANDLER_CONSUMED;
}

static int load_progs(void)
{
	static const u32 verdicts[PROGS] = {
		[PROG(pass)] = XDP_PASS, [PROG(drop)] = XDP_DROP, [PROG(aborted)] = XDP_ABORTED, [PROG(tx)] = XDP_TX,
		[PROG(pull)] = XDP_PASS, [PROG(trim)] = XDP_PASS,
		[PROG(grow)] = XDP_PASS,
	};
	u32 i;

	for (i = PROG(pass); i < PROGS; i++) {
		const struct bpf_insn insns[] = {
			BPF_MOV64_IMM(BPF_REG_2, i == PROG(trim) ? -CUT : CUT),
			BPF_RAW_INSN(BPF_JMP | BPF_CALL, 0, 0, 0,
				     i == PROG(pull) ? BPF_FUNC_xdp_adjust_head : BPF_FUNC_xdp_adjust_tail),
			BPF_MOV64_IMM(BPF_REG_0, verdicts[i]),
			BPF_EXIT_INSN(),
		};
		u32 skipped = i < PROG(pull) ? 2 : 0;

		prog_fds[i] = skbcheck_prog_load(insns + skipped, ARRAY_SIZE(insns) - skipped, BPF_XDP_CPUMAP);
		if (prog_fds[i] < 0)
			return prog_fds[i];
	}
	return 0;
}

static int make_map(struct cpumap *cpumap)
{
	union bpf_attr attr;
	int fd;

	__skb_queue_head_init(&cpumap->received);
	memset(&attr, 0, sizeof(attr));
	attr.map_type = BPF_MAP_TYPE_CPUMAP;
	attr.key_size = sizeof(u32);
	attr.value_size = sizeof(struct bpf_cpumap_val);
	attr.max_entries = 1;
	fd = skbcheck_bpf(BPF_MAP_CREATE, &attr);
	if (fd < 0)
		return fd;
	cpumap->map = bpf_map_get(fd);
	if (!IS_ERR(cpumap->map)) {
		const struct bpf_insn insns[] = {
			BPF_LD_MAP_FD(BPF_REG_1, fd),
			BPF_MOV64_IMM(BPF_REG_2, 0),
			BPF_MOV64_IMM(BPF_REG_3, 0),
			BPF_RAW_INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_redirect_map),
			BPF_EXIT_INSN(),
		};

		cpumap->redirect = skbcheck_prog_take(skbcheck_prog_load(insns, ARRAY_SIZE(insns), 0));
	}
	close_fd(fd);
	return PTR_ERR_OR_ZERO(cpumap->map) ?: PTR_ERR_OR_ZERO(cpumap->redirect);
}

static void stop(void)
{
	u32 i;

	rtnl_lock();
	if (skbcheck_xdp_dev)
		netdev_rx_handler_unregister(skbcheck_xdp_dev);
	rtnl_unlock();
	for (i = 0; i < CPUMAPS; i++) {
		if (!IS_ERR_OR_NULL(cpumaps[i].redirect))
			bpf_prog_put(cpumaps[i].redirect);
		if (!IS_ERR_OR_NULL(cpumaps[i].map))
			bpf_map_put(cpumaps[i].map);
		cpumaps[i].redirect = NULL;
		cpumaps[i].map = NULL;
	}
}

static int start(void)
{
	int error;
	u32 i;

	enqueue_function = skbcheck_find_function("cpu_map_enqueue");
	generic_redirect_function = skbcheck_find_function("cpu_map_generic_redirect");
	if (!enqueue_function || !generic_redirect_function || !skbcheck_fault_able()) {
		pr_info("skbcheck: no cpumap on this kernel\n");
		return 0;
	}
	rtnl_lock();
	error = netdev_rx_handler_register(skbcheck_xdp_dev, receive, NULL);
	rtnl_unlock();
	if (!error)
		error = load_progs();
	for (i = 0; !error && i < CPUMAPS; i++)
		error = make_map(&cpumaps[i]);
	if (error)
		pr_err("skbcheck: cpumap cannot be started: %d\n", error);
	return error;
}

SKBCHECK_COMMAND(cpu_map_update_elem, update);
SKBCHECK_COMMAND(cpu_map_enqueue, enqueue);
SKBCHECK_COMMAND(xdp_do_flush, flush);
SKBCHECK_COMMAND(cpu_map_kthread_run, run_kthread);
SKBCHECK_COMMAND(cpu_map_generic_redirect, generic_redirect);
SKBCHECK_COMMAND(cpu_map_received, received);
SKBCHECK_COMMAND(cpu_map_delete_elem, delete_elem);
SKBCHECK_COMMAND(xdp_do_redirect, redirect);

const struct skbcheck_system skbcheck_cpumap = {
	.start = start,
	.stop = stop,
};
