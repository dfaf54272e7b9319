// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Calls that no caller may make, and harm that no kernel should do, to prove that the host detects them. */
#include <linux/bottom_half.h>
#include <linux/mm.h>
#include <linux/panic.h>
#include <linux/processor.h>
#include <linux/skbuff.h>
#include "core/command.h"

static u32 kfree_skb_twice(const struct skbcheck_call *call,
			   const struct abuse_kfree_skb_twice_args *args)
{
	struct sk_buff *skb = skbcheck_skb_of(args->skb);

	skbcheck_unbind(args->skb);
	kfree_skb(skb);
	kfree_skb(skb);
	return 0;
}

static u32 put_page_twice(const struct skbcheck_call *call,
			  const struct abuse_put_page_twice_args *args)
{
	struct page *page = skbcheck_object_of(args->page)->page;

	skbcheck_unbind(args->page);
	put_page(page);
	put_page(page);
	return 0;
}

static u32 leak_page(const struct skbcheck_call *call, const struct abuse_leak_page_args *args)
{
	struct page *volatile nobody = alloc_page(GFP_ATOMIC | __GFP_NOWARN);

	(void)nobody;
	return 0;
}

static u32 corrupt_refcount(const struct skbcheck_call *call,
			    const struct abuse_corrupt_refcount_args *args)
{
	page_ref_add(skbcheck_object_of(args->page)->page, args->delta);
	return 0;
}

static u32 abuse_panic(const struct skbcheck_call *call, const struct abuse_panic_args *args)
{
	panic("skbcheck: a panic on purpose");
	return 0;
}

static u32 loop_forever(const struct skbcheck_call *call,
			const struct abuse_loop_forever_args *args)
{
	local_bh_disable();
	for (;;)
		cpu_relax();
	return 0;
}

static u32 warn(const struct skbcheck_call *call, const struct abuse_warn_args *args)
{
	WARN(1, "skbcheck: a warning on purpose\n");
	return 0;
}

static u32 use_after_free(const struct skbcheck_call *call,
			  const struct abuse_use_after_free_args *args)
{
	struct sk_buff *skb = skbcheck_skb_of(args->skb), *stale = skb;

	skbcheck_unbind(args->skb);
	kfree_skb(skb);
	OPTIMIZER_HIDE_VAR(stale);
	return READ_ONCE(stale->len) & 0;
}

SKBCHECK_COMMAND(abuse_kfree_skb_twice, kfree_skb_twice);
SKBCHECK_COMMAND(abuse_put_page_twice, put_page_twice);
SKBCHECK_COMMAND(abuse_leak_page, leak_page);
SKBCHECK_COMMAND(abuse_corrupt_refcount, corrupt_refcount);
SKBCHECK_COMMAND(abuse_panic, abuse_panic);
SKBCHECK_COMMAND(abuse_loop_forever, loop_forever);
SKBCHECK_COMMAND(abuse_warn, warn);
SKBCHECK_COMMAND(abuse_use_after_free, use_after_free);
