/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* The observation being written: its words so far, and the objects that it has met already. */
#ifndef SKBCHECK_OBSERVE_H
#define SKBCHECK_OBSERVE_H

#include <linux/mm.h>
#include <linux/skbuff.h>
#include "core/objects.h"
#include "core/words.h"

/* The skbs of a call, each with the segments behind it. */
#define SKBCHECK_HASHED_MAX 80
/*
 * In page->private: a user's page that AF_XDP pins. A pin counts GUP_PIN_COUNTING_BIAS and is dropped some time after
 * the last socket, so only the rest of the count can be compared.
 */
#define SKBCHECK_PINNED 0x5bc0da7aul
/* The longest run that is written between two checks for room: the frags of one head, each a new page. */
#define SKBCHECK_RUN_WORDS 256

/* An object's number in the observation of a generation; of no meaning in any other. */
struct skbcheck_stamp {
	u32 generation;
	u32 number;
};

struct skbcheck_view {
	u32 generation;
	u32 skbs;
	u32 datas;
	u32 pages;
	u32 nesting;
	u32 hashed_count;
	const void *hashed[SKBCHECK_HASHED_MAX]; /* skbs, packets, frames whose payload is looked at */
	u32 *end; /* of the buffer of words */
	struct skbcheck_stamp *page_stamps; /* by page frame number */
	unsigned long page_frames;
};

extern struct skbcheck_view skbcheck_view;

/* ---- page.c ---- */
u32 *skbcheck_put_page_words(u32 *w, struct page *page);

/* ---- skb.c ---- */
u32 *skbcheck_put_skb_index(u32 *w, struct sk_buff *skb);
u32 *skbcheck_put_frag(u32 *w, const skb_frag_t *frag);
u32 skbcheck_hash_bytes(u32 hash, const u8 *bytes, u32 count);
bool skbcheck_is_hashed(const void *object);
void skbcheck_learn_flags(struct sk_buff *scratch);
/*
 * skb_shinfo()->hwtstamps is also a pointer that AF_XDP writes through when its packet completes (6.8: xsk_meta), so
 * no stamp may stay there between two calls once an AF_XDP socket lives.
 */
extern bool skbcheck_clears_stamps;
void skbcheck_clear_stamps(void);
/* tcp_wfree(), which is not exported: the destructor of an skb that TCP sent. */
extern void (*skbcheck_tcp_wfree)(struct sk_buff *skb);

static __always_inline u32 skbcheck_fold(u32 hash, u32 word)
{
	hash = (hash ^ word) * SKBCHECK_MIX_FACTOR;
	return hash ^ (hash >> SKBCHECK_MIX_SHIFT);
}

static inline bool skbcheck_room_for_run(const u32 *w)
{
	return w + SKBCHECK_RUN_WORDS <= skbcheck_view.end;
}

/* A page of a per-CPU cache. Its count, the offsets in it and its other users depend on history. */
static __always_inline bool skbcheck_is_opaque(struct page *page)
{
	return page_private(page) == SKBCHECK_OPAQUE && !skbcheck_page_signed(page);
}

/* The page's number in this observation, and its words where it is met for the first time. */
static __always_inline u32 *skbcheck_put_page_index(u32 *w, struct page *page)
{
	unsigned long frame = page_to_pfn(page);
	struct skbcheck_stamp *stamp;

	/* No page at all, or none to compare. */
	if (unlikely(frame >= skbcheck_view.page_frames || skbcheck_is_opaque(page))) {
		*w++ = SKBCHECK_NO_HANDLE;
		return w;
	}
	stamp = &skbcheck_view.page_stamps[frame];
	if (stamp->generation == skbcheck_view.generation) {
		*w++ = stamp->number;
		return w;
	}
	stamp->generation = skbcheck_view.generation;
	stamp->number = ++skbcheck_view.pages;
	*w++ = stamp->number;
	return skbcheck_put_page_words(w, page);
}

#endif /* SKBCHECK_OBSERVE_H */
