// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Makes the n-th allocation of a command fail on kernels without FAULT_INJECTION: the tracer
 * redirects the allocators to the functions below while a command with `fail` runs. An allocator
 * that another one calls (a new slab, the refill of a page fragment cache) is part of the first.
 */
#include <linux/kallsyms.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/sched.h>
#include "core/compat.h"
#include "core/system.h"
#include "fault/fault.h"

/* More than NAPI_SKB_CACHE_SIZE and a refill of the cache. */
#define SKB_CACHE_MORE_THAN_MAX 192

/* The number of allocations up to and including the one that fails; 0: none fails. */
static u32 countdown;
static bool armed;
/* Inside an allocator that was counted. */
static bool nested;
static struct task_struct *armed_task;
static bool counts_bulk;
static bool holds_wakeups;

void skbcheck_fault_follow(struct task_struct *task)
{
	counts_bulk = task;
	armed_task = task ? task : current;
}

void skbcheck_fault_hold_wakeups(bool on)
{
	WRITE_ONCE(holds_wakeups, on);
}

/* The next small object counts. */
static bool counts_small;

void skbcheck_fault_count_small(bool on)
{
	counts_small = on;
}

bool skbcheck_fault_event(void)
{
	return countdown && !--countdown;
}

#if SKBCHECK_HAS_NAPI_SKB_BULK
/*
 * Empties the CPU's cache of sk_buffs, from which alloc_skb() takes the struct outside of NAPI, too. How many it has
 * depends on history. An empty one leaves alloc_skb() as it was: the struct is an allocation, which can fail.
 */
static void empty_skb_cache(void)
{
	static void *skbs[SKB_CACHE_MORE_THAN_MAX];
	u32 count, i;

	local_bh_disable();
	count = napi_skb_cache_get_bulk(skbs, ARRAY_SIZE(skbs));
	for (i = 0; i < count; i++)
		kfree(skbs[i]);
	local_bh_enable();
}
#else
static void empty_skb_cache(void)
{
}
#endif

void skbcheck_fault_arm(u32 n)
{
	empty_skb_cache();
	countdown = n;
	nested = false;
	armed_task = current;
	WRITE_ONCE(armed, n != 0);
}

/* Returns how many allocations were still to succeed, so that a part of a command can be left out. */
u32 skbcheck_fault_disarm(void)
{
	u32 left = countdown;

	WRITE_ONCE(armed, false);
	countdown = 0;
	return left;
}

#if SKBCHECK_HAS_FTRACE

/* Calls the allocator itself; its own calls are no events. */
#define ALLOCATE(call)           \
	({                       \
		typeof(call) made; \
		nested = true;   \
		barrier();       \
		made = call;     \
		barrier();       \
		nested = false;  \
		made;            \
	})

#define ALLOCATE_OR_FAIL(failed, call) (skbcheck_fault_event() ? failed : ALLOCATE(call))

static void *cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	return ALLOCATE_OR_FAIL(NULL, SKBCHECK_CACHE_ALLOC(cache, gfp));
}

static void *cache_alloc_node(struct kmem_cache *cache, gfp_t gfp, int node)
{
	return ALLOCATE_OR_FAIL(NULL, SKBCHECK_CACHE_ALLOC_NODE(cache, gfp, node));
}

static void *kmalloc_node_caller(DECL_BUCKET_PARAMS(size, buckets), gfp_t gfp, int node, unsigned long caller)
{
	return ALLOCATE_OR_FAIL(NULL, SKBCHECK_KMALLOC_NODE(PASS_BUCKET_PARAMS(size, buckets), gfp, node, caller));
}

static void *frag_alloc(struct page_frag_cache *cache, unsigned int bytes, gfp_t gfp, unsigned int align_mask)
{
	return ALLOCATE_OR_FAIL(NULL, SKBCHECK_PAGE_FRAG_ALLOC(cache, bytes, gfp, align_mask));
}

static void *small_alloc(struct kmem_cache *cache, gfp_t gfp, size_t size)
{
	bool counts = counts_small;

	counts_small = false;
	if (counts && skbcheck_fault_event())
		return NULL;
	return ALLOCATE(SKBCHECK_SMALL_ALLOC(cache, gfp, size));
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 3, 0)
struct page *__alloc_frozen_pages_noprof(gfp_t gfp, unsigned int order, int node, nodemask_t *nodes,
					 unsigned int alloc_flags);

static struct page *pages_alloc(gfp_t gfp, unsigned int order, int node, nodemask_t *nodes, unsigned int alloc_flags)
{
	return ALLOCATE_OR_FAIL(NULL, SKBCHECK_ALLOC_PAGES(gfp, order, node, nodes, alloc_flags));
}
#else
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 14, 0)
struct page *__alloc_frozen_pages_noprof(gfp_t gfp, unsigned int order, int node, nodemask_t *nodes);
#endif

static struct page *pages_alloc(gfp_t gfp, unsigned int order, int node, nodemask_t *nodes)
{
	return ALLOCATE_OR_FAIL(NULL, SKBCHECK_ALLOC_PAGES(gfp, order, node, nodes));
}
#endif

/* The pages come in an array only since 6.14. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 14, 0)
static unsigned long bulk_alloc(gfp_t gfp, int node, nodemask_t *nodes, int count, struct page **array)
{
	return ALLOCATE_OR_FAIL(0, SKBCHECK_ALLOC_BULK(gfp, node, nodes, count, array));
}
#else
static unsigned long bulk_alloc(gfp_t gfp, int node, nodemask_t *nodes, int count, struct list_head *list,
				struct page **array)
{
	return ALLOCATE_OR_FAIL(0, SKBCHECK_ALLOC_BULK(gfp, node, nodes, count, list, array));
}
#endif

/*
 * Not counted: nodes of the pool's xarray of mappings, and refills of the NAPI cache of sk_buffs. Whether
 * they need a new slab, which is an allocation of pages, depends on history.
 */
static void *cache_alloc_lru(struct kmem_cache *cache, struct list_lru *lru, gfp_t gfp)
{
	return ALLOCATE(SKBCHECK_CACHE_ALLOC_LRU(cache, lru, gfp));
}

static int cache_alloc_bulk(struct kmem_cache *cache, gfp_t gfp, size_t count, void **objects)
{
	if (counts_bulk)
		return ALLOCATE_OR_FAIL(0, SKBCHECK_CACHE_ALLOC_BULK(cache, gfp, count, objects));
	return ALLOCATE(SKBCHECK_CACHE_ALLOC_BULK(cache, gfp, count, objects));
}

/*
 * Debug kernels allocate memory of their own between the steps of a function: stack traces that KASAN and
 * page_owner keep, entries and the radix tree of DMA_API_DEBUG, slabs for them. Whether they do so now depends on
 * history.
 */
static bool notrace is_bookkeeping(unsigned long caller)
{
	static const char *const starts[] = {
		"allocate_slab", "new_slab", "stack_depot", "depot_", "dma_debug", "__dma_", "radix_tree",
		"__radix_tree", "kmemleak", "kasan",
	};
	static char name[KSYM_SYMBOL_LEN];
	u32 i;

	sprint_symbol_no_offset(name, caller);
	for (i = 0; i < ARRAY_SIZE(starts); i++)
		if (!strncmp(name, starts[i], strlen(starts[i])))
			return true;
	return false;
}

static void notrace redirect(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
			     struct ftrace_regs *fregs)
{
	if (likely(!READ_ONCE(armed)) || nested || current != armed_task || in_hardirq() || in_serving_softirq())
		return;
	if (is_bookkeeping(parent_ip))
		return;
	skbcheck_redirect(fregs, ops->private);
}

/*
 * One CPU runs everything. So no return of a page can be under way when a pool that syncs is destroyed (6.12:
 * page_pool_scrub), and there is nothing to wait for. A grace period would cost more than a whole program.
 */
static struct task_struct *program_task;

static void no_grace_period(void)
{
}

static void notrace skip_grace_period(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
				      struct ftrace_regs *fregs)
{
	if (current == READ_ONCE(program_task) && num_online_cpus() == 1)
		skbcheck_redirect(fregs, ops->private);
}

static int no_wakeup(struct task_struct *task)
{
	return 0;
}

static void notrace hold_wakeup(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
				struct ftrace_regs *fregs)
{
	if (READ_ONCE(holds_wakeups) && !in_hardirq() && !in_serving_softirq())
		skbcheck_redirect(fregs, ops->private);
}

void skbcheck_fault_program(bool running)
{
	WRITE_ONCE(program_task, running ? current : NULL);
}

#define HOOK_TO(call, to, by) \
	{ .name = __stringify(call), .address = call, \
	  .ops = { .func = by, .flags = SKBCHECK_FTRACE_FLAGS, .private = to } }
#define HOOK(call, to) HOOK_TO(call, to, redirect)

static struct hook {
	const char *name;
	void *address;
	struct ftrace_ops ops;
} hooks[] = {
	HOOK(SKBCHECK_CACHE_ALLOC, cache_alloc),
	HOOK(SKBCHECK_CACHE_ALLOC_NODE, cache_alloc_node),
	HOOK(SKBCHECK_KMALLOC_NODE, kmalloc_node_caller),
	HOOK(SKBCHECK_PAGE_FRAG_ALLOC, frag_alloc),
	HOOK(SKBCHECK_ALLOC_PAGES, pages_alloc),
	HOOK(SKBCHECK_ALLOC_BULK, bulk_alloc),
	HOOK(SKBCHECK_SMALL_ALLOC, small_alloc),
	HOOK(SKBCHECK_CACHE_ALLOC_LRU, cache_alloc_lru),
	HOOK(SKBCHECK_CACHE_ALLOC_BULK, cache_alloc_bulk),
	HOOK_TO(synchronize_net, no_grace_period, skip_grace_period),
	HOOK_TO(wake_up_process, no_wakeup, hold_wakeup),
};

static u32 hooks_set;

bool skbcheck_fault_able(void)
{
	return hooks_set == ARRAY_SIZE(hooks);
}

/* By address: a filter by name asks for the symbol of each traced function, which takes an emulated boot a second. */
static int set_hook(struct hook *hook)
{
	int error = ftrace_set_filter_ip(&hook->ops, (unsigned long)hook->address, 0, 1);

	return error ? error : register_ftrace_function(&hook->ops);
}

/* A kernel that cannot be hooked runs everything but calls with `fail`. */
static int start(void)
{
	for (hooks_set = 0; hooks_set < ARRAY_SIZE(hooks); hooks_set++) {
		int error = set_hook(&hooks[hooks_set]);

		if (error) {
			pr_info("skbcheck: cannot hook %s: %d\n", hooks[hooks_set].name, error);
			break;
		}
	}
	return 0;
}

static void stop(void)
{
	while (hooks_set)
		unregister_ftrace_function(&hooks[--hooks_set].ops);
}

#else /* SKBCHECK_HAS_FTRACE */

void skbcheck_fault_program(bool running)
{
}

bool skbcheck_fault_able(void)
{
	return false;
}

static int start(void)
{
	return 0;
}

static void stop(void)
{
}

#endif /* SKBCHECK_HAS_FTRACE */

const struct skbcheck_system skbcheck_fault = { .start = start, .stop = stop };
