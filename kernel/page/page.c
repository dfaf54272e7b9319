// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Page and page_frag commands. */
#include <linux/mm.h>
#include "core/objects.h"

#define CACHES 128
#define ORDER_MAX 3

static struct page_frag_cache caches[CACHES];
static bool cache_used[CACHES];

static u32 alloc_pages_command(const struct skbcheck_call *call)
{
	u32 order = call->args[0];
	struct page *page;

	if (order > ORDER_MAX)
		return SKBCHECK_BAD_CALL;
	page = alloc_pages(GFP_ATOMIC | __GFP_NOWARN | __GFP_COMP, order);
	if (!page)
		return 0;
	skbcheck_bind_page(call->result, page, 0, PAGE_SIZE << order, NULL);
	return 1;
}

static u32 get_page_command(const struct skbcheck_call *call)
{
	const struct skbcheck_object *region = skbcheck_arg(call, 0);

	get_page(region->page);
	skbcheck_bind_page(call->result, region->page, region->region.offset, region->region.size, NULL);
	return 1;
}

static u32 put_page_command(const struct skbcheck_call *call)
{
	struct skbcheck_object *region = skbcheck_arg(call, 0);

	if (region->region.of_pool)
		return SKBCHECK_BAD_CALL;
	put_page(region->page);
	skbcheck_unbind(call->args[0]);
	return 0;
}

/* A device writes without the kernel's help: only the bytes change. */
static u32 device_write(const struct skbcheck_call *call)
{
	struct skbcheck_object *region = skbcheck_arg(call, 0);
	u32 offset = call->args[1], len = call->args[2], end = skbcheck_region_end(region);

	if (offset > end || len > end - offset)
		return SKBCHECK_BAD_CALL;
	if (len)
		skbcheck_write_pattern(skbcheck_region_address(region) + offset, len);
	return 0;
}

/*
 * As if the allocator had taken the page from the emergency reserves; set_page_pfmemalloc() itself would
 * wipe out the signature of a pool.
 */
static u32 set_pfmemalloc(const struct skbcheck_call *call)
{
	skbcheck_arg(call, 0)->page->pp_magic |= BIT(1);
	return 0;
}

static u32 cache_init(const struct skbcheck_call *call)
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

static u32 cache_alloc(const struct skbcheck_call *call)
{
	struct page_frag_cache *cache = skbcheck_arg(call, 0)->cache;
	void *data;

	if ((u32)call->args[1] > PAGE_FRAG_CACHE_MAX_SIZE)
		return SKBCHECK_BAD_CALL;
	data = page_frag_alloc(cache, call->args[1], GFP_ATOMIC | __GFP_NOWARN);
	if (!data)
		return 0;
	skbcheck_bind_page(call->result, virt_to_head_page(data), data - page_address(virt_to_head_page(data)),
			   call->args[1], NULL);
	return 1;
}

static u32 frag_free(const struct skbcheck_call *call)
{
	struct skbcheck_object *region = skbcheck_arg(call, 0);

	if (region->region.of_pool)
		return SKBCHECK_BAD_CALL;
	page_frag_free(skbcheck_region_address(region));
	skbcheck_unbind(call->args[0]);
	return 0;
}

void skbcheck_frag_cache_discard(struct page_frag_cache *cache)
{
	skbcheck_page_frag_cache_drain(cache);
	cache_used[cache - caches] = false;
}

static u32 cache_drain(const struct skbcheck_call *call)
{
	skbcheck_frag_cache_discard(skbcheck_arg(call, 0)->cache);
	skbcheck_unbind(call->args[0]);
	return 0;
}

const struct skbcheck_command skbcheck_page_commands[] = {
	{ 1, KIND_PAGE, "i", alloc_pages_command },
	{ 2, KIND_PAGE, "p", get_page_command },
	{ 3, 0, "p", put_page_command },
	{ 4, 0, "pii", device_write },
	{ 5, 0, "p", set_pfmemalloc },
	{ 10, KIND_FRAG_CACHE, "", cache_init },
	{ 11, KIND_PAGE, "ci", cache_alloc },
	{ 12, 0, "p", frag_free },
	{ 13, 0, "c", cache_drain },
	{ }
};
