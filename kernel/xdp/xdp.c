// SPDX-License-Identifier: GPL-2.0 OR MIT
/* XDP commands: packets, and the changes that programs make to them. */
#include <linux/etherdevice.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include "xdp/xdp.h"

#define BUFFS 256

static struct xdp_buff buffs[BUFFS];
static bool buff_used[BUFFS];
struct net_device *skbcheck_xdp_dev;

/* Not exported: found by name. */
static u64 (*adjust_head_function)(u64 xdp, u64 offset, u64, u64, u64);
static u64 (*adjust_meta_function)(u64 xdp, u64 offset, u64, u64, u64);
static u64 (*adjust_tail_function)(u64 xdp, u64 offset, u64, u64, u64);

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
static struct bpf_net_context net_context;

void skbcheck_net_enter(void)
{
	current->bpf_net_context = &net_context;
}

void skbcheck_net_leave(void)
{
	current->bpf_net_context = NULL;
}
#else
void skbcheck_net_enter(void)
{
}

void skbcheck_net_leave(void)
{
}
#endif

static struct xdp_buff *take_buff(void)
{
	u32 i;

	for (i = 0; i < BUFFS; i++)
		if (!buff_used[i])
			break;
	if (i == BUFFS)
		return NULL;
	buff_used[i] = true;
	return &buffs[i];
}

void skbcheck_xdp_drop(struct xdp_buff *xdp)
{
	if (xdp >= buffs && xdp < buffs + BUFFS)
		buff_used[xdp - buffs] = false;
}

/* xdp_prepare_buff(rxq, page, frame_sz, headroom, len, meta_valid) */
static u32 prepare_buff(const struct skbcheck_call *call, const struct xdp_prepare_buff_args *args)
{
	struct skbcheck_rxq *rxq = skbcheck_rxq_of(args->rxq);
	struct skbcheck_object *region = skbcheck_object_of(args->page);
	u32 frame_sz = args->frame_sz, headroom = args->headroom, len = args->len;
	u32 shared = SKB_DATA_ALIGN(sizeof(struct skb_shared_info));
	struct xdp_buff *xdp;

	if (frame_sz > skbcheck_region_end(region) || frame_sz < shared || headroom > frame_sz - shared ||
	    len > frame_sz - shared - headroom)
		return SKBCHECK_BAD_CALL;
	xdp = take_buff();
	if (!xdp)
		return SKBCHECK_NO_ROOM;
	xdp_init_buff(xdp, frame_sz, &rxq->info);
	xdp_prepare_buff(xdp, skbcheck_region_address(region), headroom, len, args->meta_valid);
	skbcheck_unbind(args->page);
	skbcheck_bind(call->result, KIND_XDP, xdp);
	return 1;
}

/* The driver's page goes on behind the frag, which gets a reference of its own. */
static void keep_rest(struct skbcheck_object *region, u32 from)
{
	get_page(region->page);
	region->region.size -= from - region->region.offset;
	region->region.offset = from;
}

/* xdp_buff_add_frag(xdp, page, offset, size, keep), as mvneta_swbm_add_rx_fragment() does it. */
static u32 add_frag(const struct skbcheck_call *call, const struct xdp_buff_add_frag_args *args)
{
	struct xdp_buff *xdp = skbcheck_xdp_of(args->xdp);
	struct skb_shared_info *shared = xdp_get_shared_info_from_buff(xdp);
	struct skbcheck_object *region = skbcheck_object_of(args->page);
	struct page *page = region->page;
	u32 offset = args->offset, size = args->size, room = skbcheck_region_end(region), end;

	if (offset > room || size > room - offset)
		return SKBCHECK_BAD_CALL;
	offset += region->region.offset;
	end = offset + size;
	if (xdp->rxq->frag_size)
		end = offset - offset % xdp->rxq->frag_size + xdp->rxq->frag_size;
	if (args->keep && end > region->region.offset + region->region.size)
		return SKBCHECK_BAD_CALL;
	if (xdp_buff_has_frags(xdp) && shared->nr_frags >= MAX_SKB_FRAGS)
		return 0;
	if (!xdp_buff_has_frags(xdp)) {
		shared->nr_frags = 0;
		shared->xdp_frags_size = 0;
		skbcheck_clear_frags_truesize(shared);
		xdp_buff_set_frags_flag(xdp);
	}
	skbcheck_fill_frag(&shared->frags[shared->nr_frags++], page, offset, size);
	shared->xdp_frags_size += size;
	if (page_is_pfmemalloc(page))
		xdp_buff_set_frag_pfmemalloc(xdp);
	if (args->keep)
		keep_rest(region, end);
	else
		skbcheck_unbind(args->page);
	return 1;
}

static u32 xsk_alloc(const struct skbcheck_call *call, const struct xsk_buff_alloc_args *args)
{
	struct skbcheck_rxq *rxq = skbcheck_rxq_of(args->rxq);
	struct xdp_buff *xdp;

	if (!rxq->xsk || (u32)args->len > PAGE_SIZE - XDP_PACKET_HEADROOM)
		return SKBCHECK_BAD_CALL;
	xdp = xsk_buff_alloc(rxq->xsk);
	if (!xdp)
		return 0;
	/* Since 6.6 xsk_buff_alloc() clears the flags itself. */
	xdp->flags = 0;
	xdp->data_end = xdp->data + args->len;
	skbcheck_write_pattern(xdp->data, args->len);
	skbcheck_bind(call->result, KIND_XDP, xdp);
	return 1;
}

/* The bytes that a program gains are garbage, so the program writes there. */
static u32 adjust_head(const struct skbcheck_call *call,
		       const struct bpf_xdp_adjust_head_args *args)
{
	struct xdp_buff *xdp = skbcheck_xdp_of(args->xdp);
	s64 offset = args->offset;
	int error;

	error = adjust_head_function((unsigned long)xdp, offset, 0, 0, 0);
	if (!error && offset < 0)
		skbcheck_write_pattern(xdp->data, -offset);
	return error;
}

static u32 adjust_meta(const struct skbcheck_call *call,
		       const struct bpf_xdp_adjust_meta_args *args)
{
	struct xdp_buff *xdp = skbcheck_xdp_of(args->xdp);
	s64 offset = args->offset;
	int error;

	error = adjust_meta_function((unsigned long)xdp, offset, 0, 0, 0);
	if (!error && offset < 0)
		skbcheck_write_pattern(xdp->data_meta, -offset);
	return error;
}

static void *packet_end(struct xdp_buff *xdp)
{
	const struct skb_shared_info *shared = xdp_get_shared_info_from_buff(xdp);
	const skb_frag_t *frag;

	if (!xdp_buff_has_frags(xdp))
		return xdp->data_end;
	frag = &shared->frags[shared->nr_frags - 1];
	return skb_frag_address(frag) + skb_frag_size(frag);
}

static u32 adjust_tail(const struct skbcheck_call *call,
		       const struct bpf_xdp_adjust_tail_args *args)
{
	struct xdp_buff *xdp = skbcheck_xdp_of(args->xdp);
	s64 offset = args->offset;
	int error;

	skbcheck_net_enter();
	error = adjust_tail_function((unsigned long)xdp, offset, 0, 0, 0);
	skbcheck_net_leave();
	if (!error && offset > 0)
		skbcheck_write_pattern(packet_end(xdp) - offset, offset);
	return error;
}

static u32 convert(const struct skbcheck_call *call,
		   const struct xdp_convert_buff_to_frame_args *args)
{
	struct xdp_buff *xdp = skbcheck_xdp_of(args->xdp);
	struct xdp_frame *frame = xdp_convert_buff_to_frame(xdp);

	if (!frame)
		return 0;
	skbcheck_unbind(args->xdp);
	skbcheck_xdp_drop(xdp);
	skbcheck_bind(call->result, KIND_FRAME, frame);
	return 1;
}

static void return_buff(struct xdp_buff *xdp)
{
	skbcheck_net_enter();
	xdp_return_buff(xdp);
	skbcheck_net_leave();
	skbcheck_xdp_drop(xdp);
}

static u32 return_buff_command(const struct skbcheck_call *call,
			       const struct xdp_return_buff_args *args)
{
	struct xdp_buff *xdp = skbcheck_xdp_of(args->xdp);

	if (call->context == CONTEXT_PROCESS)
		return SKBCHECK_BAD_CALL;
	skbcheck_unbind(args->xdp);
	return_buff(xdp);
	return 0;
}

/* A real program runs, and the driver acts on its verdict as mvneta_run_xdp() does. */
static u32 run_program(const struct skbcheck_call *call, const struct bpf_prog_run_xdp_args *args)
{
	struct xdp_buff *xdp = skbcheck_xdp_of(args->xdp);
	struct xdp_frame *frame = NULL;
	u32 act;

	if (call->context == CONTEXT_PROCESS || (u32)args->verdict > bpf_prog_run_xdp_verdict_unknown)
		return SKBCHECK_BAD_CALL;
	skbcheck_net_enter();
	act = bpf_prog_run_xdp(skbcheck_verdict_prog(args->verdict), xdp);
	skbcheck_net_leave();
	if (act == XDP_PASS)
		return act;
	skbcheck_unbind(args->xdp);
	if (act == XDP_TX)
		frame = xdp_convert_buff_to_frame(xdp);
	if (!frame) {
		return_buff(xdp);
		return act;
	}
	skbcheck_xdp_drop(xdp);
	skbcheck_bind(call->result, KIND_FRAME, frame);
	return act;
}

void skbcheck_release_xdp(struct skbcheck_object *object)
{
	local_bh_disable();
	return_buff(object->pointer);
	local_bh_enable();
}

static netdev_tx_t drop_sent(struct sk_buff *skb, struct net_device *dev)
{
	kfree_skb(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops dev_ops = { .ndo_start_xmit = drop_sent };

static int make_device(void)
{
	struct net_device *dev = alloc_etherdev(0);
	int error;

	if (!dev)
		return -ENOMEM;
	dev->netdev_ops = &dev_ops;
	eth_hw_addr_random(dev);
	error = register_netdev(dev);
	if (error) {
		free_netdev(dev);
		return error;
	}
	skbcheck_xdp_dev = dev;
	return 0;
}

static void stop(void)
{
	skbcheck_xdp_progs_stop();
	if (skbcheck_xdp_dev) {
		unregister_netdev(skbcheck_xdp_dev);
		free_netdev(skbcheck_xdp_dev);
	}
	skbcheck_xdp_dev = NULL;
}

/* The model knows no other size: src/model/net/core/xdp/xdp_buff.ts. */
static_assert(sizeof(struct xdp_frame) == 40 || sizeof(void *) != 8);

static int start(void)
{
	int error = make_device();

	if (!error)
		error = skbcheck_xdp_progs_start();
	if (error) {
		pr_err("skbcheck: XDP cannot be started: %d\n", error);
		stop();
		return error;
	}
	skbcheck_xdp_pass_start();
	adjust_head_function = skbcheck_find_function("bpf_xdp_adjust_head");
	adjust_meta_function = skbcheck_find_function("bpf_xdp_adjust_meta");
	adjust_tail_function = skbcheck_find_function("bpf_xdp_adjust_tail");
	if (!adjust_head_function || !adjust_meta_function || !adjust_tail_function) {
		pr_err("skbcheck: the kernel shows no bpf_xdp_adjust functions\n");
		stop();
		return -ENOENT;
	}
	return 0;
}

SKBCHECK_COMMAND(xdp_prepare_buff, prepare_buff);
SKBCHECK_COMMAND(xdp_buff_add_frag, add_frag);
SKBCHECK_COMMAND(bpf_xdp_adjust_head, adjust_head);
SKBCHECK_COMMAND(bpf_xdp_adjust_meta, adjust_meta);
SKBCHECK_COMMAND(bpf_xdp_adjust_tail, adjust_tail);
SKBCHECK_COMMAND(xdp_convert_buff_to_frame, convert);
SKBCHECK_COMMAND(xdp_return_buff, return_buff_command);
SKBCHECK_COMMAND(bpf_prog_run_xdp, run_program);
SKBCHECK_COMMAND(xsk_buff_alloc, xsk_alloc);

const struct skbcheck_system skbcheck_xdp = {
	.start = start,
	.stop = stop,
};
