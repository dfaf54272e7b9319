// SPDX-License-Identifier: GPL-2.0 OR MIT
/* The kernel's own ways from an xdp_buff to an skb (6.14), and packets in several chunks of user memory. */
#include <linux/mm.h>
#include <linux/netdevice.h>
#include "skb/skb.h"
#include "xdp/xdp.h"

/* xdp_build_skb_from_zc() takes memory of system_page_pool, which has a lock and a type of its own since 6.15. */
#define HAS_SKB_FROM_BUFF (LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0))

static u32 add_chunk(const struct skbcheck_call *call, const struct xsk_buff_add_frag_args *args)
{
#if HAS_SKB_FROM_BUFF
	struct xdp_buff *xdp = skbcheck_xdp_of(args->xdp), *frag = skbcheck_xdp_of(args->frag);

	if (xdp->rxq->mem.type != MEM_TYPE_XSK_BUFF_POOL || frag->rxq != xdp->rxq || xdp_buff_has_frags(frag))
		return SKBCHECK_BAD_CALL;
	if (!xsk_buff_add_frag(xdp, frag))
		return SKBCHECK_BAD_CALL;
	skbcheck_unbind(args->frag);
	return 0;
#else
	return SKBCHECK_UNSUPPORTED;
#endif
}

static u32 build_from_buff(const struct skbcheck_call *call, const struct xdp_build_skb_from_buff_args *args)
{
#if HAS_SKB_FROM_BUFF
	struct xdp_buff *xdp = skbcheck_xdp_of(args->xdp);
	struct sk_buff *skb;

	if (xdp->rxq->mem.type == MEM_TYPE_XSK_BUFF_POOL)
		return SKBCHECK_BAD_CALL;
	local_bh_disable();
	skb = xdp_build_skb_from_buff(xdp);
	local_bh_enable();
	if (!skb)
		return 0;
	skbcheck_unbind(args->xdp);
	skbcheck_xdp_drop(xdp);
	return skbcheck_bind_skb(call, skb);
#else
	return SKBCHECK_UNSUPPORTED;
#endif
}

#if HAS_SKB_FROM_BUFF
/* system_page_pool is not exported: its position in the memory of each CPU; 0: not found. */
static unsigned long system_pool_offset;

static struct page_pool_bh *system_pool(void)
{
	/* Without SMP there is no __per_cpu_offset: only this macro knows how a CPU finds its own. */
	return system_pool_offset ? raw_cpu_ptr((struct page_pool_bh __percpu *)system_pool_offset) : NULL;
}

/* A kprobe, by which a function is found, sleeps. */
void skbcheck_xdp_pass_start(void)
{
	unsigned long (*lookup)(const char *name) = skbcheck_find_function("kallsyms_lookup_name");

	if (lookup)
		system_pool_offset = lookup("system_page_pool");
}
#else
void skbcheck_xdp_pass_start(void)
{
}
#endif

/* The pool of a program stands for the CPU's: what that has in its cache depends on history. */
static u32 build_from_zc(const struct skbcheck_call *call, const struct xdp_build_skb_from_zc_args *args)
{
#if HAS_SKB_FROM_BUFF
	struct xdp_buff *xdp = skbcheck_xdp_of(args->xdp);
	struct page_pool_bh *system = system_pool();
	struct page_pool *own;
	struct sk_buff *skb;

	if (!system)
		return SKBCHECK_UNSUPPORTED;
	if (call->context == CONTEXT_PROCESS || xdp->rxq->mem.type != MEM_TYPE_XSK_BUFF_POOL ||
	    xdp->data_end > xdp_data_hard_end(xdp))
		return SKBCHECK_BAD_CALL;
	own = system->pool;
	system->pool = skbcheck_object_of(args->pool)->pool;
	skb = xdp_build_skb_from_zc(xdp);
	system->pool = own;
	if (!skb)
		return 0;
	skbcheck_unbind(args->xdp);
	return skbcheck_bind_skb(call, skb);
#else
	return SKBCHECK_UNSUPPORTED;
#endif
}

SKBCHECK_COMMAND(xsk_buff_add_frag, add_chunk);
SKBCHECK_COMMAND(xdp_build_skb_from_buff, build_from_buff);
SKBCHECK_COMMAND(xdp_build_skb_from_zc, build_from_zc);
