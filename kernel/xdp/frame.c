// SPDX-License-Identifier: GPL-2.0 OR MIT
/* XDP frames: how they are returned, cloned, and made skbs. */
#include <linux/netdevice.h>
#include "xdp/xdp.h"

#define BULK_ARGS 4

/* Not exported: found by name. */
static struct xdp_frame *(*clone_function)(struct xdp_frame *frame);

static u32 return_frame(const struct skbcheck_call *call)
{
	struct xdp_frame *frame = skbcheck_frame_arg(call, 0);

	skbcheck_unbind(call->args[0]);
	skbcheck_net_enter();
	xdp_return_frame(frame);
	skbcheck_net_leave();
	return 0;
}

static u32 return_frame_rx_napi(const struct skbcheck_call *call)
{
	struct xdp_frame *frame = skbcheck_frame_arg(call, 0);

	if (call->context == CONTEXT_PROCESS)
		return SKBCHECK_BAD_CALL;
	skbcheck_unbind(call->args[0]);
	skbcheck_net_enter();
	if (call->args[1])
		xdp_set_return_frame_no_direct();
	xdp_return_frame_rx_napi(frame);
	if (call->args[1])
		xdp_clear_return_frame_no_direct();
	skbcheck_net_leave();
	return 0;
}

static u32 return_frame_bulk(const struct skbcheck_call *call)
{
	struct xdp_frame_bulk bulk;
	u32 i;

	skbcheck_net_enter();
	rcu_read_lock();
	xdp_frame_bulk_init(&bulk);
	for (i = 0; i < BULK_ARGS; i++) {
		if (call->args[i] < 0)
			continue;
		xdp_return_frame_bulk(skbcheck_frame_arg(call, i), &bulk);
		skbcheck_unbind(call->args[i]);
	}
	xdp_flush_frame_bulk(&bulk);
	rcu_read_unlock();
	skbcheck_net_leave();
	return 0;
}

static u32 build_skb_from_frame(const struct skbcheck_call *call)
{
	struct sk_buff *skb = xdp_build_skb_from_frame(skbcheck_frame_arg(call, 0), skbcheck_xdp_dev);

	if (!skb)
		return 0;
	skbcheck_unbind(call->args[0]);
	return skbcheck_bind_skb(call, skb);
}

static u32 clone_frame(const struct skbcheck_call *call)
{
	struct xdp_frame *clone;

	if (!clone_function || xdp_frame_has_frags(skbcheck_frame_arg(call, 0)))
		return SKBCHECK_UNSUPPORTED;
	clone = clone_function(skbcheck_frame_arg(call, 0));
	if (!clone)
		return 0;
	skbcheck_bind(call->result, KIND_FRAME, clone);
	return 1;
}

static void release_frame(struct skbcheck_object *object)
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

static const struct skbcheck_command commands[] = {
	{ 265, 0, "f", return_frame },
	{ 266, 0, "fi", return_frame_rx_napi },
	{ 267, 0, "fFFF", return_frame_bulk },
	{ 268, KIND_SKB, "f", build_skb_from_frame },
	{ 269, KIND_FRAME, "f", clone_frame },
	{ }
};

static const struct skbcheck_kind_ops kinds[] = {
	{ KIND_FRAME, 'f', release_frame, skbcheck_put_frame },
	{ KIND_NONE },
};

const struct skbcheck_system skbcheck_xdp_frame = {
	.commands = commands,
	.kinds = kinds,
	.start = start,
};
