// SPDX-License-Identifier: GPL-2.0 OR MIT
/* The table of what a program's names stand for, and how it is emptied between programs. */
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>
#include <net/sock.h>
#include "core/objects.h"

#define PATTERN_PERIOD (1u << 16)
#define PATTERN_BYTES (2 * PATTERN_PERIOD)
#define PATTERN_STEP 4099u

u8 skbcheck_kinds[SKBCHECK_SLOTS];
struct skbcheck_object skbcheck_objects[SKBCHECK_SLOTS];
unsigned long skbcheck_live[BITS_TO_LONGS(SKBCHECK_SLOTS)];
struct skbcheck_handle_list skbcheck_pools;
struct skbcheck_handle_list skbcheck_socks;
u32 skbcheck_handle_end;
u32 skbcheck_nameless;
u32 skbcheck_stamp;
u32 skbcheck_leaked_pools;

static u8 *pattern;

static struct skbcheck_handle_list *list_of(u32 handle, u32 kind)
{
	if (handle >= SKBCHECK_HANDLES)
		return NULL;
	if (kind == KIND_POOL)
		return &skbcheck_pools;
	return kind == KIND_SOCK ? &skbcheck_socks : NULL;
}

static void unlist(struct skbcheck_handle_list *list, u32 handle)
{
	u32 i;

	for (i = 0; i < list->count; i++)
		if (list->handles[i] == handle)
			break;
	if (i < list->count)
		list->handles[i] = list->handles[--list->count];
}

struct skbcheck_object *skbcheck_bind(u32 handle, enum skbcheck_kind kind, void *pointer)
{
	struct skbcheck_object *object = &skbcheck_objects[handle];
	struct skbcheck_handle_list *list = list_of(handle, kind);

	memset(object, 0, sizeof(*object));
	object->pointer = pointer;
	skbcheck_kinds[handle] = kind;
	skbcheck_live[handle / BITS_PER_LONG] |= BIT(handle % BITS_PER_LONG);
	if (list)
		list->handles[list->count++] = handle;
	if (handle >= skbcheck_handle_end && handle < SKBCHECK_HANDLES)
		skbcheck_handle_end = handle + 1;
	return object;
}

void skbcheck_unbind(u32 handle)
{
	struct skbcheck_handle_list *list = list_of(handle, skbcheck_kinds[handle]);

	if (list)
		unlist(list, handle);
	skbcheck_kinds[handle] = KIND_NONE;
	skbcheck_live[handle / BITS_PER_LONG] &= ~BIT(handle % BITS_PER_LONG);
}

void skbcheck_write_pattern(void *to, u32 bytes)
{
	u32 start = (skbcheck_stamp++ * PATTERN_STEP) & (PATTERN_PERIOD - 1);

	memcpy(to, pattern + start, min(bytes, PATTERN_PERIOD));
}

void skbcheck_put_region(struct skbcheck_object *region)
{
	if (region->region.of_pool)
		page_pool_put_full_page(region->region.of_pool, region->page, false);
	else
		put_page(region->page);
}

static void release_skb(struct skbcheck_object *object)
{
	if (object->of_skb.owes_mark)
		skb_mark_for_recycle(object->skb);
	if (object->of_skb.leads_list)
		kfree_skb_list(object->skb);
	else
		kfree_skb(object->skb);
}

static void release_mapping(struct skbcheck_object *object)
{
	dma_unmap_page(&object->mapping.device->dev, object->mapping.address, object->mapping.size,
		       object->mapping.direction);
}

static void release(u32 handle, u32 kind)
{
	struct skbcheck_object *object = &skbcheck_objects[handle];

	switch (kind) {
	case KIND_MAPPING:
		release_mapping(object);
		break;
	case KIND_SKB:
		release_skb(object);
		break;
	case KIND_PAGE:
		skbcheck_put_region(object);
		break;
	case KIND_UARG:
		object->uarg->handle = SKBCHECK_NO_HANDLE;
		net_zcopy_put(&object->uarg->ubuf);
		break;
	case KIND_SOCK:
		sk_free(object->sk);
		break;
	case KIND_FRAG_CACHE:
		skbcheck_frag_cache_discard(object->cache);
		break;
	case KIND_POOL:
		if (!skbcheck_pool_discard(object))
			skbcheck_leaked_pools++;
		break;
	default:
		if (skbcheck_kind_ops[kind] && skbcheck_kind_ops[kind]->release)
			skbcheck_kind_ops[kind]->release(object);
		break;
	}
	skbcheck_unbind(handle);
}

static void release_all(u32 kind)
{
	u32 i;

	for (i = 0; i < skbcheck_handle_end; i++)
		if (skbcheck_kinds[i] == kind)
			release(i, kind);
	for (i = SKBCHECK_HANDLES; i < SKBCHECK_HANDLES + skbcheck_nameless; i++)
		if (skbcheck_kinds[i] == kind)
			release(i, kind);
}

void skbcheck_world_reset(void)
{
	/* What refers to others goes before what it refers to. */
	static const u8 order[] = {
		KIND_PORT, KIND_XDP, KIND_FRAME, KIND_NAPI, KIND_CPUMAP, KIND_NETDEV, KIND_XSK, KIND_PIPE, KIND_MM, KIND_FILE,
		KIND_RXQ, KIND_UMEM,
		KIND_MAPPING, KIND_SKB, KIND_UARG, KIND_PAGE, KIND_FRAG_CACHE, KIND_POOL, KIND_SOCK, KIND_DEVICE,
	};
	u32 i;

	skbcheck_dma_quiet = true;
	for (i = 0; (skbcheck_handle_end || skbcheck_nameless) && i < ARRAY_SIZE(order); i++)
		release_all(order[i]);
	skbcheck_handle_end = 0;
	skbcheck_nameless = 0;
	skbcheck_stamp = 0;
	skbcheck_systems_reset();
	skbcheck_uargs_reset();
	skbcheck_dma_reset();
	skbcheck_dma_quiet = false;
}

/* The same generator as in src/model/memory.ts. */
int skbcheck_world_start(void)
{
	u32 state = 1, i;

	pattern = vmalloc(PATTERN_BYTES);
	if (!pattern)
		return -ENOMEM;
	for (i = 0; i < PATTERN_BYTES; i++) {
		state = state * 1664525u + 1013904223u;
		pattern[i] = state >> 24;
	}
	return 0;
}

void skbcheck_world_stop(void)
{
	skbcheck_world_reset();
	vfree(pattern);
}
