// SPDX-License-Identifier: GPL-2.0 OR MIT
/* What no caller may do, and what no kernel should: to prove that it is noticed. */
#include <linux/bottom_half.h>
#include <linux/mm.h>
#include <linux/panic.h>
#include <linux/processor.h>
#include <linux/skbuff.h>
#include "core/objects.h"

static u32 kfree_skb_twice(const struct skbcheck_call *call)
{
	struct sk_buff *skb = skbcheck_skb_arg(call, 0);

	skbcheck_unbind(call->args[0]);
	kfree_skb(skb);
	kfree_skb(skb);
	return 0;
}

static u32 put_page_twice(const struct skbcheck_call *call)
{
	struct page *page = skbcheck_arg(call, 0)->page;

	skbcheck_unbind(call->args[0]);
	put_page(page);
	put_page(page);
	return 0;
}

static u32 leak_page(const struct skbcheck_call *call)
{
	struct page *volatile nobody = alloc_page(GFP_ATOMIC | __GFP_NOWARN);

	(void)nobody;
	return 0;
}

static u32 corrupt_refcount(const struct skbcheck_call *call)
{
	page_ref_add(skbcheck_arg(call, 0)->page, call->args[1]);
	return 0;
}

static u32 abuse_panic(const struct skbcheck_call *call)
{
	panic("skbcheck: a panic on purpose");
	return 0;
}

static u32 loop_forever(const struct skbcheck_call *call)
{
	local_bh_disable();
	for (;;)
		cpu_relax();
	return 0;
}

static u32 warn(const struct skbcheck_call *call)
{
	WARN(1, "skbcheck: a warning on purpose\n");
	return 0;
}

static u32 use_after_free(const struct skbcheck_call *call)
{
	struct sk_buff *skb = skbcheck_skb_arg(call, 0), *stale = skb;

	skbcheck_unbind(call->args[0]);
	kfree_skb(skb);
	OPTIMIZER_HIDE_VAR(stale);
	return READ_ONCE(stale->len) & 0;
}

const struct skbcheck_command skbcheck_abuse_commands[] = {
	{ 200, 0, "s", kfree_skb_twice },
	{ 201, 0, "p", put_page_twice },
	{ 202, 0, "", leak_page },
	{ 203, 0, "pi", corrupt_refcount },
	{ 204, 0, "", abuse_panic },
	{ 205, 0, "", loop_forever },
	{ 206, 0, "", warn },
	{ 207, 0, "s", use_after_free },
	{ }
};
