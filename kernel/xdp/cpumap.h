/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Shared by the files of cpumap: the private structs of kernel/bpf/cpumap.c, the maps, and the programs. */
#ifndef SKBCHECK_CPUMAP_H
#define SKBCHECK_CPUMAP_H

#include <linux/percpu.h>
#include <linux/ptr_ring.h>
#include "xdp/xdp.h"

#define CPUMAPS 2

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

extern struct cpumap skbcheck_cpumaps[CPUMAPS];
/* Descriptors of the programs that run on the remote CPU; they stay open, since an update names one. */
extern int skbcheck_cpumap_progs[PROGS];

static inline struct cpumap *cpumap_of(s32 handle)
{
	return skbcheck_object_of(handle)->pointer;
}

/* struct bpf_cpu_map_entry itself. */
static inline void *entry_of(const struct cpumap *cpumap)
{
	return (void *)cpumap->entry - BULKQ_TO_END - ENTRY_BEFORE_BULKQ;
}

static inline const struct bulk_queue *bulk_of(const struct cpumap *cpumap)
{
	struct bulk_queue __percpu *bulkq = *(void __percpu **)((void *)cpumap->entry - BULKQ_TO_END);

	return per_cpu_ptr(bulkq, 0);
}

/* Returns whether this kernel has the functions that the commands call. */
bool skbcheck_cpumap_find_functions(void);

/* Flushes the bulk queues of this CPU, as the end of a NAPI poll does, and lets no kthread run yet. */
void skbcheck_cpumap_flush(void);

#endif
