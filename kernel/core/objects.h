/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* What a program's names stand for, and what the files of commands share. */
#ifndef SKBCHECK_OBJECTS_H
#define SKBCHECK_OBJECTS_H

#include <linux/bitops.h>
#include <linux/device.h>
#include <linux/dma-direction.h>
#include <linux/types.h>
#include "core/compat.h"

#define SKBCHECK_HANDLES 1024
/* What calls without a name make is kept behind the handles, for release: nobody can use or see it. */
#define SKBCHECK_NAMELESS 64
#define SKBCHECK_SLOTS (SKBCHECK_HANDLES + SKBCHECK_NAMELESS)
#define SKBCHECK_ARGS_MAX 12
#define SKBCHECK_NO_HANDLE 0xffffffffu

/* What a call returns that was not made at all. The host never sends such calls. */
#define SKBCHECK_BAD_CALL 0xdead0001u    /* a handle is missing or of the wrong kind, or a number is out of range */
#define SKBCHECK_NO_COMMAND 0xdead0002u  /* no such opcode */
#define SKBCHECK_UNSUPPORTED 0xdead0003u /* this kernel has no such function, or cannot fail allocations */
#define SKBCHECK_NO_ROOM 0xdead0004u     /* a table of the module is full */

/* The digits stand in the high half of an observation's words, so they are part of the protocol. */
enum skbcheck_kind {
	KIND_NONE = 0,
	KIND_SKB = 1,
	KIND_PAGE = 2,
	KIND_POOL = 3,
	KIND_DEVICE = 4,
	KIND_SOCK = 5,
	KIND_UARG = 6,
	KIND_FRAG_CACHE = 7,
	KIND_MAPPING = 8,
	/* Of the systems around the core: each registers what it can do, see struct skbcheck_kind_ops. */
	KIND_NAPI = 9,
	KIND_RXQ = 10,
	KIND_XDP = 11,
	KIND_FRAME = 12,
	KIND_CPUMAP = 13,
	KIND_NETDEV = 14,
	KIND_UMEM = 15,
	KIND_XSK = 16,
	KIND_PIPE = 17,
	KIND_MM = 18,
	KIND_FILE = 19,
	KIND_PORT = 20,
	KIND_COUNT,
};

enum skbcheck_context {
	CONTEXT_PROCESS = 0,
	CONTEXT_SOFTIRQ = 1, /* bottom halves are disabled on a CPU that does not run the pool's NAPI */
	CONTEXT_NAPI = 2,    /* ... that runs it right now */
};

/* A device that does DMA, with a table of its live mappings: dma/dma.c. */
struct skbcheck_device {
	struct device dev;
	u64 dma_mask;
	bool gone;
	u32 live_mappings;
	u32 maps;
	u32 unmaps;
	u32 syncs_for_device;
	u32 syncs_for_cpu;
};

#define UARG_PAGES_MAX 256

/* The owner of zerocopy pages: zerocopy/zerocopy.c. */
struct skbcheck_uarg {
	struct ubuf_info ubuf;
	u32 handle; /* SKBCHECK_NO_HANDLE when the name is gone */
	bool used;
	u32 completions;
	u32 successes;
	u32 pinned_pages;
	struct page *pinned[UARG_PAGES_MAX];
};

/* What one name holds: for skbs and pages it is one reference. */
struct skbcheck_object {
	union {
		void *pointer;
		struct sk_buff *skb;
		struct page *page; /* of a compound page: its head */
		struct page_pool *pool;
		struct skbcheck_device *device;
		struct sock *sk;
		struct skbcheck_uarg *uarg;
		struct page_frag_cache *cache;
	};
	union {
		struct {
			u32 offset; /* bytes from the start of the (compound) page */
			u32 size;
			struct page_pool *of_pool; /* a reference of this pool; NULL: a plain one */
		} region;
		struct {
			struct skbcheck_device *device;
			dma_addr_t address;
			u32 offset; /* bytes from the start of the (compound) page */
			u32 size;
			enum dma_data_direction direction;
		} mapping;
		struct {
			u32 flags; /* PP_FLAG_* it was created with */
			bool release_pending;
			struct skbcheck_device *device;
		} in_pool;
		struct {
			/* A pool reference was moved in and skb_mark_for_recycle() is still to come. */
			bool owes_mark;
			/* Segments hang on skb->next: segment/segment.c. */
			bool leads_list;
		} of_skb;
	};
};

extern u8 skbcheck_kinds[SKBCHECK_SLOTS];
extern struct skbcheck_object skbcheck_objects[SKBCHECK_SLOTS];
/* Every live handle is below. */
extern u32 skbcheck_handle_end;
/* The live handles as bits, and those of two kinds as lists, for the observation. */
extern unsigned long skbcheck_live[BITS_TO_LONGS(SKBCHECK_SLOTS)];
struct skbcheck_handle_list {
	u32 count;
	u16 handles[SKBCHECK_HANDLES];
};
extern struct skbcheck_handle_list skbcheck_pools;
extern struct skbcheck_handle_list skbcheck_socks;
/* How many slots behind the handles are taken. */
extern u32 skbcheck_nameless;
/* Number of the next pattern write of the program. */
extern u32 skbcheck_stamp;

struct skbcheck_call {
	u32 result; /* handle number for the object that the call makes */
	u32 fail;
	u32 context;
	s32 args[SKBCHECK_ARGS_MAX]; /* a handle argument is a checked handle number, or -1 */
};

/*
 * One opcode. `args` has a letter for each argument: s skb, p page, o pool, d device, k sock, u uarg,
 * c page_frag cache, m mapping, n napi, r rxq, x xdp, f frame, t cpumap, v netdev, e umem, a xsk, w pipe, y mm,
 * l file, q port, i number; a capital letter may be left out (-1).
 * run() returns what the kernel function returned, as the contract folds it into 32 bits.
 */
struct skbcheck_command {
	u16 opcode;
	u8 result; /* enum skbcheck_kind that `result` will hold */
	const char *args;
	u32 (*run)(const struct skbcheck_call *call);
};

/* What the table of handles needs to know about the objects of a kind outside the core. */
struct skbcheck_kind_ops {
	enum skbcheck_kind kind;
	char letter; /* in struct skbcheck_command.args */
	/* Releases all that the object holds, as well as it can. The handle is unbound by the caller. */
	void (*release)(struct skbcheck_object *object);
	/* Writes the words behind the one that says kind and handle; returns the end. */
	u32 *(*observe)(u32 *w, struct skbcheck_object *object);
};

/*
 * A system around the core (GRO, XDP, AF_XDP, ...), one or more files of its own. Those that are
 * linked in are found by weak references in exec/systems.c, so a system joins by existing.
 */
struct skbcheck_system {
	const struct skbcheck_command *commands; /* ends with an entry that has no run() */
	const struct skbcheck_kind_ops *kinds;   /* ends with KIND_NONE */
	int (*start)(void);                      /* may be NULL */
	void (*stop)(void);                      /* may be NULL */
	void (*reset)(void);                     /* between programs, after all objects were released; may be NULL */
};

/* Each table ends with an entry that has no run(). */
extern const struct skbcheck_command skbcheck_page_commands[];
extern const struct skbcheck_command skbcheck_dma_commands[];
extern const struct skbcheck_command skbcheck_pool_commands[];
extern const struct skbcheck_command skbcheck_skb_alloc_commands[];
extern const struct skbcheck_command skbcheck_skb_life_commands[];
extern const struct skbcheck_command skbcheck_skb_transform_commands[];
extern const struct skbcheck_command skbcheck_zerocopy_commands[];
extern const struct skbcheck_command skbcheck_sock_commands[];
extern const struct skbcheck_command skbcheck_abuse_commands[];

/* ---- core/objects.c ---- */
struct skbcheck_object *skbcheck_bind(u32 handle, enum skbcheck_kind kind, void *pointer);
void skbcheck_unbind(u32 handle);
/* Releases all that the program left, as well as it can, so that the next one finds an empty world. */
void skbcheck_world_reset(void);
int skbcheck_world_start(void);
void skbcheck_world_stop(void);
/* Pools that a program left with pages out: nobody will free them. */
extern u32 skbcheck_leaked_pools;

static inline struct skbcheck_object *skbcheck_arg(const struct skbcheck_call *call, u32 arg)
{
	return &skbcheck_objects[call->args[arg]];
}

static inline struct sk_buff *skbcheck_skb_arg(const struct skbcheck_call *call, u32 arg)
{
	return skbcheck_arg(call, arg)->skb;
}

/* A call that returns a new skb: bind it; 1 where there is one, else 0. */
static inline u32 skbcheck_bind_skb(const struct skbcheck_call *call, struct sk_buff *skb)
{
	if (!skb)
		return 0;
	skbcheck_bind(call->result, KIND_SKB, skb);
	return 1;
}

static inline struct skbcheck_object *skbcheck_bind_page(u32 handle, struct page *page, u32 offset, u32 size,
							 struct page_pool *of_pool)
{
	struct skbcheck_object *object = skbcheck_bind(handle, KIND_PAGE, page);

	object->region.offset = offset;
	object->region.size = size;
	object->region.of_pool = of_pool;
	return object;
}

static inline u32 skbcheck_region_end(const struct skbcheck_object *region)
{
	return (PAGE_SIZE << compound_order(region->page)) - region->region.offset;
}

static inline void *skbcheck_region_address(const struct skbcheck_object *region)
{
	return page_address(region->page) + region->region.offset;
}

/* The name's reference to its page: put where it belongs. */
void skbcheck_put_region(struct skbcheck_object *region);
/* Writes bytes of the pattern of the next stamp; see src/model/memory.ts. */
void skbcheck_write_pattern(void *to, u32 bytes);

/*
 * The pages of the per-CPU fragment caches have counts and offsets that depend on history. They are
 * marked in page->private, which the page allocator clears when it hands the page out again.
 */
#define SKBCHECK_OPAQUE 0x5bc0ffeeul

static inline void skbcheck_mark_opaque(const struct sk_buff *skb)
{
	if (skb->head_frag)
		set_page_private(virt_to_head_page(skb->head), SKBCHECK_OPAQUE);
}

/* ---- exec/systems.c ---- */
/* By kind; NULL for the kinds of the core, and where the system is not linked in. */
extern const struct skbcheck_kind_ops *skbcheck_kind_ops[KIND_COUNT];
int skbcheck_systems_start(void (*learn_commands)(const struct skbcheck_command *table));
void skbcheck_systems_stop(void);
void skbcheck_systems_reset(void);
enum skbcheck_kind skbcheck_system_kind(char letter);

/* ---- exec/observation.c ---- */
int skbcheck_observe_start(void);
void skbcheck_observe_stop(void);
/* Digest of every live object. `args` of `call` and its result are the skbs whose payload is looked at. */
u32 skbcheck_observe(const struct skbcheck_call *call, const char *args, const u32 **words, u32 *word_count);

/* ---- fault/fault.c ---- */
int skbcheck_fault_start(void);
void skbcheck_fault_stop(void);
bool skbcheck_fault_able(void);
/* From now on, the n-th allocation of this task fails; 0: none. */
void skbcheck_fault_arm(u32 n);
u32 skbcheck_fault_disarm(void);
/* One allocation that no hook sees is about to be made: does it fail? */
bool skbcheck_fault_event(void);
/* Is the current task running programs? */
void skbcheck_fault_program(bool running);
/*
 * Between on and off the first allocation of a small object of fixed size (kmalloc) counts too. Elsewhere it
 * does not: what else the kernel allocates so depends on history.
 */
void skbcheck_fault_count_small(bool on);
/*
 * From now on it is this task whose allocations fail, and the sk_buffs that it allocates in bulk count, each
 * bulk as one. NULL: the program's own task again.
 */
void skbcheck_fault_follow(struct task_struct *task);
/* While on, the program wakes nobody up: whom it would wake runs at a moment of its own. */
void skbcheck_fault_hold_wakeups(bool on);
/* Address of a function that is not exported, NULL where the kernel has none. */
void *skbcheck_find_function(const char *name);

/* ---- dma/dma.c ---- */
int skbcheck_dma_start(void);
void skbcheck_dma_stop(void);
void skbcheck_dma_reset(void);
struct skbcheck_device *skbcheck_default_device(void);
/* While the program's remains are cleared away nobody is to blame. */
extern bool skbcheck_dma_quiet;

/* ---- page/page.c ---- */
void skbcheck_frag_cache_discard(struct page_frag_cache *cache);

/* ---- page_pool/page_pool.c ---- */
/* Destroys the pool and forgets it; false: pages are still out, so it stays for ever. */
bool skbcheck_pool_discard(struct skbcheck_object *object);
void skbcheck_pool_context(u32 context);
/* page_pool_destroy() of a pool that a name stands for; the name goes with it. */
void skbcheck_pool_destroy(struct page_pool *pool);
/* The pool was registered as a memory model of XDP, which wants to know when it is freed. */
void skbcheck_pool_serves_xdp(struct page_pool *pool);

/* ---- skb/alloc.c ---- */
/* As the command of that name; the caller binds it. */
struct sk_buff *skbcheck_napi_alloc_skb(u32 len);

/* ---- segment/segment.c ---- */
extern void (*skbcheck_tcp_wfree)(struct sk_buff *skb);

/* ---- zerocopy/zerocopy.c ---- */
void skbcheck_uargs_reset(void);

/* ---- skb/transform.c, skb/life.c ---- */
void skbcheck_transform_start(void);
void skbcheck_life_start(void);

#endif /* SKBCHECK_OBJECTS_H */
