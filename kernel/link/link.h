/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * What the host and the module say to each other. A request is a little-endian u32 message type
 * and then its payload; a reply is a little-endian s32 status (0, or a negative errno) and then
 * its payload. The same numbers stand in src/targets/linux/messages.ts.
 */
#ifndef SKBCHECK_LINK_H
#define SKBCHECK_LINK_H

#define SKBCHECK_PROTOCOL 1
#define SKBCHECK_BUFFER_BYTES (16u << 20)

enum skbcheck_message {
	SKBCHECK_HELLO = 1,      /* reply: n, n x (enum skbcheck_abi, value), n, n buckets, bytes, release */
	SKBCHECK_ECHO = 2,       /* reply: the payload */
	SKBCHECK_EXEC = 3,       /* payload and reply: words, see skbcheck_exec() */
	SKBCHECK_SPLATS = 4,     /* reply: count so far, bytes, console text captured since last asked */
	SKBCHECK_CRASH_TEST = 5, /* payload: enum skbcheck_crash, program, command */
	SKBCHECK_CLEAR_ONCE = 6, /* handled by init: WARN_ON_ONCE may speak again */
	SKBCHECK_MEM_INFO = 7,   /* reply: bytes in use, low and high word */
};

enum skbcheck_crash {
	SKBCHECK_CRASH_PANIC = 1,
	SKBCHECK_CRASH_BUG = 2,
	SKBCHECK_CRASH_WARN = 3,
	SKBCHECK_CRASH_HANG = 4,
	SKBCHECK_CRASH_LEAK = 5,       /* a page that nobody will free; reply: its pfn, low and high word */
	SKBCHECK_CRASH_REFCOUNT = 6,   /* a refcount_t that underflows */
	SKBCHECK_CRASH_BAD_PAGE = 7,   /* frees a page that claims to be mapped */
	SKBCHECK_CRASH_NULL = 8,       /* reads through a null pointer */
	SKBCHECK_CRASH_WARN_ONCE = 9,  /* speaks once, and again after CLEAR_ONCE */
	SKBCHECK_CRASH_USE_AFTER_FREE = 10, /* only KASAN notices */
};

/* Keys of the Abi in the reply to HELLO. Numbers are never reused; the host skips unknown ones. */
enum skbcheck_abi {
	SKBCHECK_ABI_PROTOCOL = 1,
	SKBCHECK_ABI_LINUX_VERSION_CODE = 2,
	SKBCHECK_ABI_PAGE_SIZE = 3,
	SKBCHECK_ABI_SMP_CACHE_BYTES = 4,
	SKBCHECK_ABI_SK_BUFF_ALIGNED = 5,
	SKBCHECK_ABI_SHARED_INFO_ALIGNED = 6,
	SKBCHECK_ABI_MAX_SKB_FRAGS = 7,
	SKBCHECK_ABI_NET_SKB_PAD = 8,
	SKBCHECK_ABI_NET_IP_ALIGN = 9,
	SKBCHECK_ABI_LONG_BYTES = 10,
	SKBCHECK_ABI_DMA_ADDR_BYTES = 11,
	SKBCHECK_ABI_PP_ALLOC_CACHE_SIZE = 12,
	SKBCHECK_ABI_PP_ALLOC_CACHE_REFILL = 13,
	SKBCHECK_ABI_XDP_FRAME_BYTES = 14,
	SKBCHECK_ABI_PAGE_FRAG_CACHE_MAX_SIZE = 15,
	SKBCHECK_ABI_SKB_SMALL_HEAD_BYTES = 16, /* measured; 0 where small heads have no cache */
	SKBCHECK_ABI_HZ = 17,
	SKBCHECK_ABI_TSC_KHZ = 18,
	SKBCHECK_ABI_KASAN = 32,
	SKBCHECK_ABI_DEBUG_NET = 33,
	SKBCHECK_ABI_DEBUG_VM = 34,
	SKBCHECK_ABI_DMA_API_DEBUG = 35,
	SKBCHECK_ABI_DEBUG_KMEMLEAK = 36,
	SKBCHECK_ABI_PREEMPT_RT = 37,
	SKBCHECK_ABI_PAGE_POOL_STATS = 38,
	SKBCHECK_ABI_FAULT_INJECTION = 39,
	SKBCHECK_ABI_DMA_OPS = 40,
	SKBCHECK_ABI_KPROBES = 41,
	SKBCHECK_ABI_FUNCTION_TRACER = 42,
	SKBCHECK_ABI_PAGE_OWNER = 43,
};

#ifdef __KERNEL__
#include <linux/types.h>

/*
 * Where the running program stands. The executor sets both before each command; the panic and die
 * notifiers print them, so that a crash is tied to the command that caused it.
 */
extern u32 skbcheck_program;
extern u32 skbcheck_command;

/* How many splats began on the console since the module was loaded. Only grows. */
u32 skbcheck_splat_count(void);
/* Copies the captured console text into out and forgets it; returns its length in bytes. */
u32 skbcheck_splat_take(char *out, u32 capacity_bytes);
int skbcheck_splat_start(void);
void skbcheck_splat_stop(void);

/* Fills the payload of the reply to HELLO; returns its words. */
u32 skbcheck_abi_words(u32 *out, u32 out_cap_words);

/* Does something terrible on purpose. Returns the words of the reply, or a negative errno. */
int skbcheck_crash_test(const u32 *in, u32 in_words, u32 *out, u32 out_cap_words);

/*
 * Executes the binary form of programs. Called in process context with nothing held.
 * Returns the words written to out, or a negative errno.
 */
int skbcheck_exec(const u32 *in, u32 in_words, u32 *out, u32 out_cap_words);
int skbcheck_exec_start(void);
void skbcheck_exec_stop(void);
#endif /* __KERNEL__ */

#endif /* SKBCHECK_LINK_H */
