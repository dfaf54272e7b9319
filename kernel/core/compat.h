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

/* The cache's page, size and pfmemalloc share a word since 6.13. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
static inline void *skbcheck_frag_cache_page(const struct page_frag_cache *cache)
{
	return (void *)(cache->encoded_page & PAGE_MASK);
}

static inline u32 skbcheck_frag_cache_size(const struct page_frag_cache *cache)
{
	return cache->encoded_page ? PAGE_SIZE << (cache->encoded_page & PAGE_FRAG_CACHE_ORDER_MASK) : 0;
}

static inline bool skbcheck_frag_cache_is_pfmemalloc(const struct page_frag_cache *cache)
{
	return page_frag_cache_is_pfmemalloc((struct page_frag_cache *)cache);
}
#else
static inline void *skbcheck_frag_cache_page(const struct page_frag_cache *cache)
{
	return cache->va;
}

static inline u32 skbcheck_frag_cache_size(const struct page_frag_cache *cache)
{
	return cache->size;
}

static inline bool skbcheck_frag_cache_is_pfmemalloc(const struct page_frag_cache *cache)
{
	return cache->pfmemalloc;
}
#endif

/* napi_skb_cache_get_bulk() is there by 6.16; 7.3's alloc_skb() takes structs from the same cache outside of NAPI. */
#define SKBCHECK_HAS_NAPI_SKB_BULK (LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0))

/* SKB_GSO_TCP_FIXEDID is bit 30 since 6.18, and bit 3 has another name. Programs and answers have it at bit 3. */
static inline u32 skbcheck_gso_type(u32 type)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
	const u32 moved = BIT(3) | BIT(30);

	if (hweight32(type & moved) == 1)
		type ^= moved;
#endif
	return type;
}

/* napi_alloc_skb() cuts small heads out of a page (page_frag_alloc_1k) until 6.14. */
#define SKBCHECK_HAS_NAPI_SMALL_FRAG (LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0))

/* The GRO fields of a NAPI are in a struct of their own since 6.15. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
#define SKBCHECK_GRO_BITMASK(napi) ((napi)->gro.bitmask)
#define SKBCHECK_GRO_HASH(napi) ((napi)->gro.hash)
#define SKBCHECK_GRO_RX(napi) (&(napi)->gro)
#else
#define SKBCHECK_GRO_BITMASK(napi) ((napi)->gro_bitmask)
#define SKBCHECK_GRO_HASH(napi) ((napi)->gro_hash)
#define SKBCHECK_GRO_RX(napi) (napi)
#endif

/* A frame has no id of its memory since 6.14: its pages know their pool. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 14, 0)
#define SKBCHECK_FRAME_MEM_TYPE(frame) ((frame)->mem_type)
#define SKBCHECK_FRAME_HAS_MEM_ID(frame) ((frame)->mem_type == MEM_TYPE_PAGE_POOL)
#else
#define SKBCHECK_FRAME_MEM_TYPE(frame) ((frame)->mem.type)
#define SKBCHECK_FRAME_HAS_MEM_ID(frame) (!!(frame)->mem.id)
#endif

/* An skb takes the flags of an xdp_buff since 6.18, as pages may be unreadable; only pfmemalloc before. */
static inline void skbcheck_update_skb_frags(struct sk_buff *skb, struct xdp_buff *xdp, u8 frags, u32 size,
					     u32 truesize)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
	xdp_update_skb_frags_info(skb, frags, size, truesize, xdp_buff_get_skb_flags(xdp));
#else
	xdp_update_skb_shared_info(skb, frags, size, truesize, xdp_buff_is_frag_pfmemalloc(xdp));
#endif
}

/* The truesize of the frags stands beside their size since 6.14. A driver that leaves it 0 has frags of one size. */
static inline void skbcheck_clear_frags_truesize(struct skb_shared_info *shared)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 14, 0)
	shared->xdp_frags_truesize = 0;
#endif
}

/* Devices map physical addresses since 6.19. */
#define SKBCHECK_DMA_MAPS_PHYS (LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0))

/* Pages of several pools are put in one call since 6.14, and the call names none. */
#define SKBCHECK_BULK_NAMES_NO_POOL (LINUX_VERSION_CODE >= KERNEL_VERSION(6, 14, 0))

/* skb_splice_from_iter() allocates nothing and has no gfp since 6.17. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 17, 0)
#define skbcheck_splice_from_iter(skb, iter, max, gfp) skb_splice_from_iter(skb, iter, max)
#elif SKBCHECK_HAS_SPLICE_FROM_ITER
#define skbcheck_splice_from_iter(skb, iter, max, gfp) skb_splice_from_iter(skb, iter, max, gfp)
#endif

/* A zerocopy send may name a dmabuf since 6.16. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
#define skbcheck_zerocopy_iter_stream(sk, skb, msg, len, uarg) \
	skb_zerocopy_iter_stream(sk, skb, msg, len, uarg, NULL)
#else
#define skbcheck_zerocopy_iter_stream skb_zerocopy_iter_stream
#endif

/* The flags of a mapping are a type of their own since 7.0. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
#define SKBCHECK_NORESERVE mk_vma_flags(VMA_NORESERVE_BIT)
#else
#define SKBCHECK_NORESERVE VM_NORESERVE
#endif

/* The namespace of symbols is a string since 6.13. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define SKBCHECK_IMPORT_NS(name) MODULE_IMPORT_NS(#name)
#else
#define SKBCHECK_IMPORT_NS(name) MODULE_IMPORT_NS(name)
#endif

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
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 14, 0)
/* Slabs take pages without a reference, and all page allocations go through this function. No header declares it. */
#define SKBCHECK_ALLOC_PAGES __alloc_frozen_pages_noprof
#else
#define SKBCHECK_ALLOC_PAGES __alloc_pages_noprof
#endif
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

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 14, 0)
#define SKBCHECK_PAGES_BULK alloc_pages_bulk
#else
#define SKBCHECK_PAGES_BULK alloc_pages_bulk_array
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
