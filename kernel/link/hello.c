// SPDX-License-Identifier: MIT OR GPL-2.0
/* The sizes and options that this kernel was built with, as far as the model must know them. */
#include <linux/gfp.h>
#include <linux/mm_types.h>
#include <linux/slab.h>
#include <linux/utsname.h>
#include <asm/tsc.h>
#include "core/compat.h"
#include "link/link.h"

#define FLAG(option) { SKBCHECK_ABI_##option, IS_ENABLED(CONFIG_##option) }

static const u32 constants[][2] = {
	{ SKBCHECK_ABI_PROTOCOL, SKBCHECK_PROTOCOL },
	{ SKBCHECK_ABI_LINUX_VERSION_CODE, LINUX_VERSION_CODE },
	{ SKBCHECK_ABI_PAGE_SIZE, PAGE_SIZE },
	{ SKBCHECK_ABI_SMP_CACHE_BYTES, SMP_CACHE_BYTES },
	{ SKBCHECK_ABI_SK_BUFF_ALIGNED, SKB_DATA_ALIGN(sizeof(struct sk_buff)) },
	{ SKBCHECK_ABI_SHARED_INFO_ALIGNED, SKB_DATA_ALIGN(sizeof(struct skb_shared_info)) },
	{ SKBCHECK_ABI_MAX_SKB_FRAGS, MAX_SKB_FRAGS },
	{ SKBCHECK_ABI_NET_IP_ALIGN, NET_IP_ALIGN },
	{ SKBCHECK_ABI_LONG_BYTES, sizeof(unsigned long) },
	{ SKBCHECK_ABI_DMA_ADDR_BYTES, sizeof(dma_addr_t) },
	{ SKBCHECK_ABI_PP_ALLOC_CACHE_SIZE, PP_ALLOC_CACHE_SIZE },
	{ SKBCHECK_ABI_PP_ALLOC_CACHE_REFILL, PP_ALLOC_CACHE_REFILL },
	{ SKBCHECK_ABI_XDP_FRAME_BYTES, sizeof(struct xdp_frame) },
	{ SKBCHECK_ABI_PAGE_FRAG_CACHE_MAX_SIZE, PAGE_FRAG_CACHE_MAX_SIZE },
	{ SKBCHECK_ABI_HZ, HZ },
	FLAG(KASAN),
	FLAG(DEBUG_NET),
	FLAG(DEBUG_VM),
	FLAG(DMA_API_DEBUG),
	FLAG(DEBUG_KMEMLEAK),
	FLAG(PREEMPT_RT),
	FLAG(PAGE_POOL_STATS),
	FLAG(FAULT_INJECTION),
	FLAG(KPROBES),
	FLAG(FUNCTION_TRACER),
	FLAG(PAGE_OWNER),
	{ SKBCHECK_ABI_DMA_OPS, IS_ENABLED(CONFIG_DMA_OPS) || IS_ENABLED(CONFIG_ARCH_HAS_DMA_OPS) },
};

/* SKB_SMALL_HEAD_CACHE_SIZE is private to skbuff.c, so the size of a small head is measured. */
static u32 small_head_bytes(void)
{
#if SKBCHECK_HAS_SMALL_HEADS
	struct sk_buff *skb = alloc_skb(1, GFP_KERNEL);
	u32 bytes;

	if (!skb)
		return 0;
	bytes = skb_end_offset(skb) + SKB_DATA_ALIGN(sizeof(struct skb_shared_info));
	kfree_skb(skb);
	return bytes;
#else
	return 0;
#endif
}

/* Builds without SMP, or with an active page_owner, give one page at a time. */
static u32 bulk_alloc_pages(void)
{
	struct page *pages[PP_ALLOC_CACHE_REFILL] = { NULL };
	u32 count = SKBCHECK_PAGES_BULK(GFP_KERNEL, ARRAY_SIZE(pages), pages), i;

	for (i = 0; i < count; i++)
		__free_page(pages[i]);
	return count;
}

static u32 put_pair(u32 *out, u32 key, u32 value)
{
	out[0] = key;
	out[1] = value;
	return 2;
}

static u32 put_buckets(u32 *out)
{
	u32 count = 0;
	size_t size = 1;

	while (size <= KMALLOC_MAX_CACHE_SIZE) {
		size = kmalloc_size_roundup(size);
		out[1 + count++] = size;
		size++;
	}
	out[0] = count;
	return 1 + count;
}

static u32 put_release(u32 *out)
{
	u32 bytes = strlen(utsname()->release);

	out[0] = bytes;
	out[DIV_ROUND_UP(bytes, sizeof(u32))] = 0;
	memcpy(out + 1, utsname()->release, bytes);
	return 1 + DIV_ROUND_UP(bytes, sizeof(u32));
}

u32 skbcheck_hello_words(u32 *out, u32 out_cap_words)
{
	u32 words = 1, i;

	for (i = 0; i < ARRAY_SIZE(constants); i++)
		words += put_pair(out + words, constants[i][0], constants[i][1]);
	/* The host passes this rate on to the next guest, whose own calibration may fail on a busy machine. */
	words += put_pair(out + words, SKBCHECK_ABI_TSC_KHZ, tsc_khz);
	/* NET_SKB_PAD is max() of variables in some kernels, which no initialiser takes. */
	words += put_pair(out + words, SKBCHECK_ABI_NET_SKB_PAD, NET_SKB_PAD);
	words += put_pair(out + words, SKBCHECK_ABI_SKB_SMALL_HEAD_BYTES, small_head_bytes());
	words += put_pair(out + words, SKBCHECK_ABI_BULK_ALLOC_PAGES, bulk_alloc_pages());
	out[0] = (words - 1) / 2;
	words += put_buckets(out + words);
	words += put_release(out + words);
	return words;
}
