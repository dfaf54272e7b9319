// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The entry of a cpumap, on a real BPF_MAP_TYPE_CPUMAP with its real kthread. The kthread runs when a command lets it:
 * earlier wakeups are held back. The skbs that it builds are received in the order in which it sent them up the stack.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include "core/ring.h"
#include "fault/fault.h"
#include "observe/observe.h"
#include "xdp/cpumap.h"

#define QSIZE_MAX 64
#define WAIT_ROUNDS 5000

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
		if (!skbcheck_cpumaps[i].entry)
			cpumap = &skbcheck_cpumaps[i];
	if (!cpumap)
		return SKBCHECK_NO_ROOM;
	if (prog != PROG(none))
		value.bpf_prog.fd = skbcheck_cpumap_progs[prog];
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
	skbcheck_cpumap_flush();
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

SKBCHECK_COMMAND(cpu_map_update_elem, update);
SKBCHECK_COMMAND(cpu_map_kthread_run, run_kthread);
SKBCHECK_COMMAND(cpu_map_received, received);
SKBCHECK_COMMAND(cpu_map_delete_elem, delete_elem);
