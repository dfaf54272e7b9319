// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The canonical observation of every live object, and its digest. This is what the VM does most,
 * under emulation: everything is found by a stamp in the object itself or in a table by page frame
 * number, nothing is allocated, and nothing is cleared between observations.
 */
#include <linux/vmalloc.h>
#include <net/sock.h>
#include "observe/observe.h"

#define WORDS_MAX (256u << 10)
#define OVERFLOW_DIGEST 0xffffffffu
#define BIAS_MARK 0x40000000u
/* In the place of a handle number: a segment on the list behind the skb before. */
#define SEGMENT 0xffffu

struct skbcheck_view skbcheck_view;
static u32 *words;

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
	w[0] = page_ref_count(page);
	w[1] = compound_order(page);
	w[2] = (page_is_pfmemalloc(page) ? 1 : 0) | 2;
	w[3] = pool;
	w[4] = refs > (long)BIAS_MARK ? BIAS_MARK | (u32)(SKBCHECK_BIAS_MAX - refs) : (u32)refs;
	return w + 5;
}

u32 *skbcheck_put_page_words(u32 *w, struct page *page)
{
	if (unlikely(skbcheck_page_signed(page)))
		return put_pool_page_words(w, page);
	w[0] = page_ref_count(page);
	if (unlikely(page_private(page) == SKBCHECK_PINNED))
		w[0] %= GUP_PIN_COUNTING_BIAS;
	w[1] = compound_order(page);
	w[2] = page_is_pfmemalloc(page) ? 1 : 0;
	w[3] = SKBCHECK_NO_HANDLE;
	w[4] = 0;
	return w + 5;
}

static u32 *put_region(u32 *w, const struct skbcheck_object *object)
{
	w = skbcheck_put_page_index(w, object->page);
	w[0] = skbcheck_is_opaque(object->page) ? 0 : object->region.offset;
	w[1] = object->region.size;
	return w + 2;
}

/* ptr_ring clears consumed entries in batches, so what lies between the two ends is the truth. */
static u32 ring_count(const struct ptr_ring *ring)
{
	int count = ring->producer - ring->consumer_head;

	if (count < 0)
		count += ring->size;
	if (!count && ring->size && ring->queue[ring->consumer_head])
		count = ring->size;
	return count;
}

static u32 *put_pool(u32 *w, const struct skbcheck_object *object)
{
	const struct page_pool *pool = object->pool;

	w[0] = pool->pages_state_hold_cnt;
	w[1] = atomic_read(&pool->pages_state_release_cnt);
	w[2] = pool->alloc.count;
	w[3] = ring_count(&pool->ring);
	w[4] = pool->frag_page ? pool->frag_offset : 0;
	w[5] = pool->frag_page ? pool->frag_users : 0;
	w[6] = object->in_pool.release_pending;
	return w + 7;
}

static u32 *put_frag_cache(u32 *w, const struct page_frag_cache *cache)
{
	w[0] = !!cache->va;
	w[1] = cache->offset;
	w[2] = cache->size;
	w[3] = cache->pagecnt_bias;
	w[4] = cache->pfmemalloc;
	w += 5;
	return cache->va ? skbcheck_put_page_index(w, virt_to_head_page(cache->va)) : w;
}

/* An skb, and the list of segments that hangs on it. */
static u32 *put_skb(u32 *w, const struct skbcheck_object *object)
{
	struct sk_buff *skb = object->skb;

	w = skbcheck_put_skb_index(w, skb);
	if (likely(!object->of_skb.leads_list))
		return w;
	for (skb = skb->next; skb && skbcheck_room_for_run(w); skb = skb->next) {
		*w++ = KIND_SKB << 16 | SEGMENT;
		w = skbcheck_put_skb_index(w, skb);
	}
	return w;
}

static u32 *put_object(u32 *w, u32 kind, struct skbcheck_object *object)
{
	switch (kind) {
	case KIND_SKB:
		return put_skb(w, object);
	case KIND_PAGE:
		return put_region(w, object);
	case KIND_POOL:
		return put_pool(w, object);
	case KIND_DEVICE:
		w[0] = object->device->live_mappings;
		w[1] = object->device->maps;
		w[2] = object->device->unmaps;
		w[3] = object->device->syncs_for_device;
		w[4] = object->device->syncs_for_cpu;
		return w + 5;
	case KIND_SOCK:
		w[0] = refcount_read(&object->sk->sk_wmem_alloc);
		w[1] = atomic_read(&object->sk->sk_rmem_alloc);
		return w + 2;
	case KIND_UARG:
		w[0] = refcount_read(&object->uarg->ubuf.refcnt);
		w[1] = object->uarg->completions;
		w[2] = object->uarg->successes;
		return w + 3;
	case KIND_FRAG_CACHE:
		return put_frag_cache(w, object->cache);
	case KIND_MAPPING:
		return skbcheck_put_page_index(w, object->page);
	default:
		return skbcheck_kind_ops[kind]->observe(w, object);
	}
}

static void note_hashed(u32 handle)
{
	const struct sk_buff *skb;

	if (handle >= SKBCHECK_HANDLES || skbcheck_view.hashed_count == SKBCHECK_HASHED_MAX)
		return;
	switch (skbcheck_kinds[handle]) {
	case KIND_XDP:
	case KIND_FRAME:
		skbcheck_view.hashed[skbcheck_view.hashed_count++] = skbcheck_objects[handle].pointer;
		return;
	case KIND_SKB:
		break;
	default:
		return;
	}
	/* With the whole list of segments: they are seen here or never. */
	for (skb = skbcheck_objects[handle].skb; skb && skbcheck_view.hashed_count < SKBCHECK_HASHED_MAX; skb = skb->next) {
		skbcheck_view.hashed[skbcheck_view.hashed_count++] = skb;
		if (!skbcheck_objects[handle].of_skb.leads_list)
			break;
	}
}

static void begin(const struct skbcheck_call *call, const char *args)
{
	u32 i;

	if (!++skbcheck_view.generation)
		skbcheck_view.generation = 1;
	skbcheck_view.skbs = 0;
	skbcheck_view.datas = 0;
	skbcheck_view.pages = 0;
	skbcheck_view.hashed_count = 0;
	for (i = 0; args[i]; i++)
		if (args[i] == 's' || args[i] == 'x' || args[i] == 'f')
			note_hashed(call->args[i]);
	note_hashed(call->result);
}

static u32 digest(const u32 *from, const u32 *to)
{
	u32 hash = 0x811c9dc5u;

	for (; from + 4 <= to; from += 4) {
		hash = skbcheck_fold(hash, from[0]);
		hash = skbcheck_fold(hash, from[1]);
		hash = skbcheck_fold(hash, from[2]);
		hash = skbcheck_fold(hash, from[3]);
	}
	while (from < to)
		hash = skbcheck_fold(hash, *from++);
	return hash;
}

u32 skbcheck_observe(const struct skbcheck_call *call, const char *args, const u32 **words_out, u32 *word_count)
{
	u32 *w = words;
	bool overflow = false;
	u32 base;

	begin(call, args);
	for (base = 0; base < skbcheck_handle_end && !overflow; base += BITS_PER_LONG) {
		unsigned long live = skbcheck_live[base / BITS_PER_LONG];

		for (; live && !overflow; live &= live - 1) {
			u32 handle = base + __ffs(live), kind = skbcheck_kinds[handle];

			*w++ = kind << 16 | handle;
			w = put_object(w, kind, &skbcheck_objects[handle]);
			overflow = !skbcheck_room_for_run(w);
		}
	}
	if (unlikely(skbcheck_clears_stamps))
		skbcheck_clear_stamps();
	*words_out = words;
	*word_count = w - words;
	return overflow ? OVERFLOW_DIGEST : digest(words, w);
}

static unsigned long end_of_page_frames(void)
{
	unsigned long end = 0;
	int node;

	for_each_online_node(node)
		end = max(end, pgdat_end_pfn(NODE_DATA(node)));
	return end;
}

int skbcheck_observe_start(void)
{
	struct sk_buff *scratch = kzalloc(sizeof(*scratch), GFP_KERNEL);

	words = vmalloc(WORDS_MAX * sizeof(u32));
	skbcheck_view.end = words + WORDS_MAX;
	skbcheck_view.page_frames = end_of_page_frames();
	skbcheck_view.page_stamps = vzalloc(skbcheck_view.page_frames * sizeof(struct skbcheck_stamp));
	if (!scratch || !words || !skbcheck_view.page_stamps) {
		kfree(scratch);
		skbcheck_observe_stop();
		return -ENOMEM;
	}
	skbcheck_learn_flags(scratch);
	kfree(scratch);
	return 0;
}

void skbcheck_observe_stop(void)
{
	vfree(words);
	vfree(skbcheck_view.page_stamps);
}
