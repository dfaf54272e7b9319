/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* The part of page pools that other systems use. */
#ifndef SKBCHECK_PAGE_POOL_H
#define SKBCHECK_PAGE_POOL_H

#include "core/objects.h"

/* Pools that programs left with pages out: they are never freed. */
extern u32 skbcheck_leaked_pools;

void skbcheck_pool_context(u32 context);
/* page_pool_destroy() of a pool that a name stands for; the name goes with it. */
void skbcheck_pool_destroy(struct page_pool *pool);
/* The pool was registered as a memory model of XDP, which is to be notified when the pool is freed. */
void skbcheck_pool_serves_xdp(struct page_pool *pool);

#endif /* SKBCHECK_PAGE_POOL_H */
