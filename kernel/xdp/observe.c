// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Writes the observations of queues, packets and frames as 32-bit words. */
#include <linux/mm.h>
#include "observe/observe.h"
#include "xdp/xdp.h"

u32 *skbcheck_observe_rxq(u32 *w, struct skbcheck_object *object)
{
	const struct skbcheck_rxq *rxq = object->pointer;

	WORD(w, RXQ, reg_state, rxq->info.reg_state);
	WORD(w, RXQ, mem_type, rxq->info.mem.type);
	WORD(w, RXQ, has_mem_id, !!rxq->info.mem.id);
	WORD(w, RXQ, frag_size, rxq->info.frag_size);
	WORD(w, RXQ, xsk_free_buffers, rxq->xsk ? rxq->xsk->free_list_cnt : SKBCHECK_NO_HANDLE);
	return WORDS_END(w, RXQ);
}

static u32 *put_frags(u32 *w, bool has_frags, const struct skb_shared_info *shared)
{
	u32 i;

	if (!has_frags) {
		*w++ = 0;
		return w;
	}
	*w++ = shared->nr_frags;
	*w++ = shared->xdp_frags_size;
	for (i = 0; i < shared->nr_frags && i < MAX_SKB_FRAGS; i++)
		w = skbcheck_put_frag(w, &shared->frags[i]);
	return w;
}

static u32 hash_packet(const u8 *data, u32 metalen, u32 len, bool has_frags, const struct skb_shared_info *shared)
{
	u32 hash = skbcheck_hash_bytes(0, data - metalen, metalen), i;

	hash = skbcheck_hash_bytes(hash, data, len);
	for (i = 0; has_frags && i < shared->nr_frags && i < MAX_SKB_FRAGS; i++)
		hash = skbcheck_hash_bytes(hash, skb_frag_address(&shared->frags[i]),
					   skb_frag_size(&shared->frags[i]));
	return hash;
}

u32 *skbcheck_observe_xdp(u32 *w, struct skbcheck_object *object)
{
	struct xdp_buff *xdp = object->pointer;
	struct page *page = virt_to_head_page(xdp->data_hard_start);
	bool meta = !xdp_data_meta_unsupported(xdp), has_frags = xdp_buff_has_frags(xdp);
	u32 len = xdp->data_end - xdp->data, metalen = meta ? xdp->data - xdp->data_meta : 0;

	w = skbcheck_put_page_index(w, page);
	WORD(w, XDP, data_hard_start, xdp->data_hard_start - page_address(page));
	WORD(w, XDP, headroom, xdp->data - xdp->data_hard_start);
	WORD(w, XDP, len, len);
	WORD(w, XDP, metalen, meta ? metalen : SKBCHECK_NO_HANDLE);
	WORD(w, XDP, frame_sz, xdp->frame_sz);
	WORD(w, XDP, flags, xdp->flags);
	w = put_frags(WORDS_END(w, XDP), has_frags, xdp_get_shared_info_from_buff(xdp));
	*w++ = skbcheck_is_hashed(xdp) ?
		       hash_packet(xdp->data, metalen, len, has_frags, xdp_get_shared_info_from_buff(xdp)) : 0;
	return w;
}

u32 *skbcheck_observe_frame(u32 *w, struct skbcheck_object *object)
{
	struct xdp_frame *frame = object->pointer;
	struct page *page = virt_to_head_page(frame);
	bool has_frags = xdp_frame_has_frags(frame);

	w = skbcheck_put_page_index(w, page);
	WORD(w, FRAME, at, (void *)frame - page_address(page));
	WORD(w, FRAME, headroom, frame->headroom);
	WORD(w, FRAME, len, frame->len);
	WORD(w, FRAME, metasize, frame->metasize);
	WORD(w, FRAME, frame_sz, frame->frame_sz);
	WORD(w, FRAME, flags, frame->flags);
	WORD(w, FRAME, mem_type, SKBCHECK_FRAME_MEM_TYPE(frame));
	WORD(w, FRAME, has_mem_id, SKBCHECK_FRAME_HAS_MEM_ID(frame));
	w = put_frags(WORDS_END(w, FRAME), has_frags, xdp_get_shared_info_from_frame(frame));
	*w++ = skbcheck_is_hashed(frame) ? hash_packet(frame->data, frame->metasize, frame->len, has_frags,
						       xdp_get_shared_info_from_frame(frame)) : 0;
	return w;
}
