// SPDX-License-Identifier: GPL-2.0 OR MIT
/* XDP frames: how they are returned, cloned, and made skbs. */
#include <linux/netdevice.h>
#include "xdp/xdp.h"

/* Not exported: found by name. */
static struct xdp_frame *(*clone_function)(struct xdp_frame *frame);

static u32 return_frame(const struct skbcheck_call *call, const struct xdp_return_frame_args *args)
{
	struct xdp_frame *frame = skbcheck_frame_of(args->frame);

	skbcheck_unbind(args->frame);
	skbcheck_net_enter();
	xdp_return_frame(frame);
	skbcheck_net_leave();
	return 0;
}

static u32 return_frame_rx_napi(const struct skbcheck_call *call,
				const struct xdp_return_frame_rx_napi_args *args)
{
	struct xdp_frame *frame = skbcheck_frame_of(args->frame);

	if (call->context == CONTEXT_PROCESS)
		return SKBCHECK_BAD_CALL;
	skbcheck_unbind(args->frame);
	skbcheck_net_enter();
	if (args->no_direct)
		xdp_set_return_frame_no_direct();
	xdp_return_frame_rx_napi(frame);
	if (args->no_direct)
		xdp_clear_return_frame_no_direct();
	skbcheck_net_leave();
	return 0;
}

static u32 return_frame_bulk(const struct skbcheck_call *call,
			     const struct xdp_return_frame_bulk_args *args)
{
	const s32 frames[] = { args->frame, args->frame2, args->frame3, args->frame4 };
	struct xdp_frame_bulk bulk;
	u32 i;

	skbcheck_net_enter();
	rcu_read_lock();
	xdp_frame_bulk_init(&bulk);
	for (i = 0; i < ARRAY_SIZE(frames); i++) {
		if (frames[i] < 0)
			continue;
		xdp_return_frame_bulk(skbcheck_frame_of(frames[i]), &bulk);
		skbcheck_unbind(frames[i]);
	}
	xdp_flush_frame_bulk(&bulk);
	rcu_read_unlock();
	skbcheck_net_leave();
	return 0;
}

static u32 build_skb_from_frame(const struct skbcheck_call *call,
				const struct xdp_build_skb_from_frame_args *args)
{
	struct sk_buff *skb = xdp_build_skb_from_frame(skbcheck_frame_of(args->frame), skbcheck_xdp_dev);

	if (!skb)
		return 0;
	skbcheck_unbind(args->frame);
	return skbcheck_bind_skb(call, skb);
}

static u32 clone_frame(const struct skbcheck_call *call, const struct xdpf_clone_args *args)
{
	struct xdp_frame *clone;

	if (!clone_function || xdp_frame_has_frags(skbcheck_frame_of(args->frame)))
		return SKBCHECK_UNSUPPORTED;
	clone = clone_function(skbcheck_frame_of(args->frame));
	if (!clone)
		return 0;
	skbcheck_bind(call->result, KIND_FRAME, clone);
	return 1;
}

void skbcheck_release_frame(struct skbcheck_object *object)
{
	skbcheck_net_enter();
	xdp_return_frame(object->pointer);
	skbcheck_net_leave();
}

static int start(void)
{
	clone_function = skbcheck_find_function("xdpf_clone");
	return 0;
}

SKBCHECK_COMMAND(xdp_return_frame, return_frame);
SKBCHECK_COMMAND(xdp_return_frame_rx_napi, return_frame_rx_napi);
SKBCHECK_COMMAND(xdp_return_frame_bulk, return_frame_bulk);
SKBCHECK_COMMAND(xdp_build_skb_from_frame, build_skb_from_frame);
SKBCHECK_COMMAND(xdpf_clone, clone_frame);

const struct skbcheck_system skbcheck_xdp_frame = {
	.start = start,
};
