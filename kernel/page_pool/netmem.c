// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Pools with a memory provider, and net_iovs in skbs. page_pool_init() takes a provider's operations from a queue of a
 * device, and only those that are built into the kernel. So the pool gets ours after it was made.
 */
#include <linux/jump_label.h>
#include <linux/slab.h>
#include "core/command.h"
#include "core/system.h"
#include "page_pool/netmem.h"
#include "page_pool/page_pool.h"

#if SKBCHECK_HAS_NET_IOVS
#include <net/page_pool/memory_provider.h>

#define NIOVS_MAX 8
#define GFP_POOL (GFP_ATOMIC | __GFP_NOWARN)

struct provider {
	struct net_iov_area area;
	struct net_iov niovs[NIOVS_MAX];
	struct page *pages[NIOVS_MAX];
	struct net_iov *free[NIOVS_MAX];
	u32 free_count;
	u32 count;
};

/* Not exported: found by name. */
static void (*set_page_pool)(struct page_pool *pool, struct net_iov *niov);
static void (*clear_page_pool)(struct net_iov *niov);
static struct static_key_false *providers_key;

struct page *skbcheck_page_behind(const struct net_iov *niov)
{
	const struct provider *provider = container_of(niov->owner, struct provider, area);

	return provider->pages[niov - provider->niovs];
}

/* As mp_dmabuf_devmem_alloc_netmems(): one at a time. */
static netmem_ref alloc_netmems(struct page_pool *pool, gfp_t gfp)
{
	struct provider *provider = pool->mp_priv;
	struct net_iov *niov;

	if (!provider->free_count)
		return 0;
	niov = provider->free[--provider->free_count];
	set_page_pool(pool, niov);
	return net_iov_to_netmem(niov);
}

/* As mp_dmabuf_devmem_release_page(): the pool must not put a net_iov. */
static bool release_netmem(struct page_pool *pool, netmem_ref netmem)
{
	struct provider *provider = pool->mp_priv;
	struct net_iov *niov = netmem_to_net_iov(netmem);

	if (WARN_ON_ONCE(atomic_long_read(&niov->desc.pp_ref_count) != 1) ||
	    WARN_ON_ONCE(provider->free_count == provider->count))
		return false;
	clear_page_pool(niov);
	provider->free[provider->free_count++] = niov;
	return false;
}

static void free_provider(struct provider *provider)
{
	u32 i;

	for (i = 0; i < provider->count; i++) {
		set_page_private(provider->pages[i], 0);
		put_page(provider->pages[i]);
	}
	kfree(provider);
}

static void destroy_provider(struct page_pool *pool)
{
	free_provider(pool->mp_priv);
}

static const struct memory_provider_ops operations = {
	.alloc_netmems = alloc_netmems,
	.release_netmem = release_netmem,
	.destroy = destroy_provider,
};

static struct provider *make_provider(u32 count)
{
	struct provider *provider = kzalloc(sizeof(*provider), GFP_KERNEL);

	if (!provider)
		return NULL;
	provider->area.niovs = provider->niovs;
	provider->area.num_niovs = count;
	for (; provider->count < count; provider->count++) {
		struct net_iov *niov = &provider->niovs[provider->count];
		struct page *page = alloc_page(GFP_KERNEL);

		if (!page) {
			free_provider(provider);
			return NULL;
		}
		/* Net_iovs of a dmabuf have a count in their binding, which there is none of. */
		net_iov_init(niov, &provider->area, NET_IOV_IOURING);
		set_page_private(page, (unsigned long)niov | 1);
		provider->pages[provider->count] = page;
	}
	/* The first is given first. */
	while (provider->free_count < count) {
		provider->free[provider->free_count] = &provider->niovs[count - 1 - provider->free_count];
		provider->free_count++;
	}
	return provider;
}

static u32 create_mp(const struct skbcheck_call *call, const struct page_pool_create_mp_args *args)
{
	struct provider *provider;
	struct page_pool *pool;

	if (!providers_key || !set_page_pool || !clear_page_pool)
		return SKBCHECK_UNSUPPORTED;
	if ((u32)args->niovs > NIOVS_MAX)
		return SKBCHECK_BAD_CALL;
	provider = make_provider(args->niovs);
	if (!provider)
		return SKBCHECK_NO_ROOM;
	pool = skbcheck_plain_pool(call, args->pool_size, args->napi);
	if (IS_ERR(pool)) {
		free_provider(provider);
		return PTR_ERR(pool);
	}
	pool->mp_priv = provider;
	pool->mp_ops = &operations;
	static_key_slow_inc(&providers_key->key);
	return 1;
}

static u32 bind_niov(const struct skbcheck_call *call, struct page_pool *pool, netmem_ref netmem, u32 offset,
		     u32 written, u32 size)
{
	struct page *page;

	if (!netmem)
		return 0;
	page = skbcheck_page_behind(netmem_to_net_iov(netmem));
	skbcheck_write_pattern(page_address(page) + offset, written);
	skbcheck_bind_page(call->result, page, offset, size, pool);
	return 1;
}

static u32 alloc_netmems_command(const struct skbcheck_call *call, const struct page_pool_alloc_netmems_args *args)
{
	struct page_pool *pool = skbcheck_object_of(args->pool)->pool;

	if (pool->mp_ops != &operations || (u32)args->len > PAGE_SIZE)
		return SKBCHECK_BAD_CALL;
	return bind_niov(call, pool, page_pool_alloc_netmems(pool, GFP_POOL), 0, args->len, PAGE_SIZE);
}

static u32 alloc_frag_netmem(const struct skbcheck_call *call, const struct page_pool_alloc_frag_netmem_args *args)
{
	struct page_pool *pool = skbcheck_object_of(args->pool)->pool;
	netmem_ref netmem;
	u32 offset;

	if (pool->mp_ops != &operations || (u32)args->size > PAGE_SIZE)
		return SKBCHECK_BAD_CALL;
	netmem = page_pool_alloc_frag_netmem(pool, &offset, args->size, GFP_POOL);
	return bind_niov(call, pool, netmem, offset, args->size, args->size);
}

static u32 put_full_netmem(const struct skbcheck_call *call, const struct page_pool_put_full_netmem_args *args)
{
	struct skbcheck_object *region = skbcheck_object_of(args->page);

	if (!region->region.of_pool)
		return SKBCHECK_BAD_CALL;
	page_pool_put_full_netmem(region->region.of_pool, skbcheck_netmem_of(region->page), args->allow_direct);
	skbcheck_unbind(args->page);
	return 0;
}

static u32 add_rx_frag(const struct skbcheck_call *call, const struct skb_add_rx_frag_netmem_args *args)
{
	struct sk_buff *skb = skbcheck_skb_of(args->skb);
	struct skbcheck_object *region = skbcheck_object_of(args->page);
	u32 end = skbcheck_region_end(region);

	if (skb_shinfo(skb)->nr_frags >= MAX_SKB_FRAGS || (u32)args->offset > end ||
	    (u32)args->size > end - args->offset)
		return SKBCHECK_BAD_CALL;
	skb_add_rx_frag_netmem(skb, skb_shinfo(skb)->nr_frags, skbcheck_netmem_of(region->page),
			       region->region.offset + args->offset, args->size, args->truesize);
	if (region->region.of_pool && !skb->pp_recycle)
		skbcheck_object_of(args->skb)->of_skb.owes_mark = true;
	skbcheck_unbind(args->page);
	return 0;
}

/* The steps of io_zcrx_recv_frag(): its own table of user references is not that of this provider. */
static u32 recv_frag(const struct skbcheck_call *call, const struct io_zcrx_recv_frag_args *args)
{
	const struct skb_shared_info *shinfo = skb_shinfo(skbcheck_skb_of(args->skb));
	const skb_frag_t *frag;

	if ((u32)args->frag >= shinfo->nr_frags)
		return SKBCHECK_BAD_CALL;
	frag = &shinfo->frags[args->frag];
	if (!skb_frag_is_net_iov(frag))
		return SKBCHECK_BAD_CALL;
	page_pool_ref_netmem(skb_frag_netmem(frag));
	skbcheck_bind_page(call->result, skbcheck_frag_page(frag), skb_frag_off(frag), skb_frag_size(frag),
			   skb_frag_net_iov(frag)->desc.pp);
	return 1;
}

/* The key stays on, so that no pool of a program turns it on or off: that changes code. */
static int start(void)
{
	unsigned long (*lookup)(const char *name) = skbcheck_find_function("kallsyms_lookup_name");

	if (!lookup)
		return 0;
	set_page_pool = skbcheck_find_function("net_mp_niov_set_page_pool");
	clear_page_pool = skbcheck_find_function("net_mp_niov_clear_page_pool");
	providers_key = (struct static_key_false *)lookup("page_pool_mem_providers");
	if (providers_key)
		static_key_slow_inc(&providers_key->key);
	return 0;
}

static void stop(void)
{
	if (providers_key)
		static_key_slow_dec(&providers_key->key);
}
#else
static u32 create_mp(const struct skbcheck_call *call, const struct page_pool_create_mp_args *args)
{
	return SKBCHECK_UNSUPPORTED;
}

static u32 alloc_netmems_command(const struct skbcheck_call *call, const struct page_pool_alloc_netmems_args *args)
{
	return SKBCHECK_UNSUPPORTED;
}

static u32 alloc_frag_netmem(const struct skbcheck_call *call, const struct page_pool_alloc_frag_netmem_args *args)
{
	return SKBCHECK_UNSUPPORTED;
}

static u32 put_full_netmem(const struct skbcheck_call *call, const struct page_pool_put_full_netmem_args *args)
{
	return SKBCHECK_UNSUPPORTED;
}

static u32 add_rx_frag(const struct skbcheck_call *call, const struct skb_add_rx_frag_netmem_args *args)
{
	return SKBCHECK_UNSUPPORTED;
}

static u32 recv_frag(const struct skbcheck_call *call, const struct io_zcrx_recv_frag_args *args)
{
	return SKBCHECK_UNSUPPORTED;
}

static int start(void)
{
	return 0;
}

static void stop(void)
{
}
#endif

SKBCHECK_COMMAND(page_pool_create_mp, create_mp);
SKBCHECK_COMMAND(page_pool_alloc_netmems, alloc_netmems_command);
SKBCHECK_COMMAND(page_pool_alloc_frag_netmem, alloc_frag_netmem);
SKBCHECK_COMMAND(page_pool_put_full_netmem, put_full_netmem);
SKBCHECK_COMMAND(skb_add_rx_frag_netmem, add_rx_frag);
SKBCHECK_COMMAND(io_zcrx_recv_frag, recv_frag);

const struct skbcheck_system skbcheck_netmem = { .start = start, .stop = stop };
