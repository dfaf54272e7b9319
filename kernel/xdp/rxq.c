// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Receive queues of XDP, and their memory models. */
#include <linux/netdevice.h>
#include "fault/fault.h"
#include "page_pool/page_pool.h"
#include "xdp/xdp.h"

#define RXQS 64

/* The values of the argument `type` equal the kernel's enum values. */
static_assert(xdp_rxq_info_reg_mem_model_type_page_pool == (int)MEM_TYPE_PAGE_POOL &&
	      xdp_rxq_info_reg_mem_model_type_xsk_buff_pool == (int)MEM_TYPE_XSK_BUFF_POOL &&
	      xdp_rxq_info_reg_mem_model_type_unknown == (int)MEM_TYPE_MAX);

static struct skbcheck_rxq rxqs[RXQS];

static u32 rxq_reg(const struct skbcheck_call *call, const struct xdp_rxq_info_reg_args *args)
{
	int error;
	u32 i;

	for (i = 0; i < RXQS; i++)
		if (!rxqs[i].used)
			break;
	if (i == RXQS)
		return SKBCHECK_NO_ROOM;
	memset(&rxqs[i], 0, sizeof(rxqs[i]));
	error = __xdp_rxq_info_reg(&rxqs[i].info, skbcheck_xdp_dev, 0, 0, args->frag_size);
	if (error)
		return error;
	rxqs[i].used = true;
	skbcheck_bind(call->result, KIND_RXQ, &rxqs[i]);
	return 0;
}

static void drop_xsk(struct skbcheck_rxq *rxq)
{
	if (rxq->xsk)
		skbcheck_xsk_pool_destroy(rxq->xsk);
	rxq->xsk = NULL;
}

static void unreg(struct skbcheck_rxq *rxq)
{
	xdp_rxq_info_unreg(&rxq->info);
	drop_xsk(rxq);
	rxq->used = false;
}

static u32 rxq_unreg(const struct skbcheck_call *call, const struct xdp_rxq_info_unreg_args *args)
{
	unreg(skbcheck_rxq_of(args->rxq));
	skbcheck_unbind(args->rxq);
	return 0;
}

static u32 rxq_reg_mem_model(const struct skbcheck_call *call,
			     const struct xdp_rxq_info_reg_mem_model_args *args)
{
	struct skbcheck_rxq *rxq = skbcheck_rxq_of(args->rxq);
	struct page_pool *pool = args->pool < 0 ? NULL : skbcheck_object_of(args->pool)->pool;
	int error;

	skbcheck_fault_count_small(true);
	error = xdp_rxq_info_reg_mem_model(&rxq->info, args->type, pool);
	skbcheck_fault_count_small(false);
	skbcheck_fault_disarm();
	if (error)
		return error;
	if (pool)
		skbcheck_pool_serves_xdp(pool);
	if (args->type == MEM_TYPE_XSK_BUFF_POOL)
		rxq->xsk = skbcheck_xsk_pool_create(&rxq->info, args->chunks);
	return 0;
}

static u32 rxq_unreg_mem_model(const struct skbcheck_call *call,
			       const struct xdp_rxq_info_unreg_mem_model_args *args)
{
	struct skbcheck_rxq *rxq = skbcheck_rxq_of(args->rxq);

	xdp_rxq_info_unreg_mem_model(&rxq->info);
	drop_xsk(rxq);
	return 0;
}

void skbcheck_release_rxq(struct skbcheck_object *object)
{
	unreg(object->pointer);
}

SKBCHECK_COMMAND(xdp_rxq_info_reg, rxq_reg);
SKBCHECK_COMMAND(xdp_rxq_info_unreg, rxq_unreg);
SKBCHECK_COMMAND(xdp_rxq_info_reg_mem_model, rxq_reg_mem_model);
SKBCHECK_COMMAND(xdp_rxq_info_unreg_mem_model, rxq_unreg_mem_model);
