// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The canonical observation of every live object, and its digest. The VM spends most of its
 * time here, under emulation: everything is found by a stamp in the object itself or in a table by page frame
 * number, nothing is allocated, and nothing is cleared between observations.
 */
#include <linux/vmalloc.h>
#include "core/system.h"
#include "exec/exec.h"
#include "observe/observe.h"

#define WORDS_MAX (256u << 10)

struct skbcheck_view skbcheck_view;
static u32 *words;

static u32 *put_object(u32 *w, u32 kind, struct skbcheck_object *object)
{
	switch (kind) {
#define OBSERVE(name, digit)                                  \
	case digit:                                           \
		return skbcheck_observe_##name(w, object);
	SKBCHECK_KINDS(OBSERVE)
	}
	return w;
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
	/* Includes the whole list of segments: no other object leads to them. */
	for (skb = skbcheck_objects[handle].skb; skb && skbcheck_view.hashed_count < SKBCHECK_HASHED_MAX;
	     skb = skb->next) {
		skbcheck_view.hashed[skbcheck_view.hashed_count++] = skb;
		if (!skbcheck_objects[handle].of_skb.leads_list)
			break;
	}
}

static void begin(const struct skbcheck_call *call, const struct skbcheck_command *command)
{
	unsigned long hashed = command ? command->hashed_args : 0;

	if (!++skbcheck_view.generation)
		skbcheck_view.generation = 1;
	skbcheck_view.skbs = 0;
	skbcheck_view.datas = 0;
	skbcheck_view.pages = 0;
	skbcheck_view.hashed_count = 0;
	for (; hashed; hashed &= hashed - 1)
		note_hashed(call->args[__ffs(hashed)]);
	note_hashed(call->result);
}

static u32 digest(const u32 *from, const u32 *to)
{
	u32 hash = SKBCHECK_DIGEST_SEED;

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

u32 skbcheck_observe(const struct skbcheck_call *call, const struct skbcheck_command *command, const u32 **words_out,
		     u32 *word_count)
{
	u32 *w = words;
	bool overflow = false;
	u32 base;

	begin(call, command);
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
	return overflow ? SKBCHECK_OVERFLOW_DIGEST : digest(words, w);
}

static unsigned long end_of_page_frames(void)
{
	unsigned long end = 0;
	int node;

	for_each_online_node(node)
		end = max(end, pgdat_end_pfn(NODE_DATA(node)));
	return end;
}

int skbcheck_observation_start(void)
{
	struct sk_buff *scratch = kzalloc(sizeof(*scratch), GFP_KERNEL);

	words = vmalloc(WORDS_MAX * sizeof(u32));
	skbcheck_view.end = words + WORDS_MAX;
	skbcheck_view.page_frames = end_of_page_frames();
	skbcheck_view.page_stamps = vzalloc(skbcheck_view.page_frames * sizeof(struct skbcheck_stamp));
	if (!scratch || !words || !skbcheck_view.page_stamps) {
		kfree(scratch);
		skbcheck_observation_stop();
		return -ENOMEM;
	}
	skbcheck_learn_flags(scratch);
	kfree(scratch);
	return 0;
}

void skbcheck_observation_stop(void)
{
	vfree(words);
	vfree(skbcheck_view.page_stamps);
}
