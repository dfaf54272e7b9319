/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* The part of page pools that other systems use. */
#ifndef SKBCHECK_PAGE_POOL_H
#define SKBCHECK_PAGE_POOL_H

#include "core/command.h"

/* The number of pools that programs left with pages out. Such pools are never freed. */
extern u32 skbcheck_leaked_pools;

void skbcheck_pool_context(u32 context);
/* Makes a pool of single pages that maps nothing, and binds it to the result of the call. */
struct page_pool *skbcheck_plain_pool(const struct skbcheck_call *call, u32 size, bool has_napi);
/* Calls page_pool_destroy() for a pool that has a name, and releases the name. */
void skbcheck_pool_destroy(struct page_pool *pool);
/* Notes that the pool is a memory model of XDP. XDP is to be notified when the pool is freed. */
void skbcheck_pool_serves_xdp(struct page_pool *pool);

#endif /* SKBCHECK_PAGE_POOL_H */
