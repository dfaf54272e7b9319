// SPDX-License-Identifier: GPL-2.0 OR MIT
/* page_pool commands. */
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/printk.h>
#include "core/objects.h"

/* The words of the argument `flags`, which are not the kernel's bits in every version. */
#define WORD_DMA_MAP 1u
#define WORD_DMA_SYNC_DEV 2u
#define WORD_PAGE_FRAG 4u
/* Stands for a flag that this kernel does not know. */
#define PP_FLAG_UNKNOWN BIT(31)

#define BULK_MAX 4
#define GFP_POOL (GFP_ATOMIC | __GFP_NOWARN)

#if SKBCHECK_POOL_HAS_NAPI
/* The NAPI of every pool that has one: what counts is only whether it runs on this CPU right now. */
static struct napi_struct napi = { .list_owner = -1 };
#endif
/* Set by the pool that is freed, at the last moment when it can say so. */
static bool pool_gone;

static void on_pool_free(void *pool)
{
	pool_gone = true;
}

/* What page_pool_use_xdp_mem() put in the place of on_pool_free(): the same for every pool. */
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

/* Who owns the pools' NAPI, as napi_schedule() and napi_complete_done() note it. */
void skbcheck_pool_context(u32 context)
{
#if SKBCHECK_POOL_HAS_NAPI
	WRITE_ONCE(napi.list_owner, context == CONTEXT_NAPI ? smp_processor_id() : -1);
#endif
}

static u32 kernel_flags(u32 flag_words)
{
	u32 flags = 0;

	if (flag_words & WORD_DMA_MAP)
		flags |= PP_FLAG_DMA_MAP;
	if (flag_words & WORD_DMA_SYNC_DEV)
		flags |= PP_FLAG_DMA_SYNC_DEV;
	if (flag_words & WORD_PAGE_FRAG)
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
static u32 create(const struct skbcheck_call *call)
{
	const s32 *args = call->args;
	struct page_pool_params params = {
		.order = args[1], .pool_size = args[2], .flags = kernel_flags(args[3]), .dma_dir = args[4],
		.offset = args[5], .max_len = args[6], .nid = NUMA_NO_NODE,
	};
	struct skbcheck_device *device = NULL;
	struct skbcheck_object *object;
	struct page_pool *pool;

	if ((u32)args[1] > 3 || (u32)args[4] > DMA_FROM_DEVICE)
		return SKBCHECK_BAD_CALL;
	if (args[0] >= 0)
		device = skbcheck_arg(call, 0)->device;
	else if (params.flags & PP_FLAG_DMA_MAP)
		device = skbcheck_default_device();
	params.dev = device ? &device->dev : NULL;
#if SKBCHECK_POOL_HAS_NAPI
	params.napi = args[7] ? &napi : NULL;
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

static u32 alloc_pages_command(const struct skbcheck_call *call)
{
	struct page_pool *pool = skbcheck_arg(call, 0)->pool;
	struct page *page = page_pool_alloc_pages(pool, GFP_POOL);

	if (!page)
		return 0;
	skbcheck_bind_page(call->result, page, 0, PAGE_SIZE << pool->p.order, pool);
	return 1;
}

static u32 alloc_frag(const struct skbcheck_call *call)
{
	struct page_pool *pool = skbcheck_arg(call, 0)->pool;
	struct page *page;
	u32 offset;

	if ((u32)call->args[1] > PAGE_SIZE << pool->p.order)
		return SKBCHECK_BAD_CALL;
	page = page_pool_alloc_frag(pool, &offset, call->args[1], GFP_POOL);
	if (!page)
		return 0;
	skbcheck_bind_page(call->result, page, offset, call->args[1], pool);
	return 1;
}

/* The pool of a name's reference; NULL where it is a plain one. */
static struct page_pool *pool_of_arg(const struct skbcheck_call *call, u32 arg)
{
	return skbcheck_arg(call, arg)->region.of_pool;
}

static u32 put_page_with(const struct skbcheck_call *call, u32 dma_sync_size, bool allow_direct)
{
	struct page_pool *pool = pool_of_arg(call, 0);
	struct page *page = skbcheck_arg(call, 0)->page;

	if (!pool)
		return SKBCHECK_BAD_CALL;
	page_pool_put_page(pool, page, dma_sync_size, allow_direct);
	skbcheck_unbind(call->args[0]);
	return 0;
}

static u32 put_page_command(const struct skbcheck_call *call)
{
	return put_page_with(call, call->args[1], call->args[2]);
}

static u32 put_full_page(const struct skbcheck_call *call)
{
	struct page_pool *pool = pool_of_arg(call, 0);

	if (!pool)
		return SKBCHECK_BAD_CALL;
	page_pool_put_full_page(pool, skbcheck_arg(call, 0)->page, call->args[1]);
	skbcheck_unbind(call->args[0]);
	return 0;
}

static u32 recycle_direct(const struct skbcheck_call *call)
{
	struct page_pool *pool = pool_of_arg(call, 0);

	if (!pool)
		return SKBCHECK_BAD_CALL;
	page_pool_recycle_direct(pool, skbcheck_arg(call, 0)->page);
	skbcheck_unbind(call->args[0]);
	return 0;
}

/* All pages are of one pool. */
static u32 put_page_bulk(const struct skbcheck_call *call)
{
	struct page_pool *pool = pool_of_arg(call, 0);
	void *data[BULK_MAX];
	u32 count = 0, i;

	for (i = 0; i < BULK_MAX; i++) {
		if (call->args[i] < 0)
			continue;
		if (!pool || pool_of_arg(call, i) != pool)
			return SKBCHECK_BAD_CALL;
		data[count++] = page_address(skbcheck_arg(call, i)->page);
	}
	page_pool_put_page_bulk(pool, data, count);
	for (i = 0; i < BULK_MAX; i++)
		if (call->args[i] >= 0)
			skbcheck_unbind(call->args[i]);
	return 0;
}

/* The name becomes a plain reference. */
static u32 release_page(const struct skbcheck_call *call)
{
#if SKBCHECK_HAS_RELEASE_PAGE
	struct skbcheck_object *region = skbcheck_arg(call, 0);

	if (!region->region.of_pool)
		return SKBCHECK_BAD_CALL;
	page_pool_release_page(region->region.of_pool, region->page);
	region->region.of_pool = NULL;
	return 0;
#else
	return SKBCHECK_UNSUPPORTED;
#endif
}

/* The delayed worker must not run by itself: its moment belongs to the program. */
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

static u32 destroy(const struct skbcheck_call *call)
{
	struct skbcheck_object *object = skbcheck_arg(call, 0);

	if (object->in_pool.release_pending)
		return SKBCHECK_BAD_CALL;
	if (destroy_pool(object))
		skbcheck_unbind(call->args[0]);
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

static u32 release_retry(const struct skbcheck_call *call)
{
	struct skbcheck_object *object = skbcheck_arg(call, 0);

	if (!object->in_pool.release_pending)
		return SKBCHECK_BAD_CALL;
	if (retry_release(object))
		skbcheck_unbind(call->args[0]);
	return 0;
}

bool skbcheck_pool_discard(struct skbcheck_object *object)
{
	return object->in_pool.release_pending ? retry_release(object) : destroy_pool(object);
}

const struct skbcheck_command skbcheck_pool_commands[] = {
	{ 30, KIND_POOL, "Diiiiiii", create },
	{ 31, KIND_PAGE, "o", alloc_pages_command },
	{ 32, KIND_PAGE, "oi", alloc_frag },
	{ 33, 0, "pii", put_page_command },
	{ 34, 0, "pi", put_full_page },
	{ 35, 0, "p", recycle_direct },
	{ 36, 0, "pPPP", put_page_bulk },
	{ 37, 0, "p", release_page },
	{ 38, 0, "o", destroy },
	{ 39, 0, "o", release_retry },
	{ }
};
