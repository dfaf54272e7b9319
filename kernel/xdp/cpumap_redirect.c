// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The ways into a cpumap: a frame or a packet of a driver, an skb of generic XDP, and the flush of the bulk queues. The
 * wakeups of the kthread are held back, so that the program decides on the moment at which it runs.
 */
#include <linux/netdevice.h>
#include "fault/fault.h"
#include "xdp/cpumap.h"

static int (*enqueue_function)(void *entry, struct xdp_frame *frame, struct net_device *dev_rx);
static int (*generic_redirect_function)(void *entry, struct sk_buff *skb);

bool skbcheck_cpumap_find_functions(void)
{
	enqueue_function = skbcheck_find_function("cpu_map_enqueue");
	generic_redirect_function = skbcheck_find_function("cpu_map_generic_redirect");
	return enqueue_function && generic_redirect_function;
}

static u32 enqueue(const struct skbcheck_call *call, const struct cpu_map_enqueue_args *args)
{
	struct cpumap *cpumap = cpumap_of(args->cpumap);
	struct xdp_frame *frame = skbcheck_frame_of(args->frame);
	u32 returned;

	if (call->context == CONTEXT_PROCESS)
		return SKBCHECK_BAD_CALL;
	skbcheck_unbind(args->frame);
	skbcheck_net_enter();
	returned = enqueue_function(entry_of(cpumap), frame, skbcheck_xdp_dev);
	skbcheck_net_leave();
	return returned;
}

static u32 redirect(const struct skbcheck_call *call, const struct xdp_do_redirect_args *args)
{
	struct xdp_buff *xdp = skbcheck_xdp_of(args->xdp);
	struct cpumap *cpumap = cpumap_of(args->cpumap);
	int error = -EINVAL;

	if (call->context == CONTEXT_PROCESS)
		return SKBCHECK_BAD_CALL;
	skbcheck_unbind(args->xdp);
	skbcheck_net_enter();
	rcu_read_lock();
	if (bpf_prog_run_xdp(cpumap->redirect, xdp) == XDP_REDIRECT)
		error = xdp_do_redirect(skbcheck_xdp_dev, xdp, cpumap->redirect);
	if (error)
		xdp_return_buff(xdp);
	rcu_read_unlock();
	skbcheck_net_leave();
	skbcheck_xdp_drop(xdp);
	return error;
}

void skbcheck_cpumap_flush(void)
{
	skbcheck_net_enter();
	skbcheck_fault_hold_wakeups(true);
	xdp_do_flush();
	skbcheck_fault_hold_wakeups(false);
	skbcheck_net_leave();
}

static u32 flush(const struct skbcheck_call *call, const struct xdp_do_flush_args *args)
{
	if (call->context == CONTEXT_PROCESS)
		return SKBCHECK_BAD_CALL;
	skbcheck_cpumap_flush();
	return 0;
}

static u32 generic_redirect(const struct skbcheck_call *call,
			    const struct cpu_map_generic_redirect_args *args)
{
	struct cpumap *cpumap = cpumap_of(args->cpumap);
	struct sk_buff *skb = skbcheck_skb_of(args->skb);
	int error;

	if (skb_shared(skb))
		return SKBCHECK_BAD_CALL;
	/* The receive path leaves an skb like this before generic XDP: the MAC header was not pulled. */
	skb->dev = skbcheck_xdp_dev;
	skb->mac_len = 0;
	skb->protocol = 0;
	skb_reset_mac_header(skb);
	local_bh_disable();
	skbcheck_fault_hold_wakeups(true);
	error = generic_redirect_function(entry_of(cpumap), skb);
	skbcheck_fault_hold_wakeups(false);
	local_bh_enable();
	if (!error)
		skbcheck_unbind(args->skb);
	return error;
}

SKBCHECK_COMMAND(cpu_map_enqueue, enqueue);
SKBCHECK_COMMAND(xdp_do_flush, flush);
SKBCHECK_COMMAND(cpu_map_generic_redirect, generic_redirect);
SKBCHECK_COMMAND(xdp_do_redirect, redirect);
