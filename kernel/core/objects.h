/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* The table of objects, by the names of a program. */
#ifndef SKBCHECK_OBJECTS_H
#define SKBCHECK_OBJECTS_H

#include <linux/bitops.h>
#include <linux/dma-direction.h>
#include <linux/types.h>
#include "core/compat.h"
#include "made/protocol.h"

/* Results of calls without a name are kept behind the handles until the release: no call can use or see them. */
#define SKBCHECK_NAMELESS 64
#define SKBCHECK_SLOTS (SKBCHECK_HANDLES + SKBCHECK_NAMELESS)

struct skbcheck_device;
struct skbcheck_uarg;

/* The object of one name: for skbs and pages it holds one reference. */
struct skbcheck_object {
	union {
		void *pointer;
		struct sk_buff *skb;
		struct page *page; /* of a compound page: its head */
		struct page_pool *pool;
		struct skbcheck_device *device;
		struct sock *sk;
		struct skbcheck_uarg *uarg;
		struct page_frag_cache *cache;
	};
	union {
		struct {
			u32 offset; /* bytes from the start of the (compound) page */
			u32 size;
			struct page_pool *of_pool; /* a reference of this pool; NULL: a plain one */
		} region;
		struct {
			struct skbcheck_device *device;
			dma_addr_t address;
			u32 offset; /* bytes from the start of the (compound) page */
			u32 size;
			enum dma_data_direction direction;
		} mapping;
		struct {
			u32 flags; /* PP_FLAG_* it was created with */
			bool release_pending;
			struct skbcheck_device *device;
		} in_pool;
		struct {
			/* A pool reference was moved in and skb_mark_for_recycle() is still to come. */
			bool owes_mark;
			/* Segments hang on skb->next: segment/segment.c. */
			bool leads_list;
		} of_skb;
	};
};

extern u8 skbcheck_kinds[SKBCHECK_SLOTS];
extern struct skbcheck_object skbcheck_objects[SKBCHECK_SLOTS];
/* Every live handle is below. */
extern u32 skbcheck_handle_end;
/* The live handles as bits, and those of two kinds as lists, for the observation. */
extern unsigned long skbcheck_live[BITS_TO_LONGS(SKBCHECK_SLOTS)];
struct skbcheck_handle_list {
	u32 count;
	u16 handles[SKBCHECK_HANDLES];
};
extern struct skbcheck_handle_list skbcheck_pools;
extern struct skbcheck_handle_list skbcheck_socks;
/* Number of slots in use behind the handles. */
extern u32 skbcheck_nameless;

struct skbcheck_object *skbcheck_bind(u32 handle, enum skbcheck_kind kind, void *pointer);
void skbcheck_unbind(u32 handle);
/* After every object was released. */
void skbcheck_objects_reset(void);

/* The object of a handle argument, which was checked. */
static inline struct skbcheck_object *skbcheck_object_of(s32 handle)
{
	return &skbcheck_objects[handle];
}

static inline struct sk_buff *skbcheck_skb_of(s32 handle)
{
	return skbcheck_objects[handle].skb;
}

static inline struct skbcheck_object *skbcheck_bind_page(u32 handle, struct page *page, u32 offset, u32 size,
							 struct page_pool *of_pool)
{
	struct skbcheck_object *object = skbcheck_bind(handle, KIND_PAGE, page);

	object->region.offset = offset;
	object->region.size = size;
	object->region.of_pool = of_pool;
	return object;
}

static inline u32 skbcheck_region_end(const struct skbcheck_object *region)
{
	return (PAGE_SIZE << compound_order(region->page)) - region->region.offset;
}

static inline void *skbcheck_region_address(const struct skbcheck_object *region)
{
	return page_address(region->page) + region->region.offset;
}

/*
 * The pages of the per-CPU fragment caches have counts and offsets that depend on history. They are
 * marked in page->private, which the page allocator clears when it hands the page out again.
 */
#define SKBCHECK_OPAQUE 0x5bc0ffeeul

static inline void skbcheck_mark_opaque(const struct sk_buff *skb)
{
	if (skb->head_frag)
		set_page_private(virt_to_head_page(skb->head), SKBCHECK_OPAQUE);
}

#endif /* SKBCHECK_OBJECTS_H */
