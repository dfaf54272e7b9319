// SPDX-License-Identifier: GPL-2.0 OR MIT
/* The words of a page. */
#include "observe/observe.h"
#include "page_pool/netmem.h"

static u32 pool_handle(const struct page_pool *pool)
{
	u32 i;

	for (i = 0; i < skbcheck_pools.count; i++)
		if (skbcheck_objects[skbcheck_pools.handles[i]].pool == pool)
			return skbcheck_pools.handles[i];
	return SKBCHECK_NO_HANDLE;
}

static u32 *put_pool_page_words(u32 *w, struct page *page)
{
	u32 pool = pool_handle(page->pp);
	long refs = 0;

	if (SKBCHECK_PAGE_COUNTS(pool == SKBCHECK_NO_HANDLE ? 0 : skbcheck_objects[pool].in_pool.flags))
		refs = skbcheck_pool_refs(page);
	if (refs > (long)SKBCHECK_COUNT_BIASED)
		refs = SKBCHECK_COUNT_BIASED | (u32)(SKBCHECK_BIAS_MAX - refs);
	WORD(w, PAGE, refcount, page_ref_count(page));
	WORD(w, PAGE, order, compound_order(page));
	WORD(w, PAGE, pfmemalloc_signature, (page_is_pfmemalloc(page) ? PAGE_BIT_PFMEMALLOC : 0) | PAGE_BIT_SIGNATURE);
	WORD(w, PAGE, pool, pool);
	WORD(w, PAGE, pool_references, refs);
	return WORDS_END(w, PAGE);
}

#if SKBCHECK_HAS_NET_IOVS
/* A net_iov, whose refcount is always 1 (netmem_ref_count). */
static u32 *put_niov_words(u32 *w, const struct net_iov *niov)
{
	bool is_signed = (niov->desc.pp_magic & SKBCHECK_MAGIC_MASK) == PP_SIGNATURE;
	long refs = is_signed ? atomic_long_read(&niov->desc.pp_ref_count) : 0;

	if (refs > (long)SKBCHECK_COUNT_BIASED)
		refs = SKBCHECK_COUNT_BIASED | (u32)(SKBCHECK_BIAS_MAX - refs);
	WORD(w, PAGE, refcount, 1);
	WORD(w, PAGE, order, 0);
	WORD(w, PAGE, pfmemalloc_signature, is_signed ? PAGE_BIT_SIGNATURE : 0);
	WORD(w, PAGE, pool, is_signed ? pool_handle(niov->desc.pp) : SKBCHECK_NO_HANDLE);
	WORD(w, PAGE, pool_references, refs);
	return WORDS_END(w, PAGE);
}
#endif

u32 *skbcheck_put_page_words(u32 *w, struct page *page)
{
	u32 refcount = page_ref_count(page);

#if SKBCHECK_HAS_NET_IOVS
	if (unlikely(skbcheck_niov_behind(page)))
		return put_niov_words(w, skbcheck_niov_behind(page));
#endif

	if (unlikely(skbcheck_page_signed(page)))
		return put_pool_page_words(w, page);
	if (unlikely(page_private(page) == SKBCHECK_PINNED))
		refcount %= GUP_PIN_COUNTING_BIAS;
	WORD(w, PAGE, refcount, refcount);
	WORD(w, PAGE, order, compound_order(page));
	WORD(w, PAGE, pfmemalloc_signature, page_is_pfmemalloc(page) ? PAGE_BIT_PFMEMALLOC : 0);
	WORD(w, PAGE, pool, SKBCHECK_NO_HANDLE);
	WORD(w, PAGE, pool_references, 0);
	return WORDS_END(w, PAGE);
}
