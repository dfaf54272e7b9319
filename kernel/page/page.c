// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Page and page_frag commands. */
#include <linux/mm.h>
#include "core/command.h"
#include "core/system.h"
#include "observe/observe.h"
#include "page_pool/netmem.h"

#define CACHES 128
#define ORDER_MAX 3

static struct page_frag_cache caches[CACHES];
static bool cache_used[CACHES];

static u32 alloc_pages_command(const struct skbcheck_call *call,
			       const struct alloc_pages_args *args)
{
	u32 order = args->order;
	struct page *page;

	if (order > ORDER_MAX)
		return SKBCHECK_BAD_CALL;
	page = alloc_pages(GFP_ATOMIC | __GFP_NOWARN | __GFP_COMP, order);
	if (!page)
		return 0;
	skbcheck_bind_page(call->result, page, 0, PAGE_SIZE << order, NULL);
	return 1;
}

static u32 get_page_command(const struct skbcheck_call *call, const struct get_page_args *args)
{
	const struct skbcheck_object *region = skbcheck_object_of(args->page);

	get_page(region->page);
	skbcheck_bind_page(call->result, region->page, region->region.offset, region->region.size, NULL);
	return 1;
}

static u32 put_page_command(const struct skbcheck_call *call, const struct put_page_args *args)
{
	struct skbcheck_object *region = skbcheck_object_of(args->page);

	if (region->region.of_pool)
		return SKBCHECK_BAD_CALL;
	put_page(region->page);
	skbcheck_unbind(args->page);
	return 0;
}

/* A device writes without the kernel's help: only the bytes change. */
static u32 device_write(const struct skbcheck_call *call, const struct device_write_args *args)
{
	struct skbcheck_object *region = skbcheck_object_of(args->page);
	u32 offset = args->offset, len = args->len, end = skbcheck_region_end(region);

	if (offset > end || len > end - offset)
		return SKBCHECK_BAD_CALL;
	if (len)
		skbcheck_write_pattern(skbcheck_region_address(region) + offset, len);
	return 0;
}

/*
 * Marks the page as if the allocator had taken it from the emergency reserves. set_page_pfmemalloc() itself would wipe
 * out the signature of a pool.
 */
static u32 set_pfmemalloc(const struct skbcheck_call *call,
			  const struct set_page_pfmemalloc_args *args)
{
	skbcheck_object_of(args->page)->page->pp_magic |= BIT(1);
	return 0;
}

static u32 cache_init(const struct skbcheck_call *call,
		      const struct page_frag_cache_init_args *args)
{
	u32 i;

	for (i = 0; i < CACHES; i++)
		if (!cache_used[i])
			break;
	if (i == CACHES)
		return SKBCHECK_NO_ROOM;
	memset(&caches[i], 0, sizeof(caches[i]));
	cache_used[i] = true;
	skbcheck_bind(call->result, KIND_FRAG_CACHE, &caches[i]);
	return 1;
}

static u32 cache_alloc(const struct skbcheck_call *call, const struct page_frag_alloc_args *args)
{
	struct page_frag_cache *cache = skbcheck_object_of(args->cache)->cache;
	void *data;

	if ((u32)args->size > PAGE_FRAG_CACHE_MAX_SIZE)
		return SKBCHECK_BAD_CALL;
	data = page_frag_alloc(cache, args->size, GFP_ATOMIC | __GFP_NOWARN);
	if (!data)
		return 0;
	skbcheck_bind_page(call->result, virt_to_head_page(data), data - page_address(virt_to_head_page(data)),
			   args->size, NULL);
	return 1;
}

static u32 frag_free(const struct skbcheck_call *call, const struct page_frag_free_args *args)
{
	struct skbcheck_object *region = skbcheck_object_of(args->page);

	if (region->region.of_pool)
		return SKBCHECK_BAD_CALL;
	page_frag_free(skbcheck_region_address(region));
	skbcheck_unbind(args->page);
	return 0;
}

static void discard_cache(struct page_frag_cache *cache)
{
	skbcheck_page_frag_cache_drain(cache);
	cache_used[cache - caches] = false;
}

static u32 cache_drain(const struct skbcheck_call *call,
		       const struct page_frag_cache_drain_args *args)
{
	discard_cache(skbcheck_object_of(args->cache)->cache);
	skbcheck_unbind(args->cache);
	return 0;
}

void skbcheck_release_frag_cache(struct skbcheck_object *object)
{
	discard_cache(object->cache);
}

u32 *skbcheck_observe_frag_cache(u32 *w, struct skbcheck_object *object)
{
	const struct page_frag_cache *cache = object->cache;

	void *page = skbcheck_frag_cache_page(cache);

	WORD(w, FRAG_CACHE, page, !!page);
	WORD(w, FRAG_CACHE, offset, cache->offset);
	WORD(w, FRAG_CACHE, size, skbcheck_frag_cache_size(cache));
	WORD(w, FRAG_CACHE, pagecnt_bias, cache->pagecnt_bias);
	WORD(w, FRAG_CACHE, pfmemalloc, skbcheck_frag_cache_is_pfmemalloc(cache));
	w = WORDS_END(w, FRAG_CACHE);
	return page ? skbcheck_put_page_index(w, virt_to_head_page(page)) : w;
}

/* Puts the name's reference, to its pool if it is a pool reference. */
void skbcheck_release_page(struct skbcheck_object *object)
{
	if (object->region.of_pool)
#if SKBCHECK_HAS_NET_IOVS
		page_pool_put_full_netmem(object->region.of_pool, skbcheck_netmem_of(object->page), false);
#else
		page_pool_put_full_page(object->region.of_pool, object->page, false);
#endif
	else
		put_page(object->page);
}

u32 *skbcheck_observe_page(u32 *w, struct skbcheck_object *object)
{
	w = skbcheck_put_page_index(w, object->page);
	WORD(w, FRAG, offset, skbcheck_is_opaque(object->page) ? 0 : object->region.offset);
	WORD(w, FRAG, size, object->region.size);
	return WORDS_END(w, FRAG);
}

SKBCHECK_COMMAND(alloc_pages, alloc_pages_command);
SKBCHECK_COMMAND(get_page, get_page_command);
SKBCHECK_COMMAND(put_page, put_page_command);
SKBCHECK_COMMAND(device_write, device_write);
SKBCHECK_COMMAND(set_page_pfmemalloc, set_pfmemalloc);
SKBCHECK_COMMAND(page_frag_cache_init, cache_init);
SKBCHECK_COMMAND(page_frag_alloc, cache_alloc);
SKBCHECK_COMMAND(page_frag_free, frag_free);
SKBCHECK_COMMAND(page_frag_cache_drain, cache_drain);
