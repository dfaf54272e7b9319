// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Receive queues of XDP, and their memory models. */
#include <linux/netdevice.h>
#include "xdp/xdp.h"

#define RXQS 64

static struct skbcheck_rxq rxqs[RXQS];

static u32 rxq_reg(const struct skbcheck_call *call)
{
	int error;
	u32 i;

	for (i = 0; i < RXQS; i++)
		if (!rxqs[i].used)
			break;
	if (i == RXQS)
		return SKBCHECK_NO_ROOM;
	memset(&rxqs[i], 0, sizeof(rxqs[i]));
	error = __xdp_rxq_info_reg(&rxqs[i].info, skbcheck_xdp_dev, 0, 0, call->args[0]);
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

static u32 rxq_unreg(const struct skbcheck_call *call)
{
	unreg(skbcheck_rxq_arg(call, 0));
	skbcheck_unbind(call->args[0]);
	return 0;
}

static u32 rxq_reg_mem_model(const struct skbcheck_call *call)
{
	struct skbcheck_rxq *rxq = skbcheck_rxq_arg(call, 0);
	struct page_pool *pool = call->args[2] < 0 ? NULL : skbcheck_arg(call, 2)->pool;
	int error;

	skbcheck_fault_count_small(true);
	error = xdp_rxq_info_reg_mem_model(&rxq->info, call->args[1], pool);
	skbcheck_fault_count_small(false);
	skbcheck_fault_disarm();
	if (error)
		return error;
	if (pool)
		skbcheck_pool_serves_xdp(pool);
	if (call->args[1] == MEM_TYPE_XSK_BUFF_POOL)
		rxq->xsk = skbcheck_xsk_pool_create(&rxq->info);
	return 0;
}

static u32 rxq_unreg_mem_model(const struct skbcheck_call *call)
{
	struct skbcheck_rxq *rxq = skbcheck_rxq_arg(call, 0);

	xdp_rxq_info_unreg_mem_model(&rxq->info);
	drop_xsk(rxq);
	return 0;
}

static void release_rxq(struct skbcheck_object *object)
{
	unreg(object->pointer);
}

static const struct skbcheck_command commands[] = {
	{ 256, KIND_RXQ, "i", rxq_reg },
	{ 257, 0, "r", rxq_unreg },
	{ 290, 0, "riO", rxq_reg_mem_model },
	{ 291, 0, "r", rxq_unreg_mem_model },
	{ }
};

static const struct skbcheck_kind_ops kinds[] = {
	{ KIND_RXQ, 'r', release_rxq, skbcheck_put_rxq },
	{ KIND_NONE },
};

const struct skbcheck_system skbcheck_xdp_rxq = {
	.commands = commands,
	.kinds = kinds,
};
