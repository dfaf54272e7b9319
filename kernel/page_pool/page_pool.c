// SPDX-License-Identifier: GPL-2.0 OR MIT
/* page_pool commands. */
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/printk.h>
#include "core/command.h"
#include "core/ring.h"
#include "core/system.h"
#include "core/words.h"
#include "dma/dma.h"
#include "page_pool/page_pool.h"

/* Stands for a flag that this kernel does not know. */
#define PP_FLAG_UNKNOWN BIT(31)

#define GFP_POOL (GFP_ATOMIC | __GFP_NOWARN)

#if SKBCHECK_POOL_HAS_NAPI
/* The NAPI of every pool that has one: pools only ask whether it runs on this CPU right now. */
static struct napi_struct napi = { .list_owner = -1 };
#endif
u32 skbcheck_leaked_pools;
/* True after a pool was freed. The pool sets it at the last moment at which it can. */
static bool pool_gone;

static void on_pool_free(void *pool)
{
	pool_gone = true;
}

/* The callback that page_pool_use_xdp_mem() sets in the place of on_pool_free(): the same for every pool. */
static void (*xdp_disconnect)(void *pool);

static void on_xdp_pool_free(void *pool)
{
	pool_gone = true;
	xdp_disconnect(pool);
}

void skbcheck_pool_serves_xdp(struct page_pool *pool)
{
	if (pool->disconnect == on_xdp_pool_free)
		return;
	xdp_disconnect = pool->disconnect;
	pool->disconnect = on_xdp_pool_free;
}

/* Sets the owner of the pools' NAPI, as napi_schedule() and napi_complete_done() do. */
void skbcheck_pool_context(u32 context)
{
#if SKBCHECK_POOL_HAS_NAPI
	WRITE_ONCE(napi.list_owner, context == CONTEXT_NAPI ? smp_processor_id() : -1);
#endif
}

/* The words of the argument `flags` are not the kernel's bits in every version. */
static u32 kernel_flags(u32 flag_words)
{
	u32 flags = 0;

	if (flag_words & page_pool_create_flags_dma_map)
		flags |= PP_FLAG_DMA_MAP;
	if (flag_words & page_pool_create_flags_dma_sync_dev)
		flags |= PP_FLAG_DMA_SYNC_DEV;
	if (flag_words & page_pool_create_flags_page_frag)
		flags |= (SKBCHECK_POOL_FLAGS & BIT(2)) ? BIT(2) : PP_FLAG_UNKNOWN;
	return flags;
}

/*
 * A refusal is an outcome like others, but the kernel also says it on the console, and the emulated
 * serial line takes longer for that than a whole program.
 */
static struct page_pool *create_quietly(const struct page_pool_params *params)
{
	int level = console_loglevel;
	struct page_pool *pool;

	console_loglevel = min(level, LOGLEVEL_WARNING);
	pool = page_pool_create(params);
	console_loglevel = level;
	return pool;
}

/* page_pool_create(device?, order, pool_size, flags, dma_dir, offset, max_len, napi) */
static u32 create(const struct skbcheck_call *call, const struct page_pool_create_args *args)
{
	struct page_pool_params params = {
		.order = args->order, .pool_size = args->pool_size, .flags = kernel_flags(args->flags),
		.dma_dir = args->dma_dir,
		.offset = args->offset, .max_len = args->max_len, .nid = NUMA_NO_NODE,
	};
	struct skbcheck_device *device = NULL;
	struct skbcheck_object *object;
	struct page_pool *pool;

	if ((u32)args->order > 3 || (u32)args->dma_dir > DMA_FROM_DEVICE)
		return SKBCHECK_BAD_CALL;
	if (args->device >= 0)
		device = skbcheck_object_of(args->device)->device;
	else if (params.flags & PP_FLAG_DMA_MAP)
		device = skbcheck_default_device();
	params.dev = device ? &device->dev : NULL;
#if SKBCHECK_POOL_HAS_NAPI
	params.napi = args->napi ? &napi : NULL;
#endif
	pool = create_quietly(&params);
	if (IS_ERR(pool))
		return PTR_ERR(pool);
	/* page_pool_use_xdp_mem() sets it too; here without a second user. */
	pool->disconnect = on_pool_free;
	object = skbcheck_bind(call->result, KIND_POOL, pool);
	object->in_pool.flags = params.flags;
	object->in_pool.device = device;
	return 1;
}

struct page_pool *skbcheck_plain_pool(const struct skbcheck_call *call, u32 size, bool has_napi)
{
	struct page_pool_params params = { .pool_size = size, .nid = NUMA_NO_NODE, .max_len = PAGE_SIZE };
	struct skbcheck_object *object;
	struct page_pool *pool;

#if SKBCHECK_POOL_HAS_NAPI
	params.napi = has_napi ? &napi : NULL;
#endif
	pool = create_quietly(&params);
	if (IS_ERR(pool))
		return pool;
	pool->disconnect = on_pool_free;
	object = skbcheck_bind(call->result, KIND_POOL, pool);
	object->in_pool.flags = 0;
	object->in_pool.device = NULL;
	return pool;
}

static u32 alloc_pages_command(const struct skbcheck_call *call,
			       const struct page_pool_alloc_pages_args *args)
{
	struct page_pool *pool = skbcheck_object_of(args->pool)->pool;
	struct page *page = page_pool_alloc_pages(pool, GFP_POOL);

	if (!page)
		return 0;
	skbcheck_bind_page(call->result, page, 0, PAGE_SIZE << pool->p.order, pool);
	return 1;
}

static u32 alloc_frag(const struct skbcheck_call *call,
		      const struct page_pool_alloc_frag_args *args)
{
	struct page_pool *pool = skbcheck_object_of(args->pool)->pool;
	struct page *page;
	u32 offset;

	if ((u32)args->size > PAGE_SIZE << pool->p.order)
		return SKBCHECK_BAD_CALL;
	page = page_pool_alloc_frag(pool, &offset, args->size, GFP_POOL);
	if (!page)
		return 0;
	skbcheck_bind_page(call->result, page, offset, args->size, pool);
	return 1;
}

/* The pool of a name's reference; NULL where it is a plain one. */
static struct page_pool *pool_of(s32 handle)
{
	return skbcheck_object_of(handle)->region.of_pool;
}

static u32 put_page_command(const struct skbcheck_call *call,
			    const struct page_pool_put_page_args *args)
{
	struct page_pool *pool = pool_of(args->page);

	if (!pool)
		return SKBCHECK_BAD_CALL;
	page_pool_put_page(pool, skbcheck_object_of(args->page)->page, args->dma_sync_size, args->allow_direct);
	skbcheck_unbind(args->page);
	return 0;
}

static u32 put_full_page(const struct skbcheck_call *call,
			 const struct page_pool_put_full_page_args *args)
{
	struct page_pool *pool = pool_of(args->page);

	if (!pool)
		return SKBCHECK_BAD_CALL;
	page_pool_put_full_page(pool, skbcheck_object_of(args->page)->page, args->allow_direct);
	skbcheck_unbind(args->page);
	return 0;
}

static u32 recycle_direct(const struct skbcheck_call *call,
			  const struct page_pool_recycle_direct_args *args)
{
	struct page_pool *pool = pool_of(args->page);

	if (!pool)
		return SKBCHECK_BAD_CALL;
	page_pool_recycle_direct(pool, skbcheck_object_of(args->page)->page);
	skbcheck_unbind(args->page);
	return 0;
}

/* All pages are of one pool. */
static u32 put_page_bulk(const struct skbcheck_call *call,
			 const struct page_pool_put_page_bulk_args *args)
{
	const s32 pages[] = { args->page, args->page2, args->page3, args->page4 };
	struct page_pool *pool = pool_of(args->page);
#if SKBCHECK_BULK_NAMES_NO_POOL
	netmem_ref data[ARRAY_SIZE(pages)];
#else
	void *data[ARRAY_SIZE(pages)];
#endif
	u32 count = 0, i;

	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		if (pages[i] < 0)
			continue;
		if (!pool || pool_of(pages[i]) != pool)
			return SKBCHECK_BAD_CALL;
#if SKBCHECK_BULK_NAMES_NO_POOL
		data[count++] = page_to_netmem(skbcheck_object_of(pages[i])->page);
	}
	page_pool_put_netmem_bulk(data, count);
#else
		data[count++] = page_address(skbcheck_object_of(pages[i])->page);
	}
	page_pool_put_page_bulk(pool, data, count);
#endif
	for (i = 0; i < ARRAY_SIZE(pages); i++)
		if (pages[i] >= 0)
			skbcheck_unbind(pages[i]);
	return 0;
}

/* The name becomes a plain reference. */
static u32 release_page(const struct skbcheck_call *call,
			const struct page_pool_release_page_args *args)
{
#if SKBCHECK_HAS_RELEASE_PAGE
	struct skbcheck_object *region = skbcheck_object_of(args->page);

	if (!region->region.of_pool)
		return SKBCHECK_BAD_CALL;
	page_pool_release_page(region->region.of_pool, region->page);
	region->region.of_pool = NULL;
	return 0;
#else
	return SKBCHECK_UNSUPPORTED;
#endif
}

/* The delayed worker must not run by itself: the program decides when it runs. */
static bool take_worker(struct skbcheck_object *object)
{
	object->in_pool.release_pending = !pool_gone && cancel_delayed_work(&object->pool->release_dw);
	return pool_gone;
}

static bool destroy_pool(struct skbcheck_object *object)
{
	pool_gone = false;
	page_pool_destroy(object->pool);
	return take_worker(object);
}

static bool retry_release(struct skbcheck_object *object)
{
	struct work_struct *work = &object->pool->release_dw.work;

	pool_gone = false;
	work->func(work);
	return take_worker(object);
}

static u32 destroy(const struct skbcheck_call *call, const struct page_pool_destroy_args *args)
{
	struct skbcheck_object *object = skbcheck_object_of(args->pool);

	if (object->in_pool.release_pending)
		return SKBCHECK_BAD_CALL;
	if (destroy_pool(object))
		skbcheck_unbind(args->pool);
	return 0;
}

void skbcheck_pool_destroy(struct page_pool *pool)
{
	u32 i;

	for (i = 0; i < SKBCHECK_SLOTS; i++)
		if (skbcheck_kinds[i] == KIND_POOL && skbcheck_objects[i].pool == pool)
			break;
	if (i < SKBCHECK_SLOTS && destroy_pool(&skbcheck_objects[i]))
		skbcheck_unbind(i);
}

static u32 release_retry(const struct skbcheck_call *call,
			 const struct page_pool_release_retry_args *args)
{
	struct skbcheck_object *object = skbcheck_object_of(args->pool);

	if (!object->in_pool.release_pending)
		return SKBCHECK_BAD_CALL;
	if (retry_release(object))
		skbcheck_unbind(args->pool);
	return 0;
}

/* A pool with pages out stays for ever. */
void skbcheck_release_pool(struct skbcheck_object *object)
{
	if (!(object->in_pool.release_pending ? retry_release(object) : destroy_pool(object)))
		skbcheck_leaked_pools++;
}

u32 *skbcheck_observe_pool(u32 *w, struct skbcheck_object *object)
{
	const struct page_pool *pool = object->pool;

	WORD(w, POOL, hold_cnt, pool->pages_state_hold_cnt);
	WORD(w, POOL, release_cnt, atomic_read(&pool->pages_state_release_cnt));
	WORD(w, POOL, cache_count, pool->alloc.count);
	WORD(w, POOL, ring_count, skbcheck_ring_count(&pool->ring));
	WORD(w, POOL, frag_offset, pool->frag_page ? pool->frag_offset : 0);
	WORD(w, POOL, frag_users, pool->frag_page ? pool->frag_users : 0);
	WORD(w, POOL, release_pending, object->in_pool.release_pending);
	return WORDS_END(w, POOL);
}

SKBCHECK_COMMAND(page_pool_create, create);
SKBCHECK_COMMAND(page_pool_alloc_pages, alloc_pages_command);
SKBCHECK_COMMAND(page_pool_alloc_frag, alloc_frag);
SKBCHECK_COMMAND(page_pool_put_page, put_page_command);
SKBCHECK_COMMAND(page_pool_put_full_page, put_full_page);
SKBCHECK_COMMAND(page_pool_recycle_direct, recycle_direct);
SKBCHECK_COMMAND(page_pool_put_page_bulk, put_page_bulk);
SKBCHECK_COMMAND(page_pool_release_page, release_page);
SKBCHECK_COMMAND(page_pool_destroy, destroy);
SKBCHECK_COMMAND(page_pool_release_retry, release_retry);
