/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* The differences between the kernels that the module is built against, in one place. */
#ifndef SKBCHECK_COMPAT_H
#define SKBCHECK_COMPAT_H

#include <linux/version.h>
#include <linux/ftrace.h>
#include <linux/gfp.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <net/xdp.h>

/* page_pool.h was split into types.h and helpers.h in 6.6. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#include <net/page_pool/helpers.h>
#include <net/page_pool/types.h>
#else
#include <net/page_pool.h>
#endif

/* alloc_skb() takes small heads from a cache of their own since 6.3. */
#define SKBCHECK_HAS_SMALL_HEADS (LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0))

/* Pools know their NAPI since 6.4 (b07a2d97ba5e, 8c48eea3adf3). */
#define SKBCHECK_POOL_HAS_NAPI (LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0))

/* page_pool_release_page() was exported until 6.5. */
#define SKBCHECK_HAS_RELEASE_PAGE (LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0))

/*
 * Every pool page carries a pool reference count since 6.8 (0a149ab78ee2); before, only pages of a pool with
 * PP_FLAG_PAGE_FRAG (a flag until 6.7) carry a count, under another name.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
#define SKBCHECK_POOL_FLAGS (PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV)
#define SKBCHECK_PAGE_COUNTS(pool_flags) true
#define SKBCHECK_BIAS_MAX (LONG_MAX >> 1)

static inline long skbcheck_pool_refs(struct page *page)
{
	return atomic_long_read(&page->pp_ref_count);
}
#else
#define SKBCHECK_POOL_FLAGS (PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV | PP_FLAG_PAGE_FRAG)
#define SKBCHECK_PAGE_COUNTS(pool_flags) ((pool_flags) & PP_FLAG_PAGE_FRAG)
#define SKBCHECK_BIAS_MAX LONG_MAX

static inline long skbcheck_pool_refs(struct page *page)
{
	return atomic_long_read(&page->pp_frag_count);
}
#endif

/* The mask of PP_SIGNATURE. Backports carry PP_MAGIC_MASK without a version of their own, so its name is looked for. */
#ifdef PP_MAGIC_MASK
#define SKBCHECK_MAGIC_MASK PP_MAGIC_MASK
#else
#define SKBCHECK_MAGIC_MASK (~0x3UL)
#endif

static inline bool skbcheck_page_signed(const struct page *page)
{
	return (page->pp_magic & SKBCHECK_MAGIC_MASK) == PP_SIGNATURE;
}

/* Pages reach sockets by MSG_SPLICE_PAGES since 6.5 (skb_splice_from_iter). */
#define SKBCHECK_HAS_SPLICE_FROM_ITER (LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0))

/* One call since 6.5. */
static inline void skbcheck_fill_frag(skb_frag_t *frag, struct page *page, u32 offset, u32 size)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
	skb_frag_fill_page_desc(frag, page, offset, size);
#else
	__skb_frag_set_page(frag, page);
	skb_frag_off_set(frag, offset);
	skb_frag_size_set(frag, size);
#endif
}

/* The owner of zerocopy pages has a table of operations since 6.10 (7ab4f16f9e24). */
#define SKBCHECK_UARG_HAS_OPS (LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0))

static inline void skbcheck_page_frag_cache_drain(struct page_frag_cache *cache)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
	page_frag_cache_drain(cache);
#else
	if (cache->va)
		__page_frag_cache_drain(virt_to_head_page(cache->va), cache->pagecnt_bias);
	cache->va = NULL;
#endif
}

/*
 * The functions that an allocation goes through, by the names that ftrace knows. Memory allocation
 * profiling (6.10) turned the public names into macros.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
#define SKBCHECK_CACHE_ALLOC kmem_cache_alloc_noprof
#define SKBCHECK_CACHE_ALLOC_NODE kmem_cache_alloc_node_noprof
#define SKBCHECK_KMALLOC_NODE __kmalloc_node_track_caller_noprof
#define SKBCHECK_PAGE_FRAG_ALLOC __page_frag_alloc_align
#define SKBCHECK_ALLOC_PAGES __alloc_pages_noprof
#define SKBCHECK_ALLOC_BULK alloc_pages_bulk_noprof
#define SKBCHECK_SMALL_ALLOC __kmalloc_cache_noprof
#define SKBCHECK_CACHE_ALLOC_LRU kmem_cache_alloc_lru_noprof
#define SKBCHECK_CACHE_ALLOC_BULK kmem_cache_alloc_bulk_noprof
#else
#define SKBCHECK_CACHE_ALLOC kmem_cache_alloc
#define SKBCHECK_CACHE_ALLOC_NODE kmem_cache_alloc_node
#define SKBCHECK_KMALLOC_NODE __kmalloc_node_track_caller
#define SKBCHECK_PAGE_FRAG_ALLOC page_frag_alloc_align
#define SKBCHECK_ALLOC_PAGES __alloc_pages
#define SKBCHECK_ALLOC_BULK __alloc_pages_bulk
#define SKBCHECK_SMALL_ALLOC kmalloc_trace
#define SKBCHECK_CACHE_ALLOC_LRU kmem_cache_alloc_lru
#define SKBCHECK_CACHE_ALLOC_BULK kmem_cache_alloc_bulk
#define DECL_BUCKET_PARAMS(size, buckets) size_t size
#define PASS_BUCKET_PARAMS(size, buckets) size
#endif

/* Fault injection redirects functions, which needs the tracer and its right to change where a call goes. */
#define SKBCHECK_HAS_FTRACE                       \
	(IS_ENABLED(CONFIG_DYNAMIC_FTRACE) &&     \
	 (IS_ENABLED(CONFIG_DYNAMIC_FTRACE_WITH_ARGS) || IS_ENABLED(CONFIG_DYNAMIC_FTRACE_WITH_REGS)))

#if SKBCHECK_HAS_FTRACE
#if IS_ENABLED(CONFIG_DYNAMIC_FTRACE_WITH_ARGS)
#define SKBCHECK_FTRACE_FLAGS (FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_RECURSION)
#else
#define SKBCHECK_FTRACE_FLAGS (FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_RECURSION | FTRACE_OPS_FL_SAVE_REGS)
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#define skbcheck_redirect(fregs, to) ftrace_regs_set_instruction_pointer(fregs, (unsigned long)(to))
#else
#define skbcheck_redirect(fregs, to) ftrace_instruction_pointer_set(fregs, (unsigned long)(to))
#endif
#endif

#endif /* SKBCHECK_COMPAT_H */
