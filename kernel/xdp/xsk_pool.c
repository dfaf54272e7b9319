// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * A buffer pool of an AF_XDP socket as its driver meets it: free buffers on a list, which the kernel's own
 * xsk_buff_alloc() and xsk_buff_free() take and give. There is no socket and no fill ring, so an empty
 * list is an empty pool.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include "xdp/xdp.h"

#define CHUNKS_MAX 4

/* The link of a free buffer has two names; the Makefile looks which. */
#ifdef SKBCHECK_XSK_HAS_LIST_NODE
#define FREE_NODE list_node
#else
#define FREE_NODE free_list_node
#endif

static bool add_chunk(struct xsk_buff_pool *pool, struct xdp_buff_xsk *head, struct xdp_rxq_info *rxq)
{
	struct page *page = alloc_page(GFP_KERNEL);

	if (!page)
		return false;
	head->pool = pool;
	head->xdp.data_hard_start = page_address(page);
	head->xdp.frame_sz = PAGE_SIZE;
	head->xdp.rxq = rxq;
	list_add_tail(&head->FREE_NODE, &pool->free_list);
	pool->free_list_cnt++;
	pool->heads_cnt++;
	return true;
}

struct xsk_buff_pool *skbcheck_xsk_pool_create(struct xdp_rxq_info *rxq, u32 chunks)
{
	struct xsk_buff_pool *pool = kzalloc(sizeof(*pool), GFP_KERNEL);
	u32 i;

	if (!pool)
		return NULL;
	pool->heads = kcalloc(CHUNKS_MAX, sizeof(*pool->heads), GFP_KERNEL);
	if (!pool->heads) {
		kfree(pool);
		return NULL;
	}
	INIT_LIST_HEAD(&pool->free_list);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	INIT_LIST_HEAD(&pool->xskb_list);
#endif
	pool->chunk_size = PAGE_SIZE;
	pool->frame_len = PAGE_SIZE - XDP_PACKET_HEADROOM;
	for (i = 0; i < min_t(u32, chunks, CHUNKS_MAX); i++)
		if (!add_chunk(pool, &pool->heads[i], rxq))
			break;
	return pool;
}

void skbcheck_xsk_pool_destroy(struct xsk_buff_pool *pool)
{
	u32 i;

	for (i = 0; i < pool->heads_cnt; i++)
		put_page(virt_to_page(pool->heads[i].xdp.data_hard_start));
	kfree(pool->heads);
	kfree(pool);
}
