// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Commands that move payload within and between skbs, with the steps that callers take around them. */
#include <linux/skbuff.h>
#include <net/sock.h>
#include "core/objects.h"

#define COALESCE_STOLEN BIT(31)

/* Not exported: found by name. */
static int (*shift_function)(struct sk_buff *to, struct sk_buff *skb, int bytes);
static void (*condense_function)(struct sk_buff *skb);

static u32 pull_tail(const struct skbcheck_call *call)
{
	struct sk_buff *skb = skbcheck_skb_arg(call, 0);

	if ((u32)call->args[1] > skb->data_len || skb_shared(skb))
		return SKBCHECK_BAD_CALL;
	return __pskb_pull_tail(skb, call->args[1]) ? 1 : 0;
}

static u32 linearize(const struct skbcheck_call *call)
{
	if (skb_shared(skbcheck_skb_arg(call, 0)))
		return SKBCHECK_BAD_CALL;
	return skb_linearize(skbcheck_skb_arg(call, 0));
}

static u32 trim(const struct skbcheck_call *call)
{
	if (skb_shared(skbcheck_skb_arg(call, 0)))
		return SKBCHECK_BAD_CALL;
	return pskb_trim(skbcheck_skb_arg(call, 0), call->args[1]);
}

static u32 condense(const struct skbcheck_call *call)
{
	if (!condense_function)
		return SKBCHECK_UNSUPPORTED;
	condense_function(skbcheck_skb_arg(call, 0));
	return 0;
}

/*
 * skb_split(), and truesize as tcp_fragment() moves it: with the paged bytes, since the new skb was
 * allocated for the linear ones.
 */
static u32 split(const struct skbcheck_call *call)
{
	struct sk_buff *skb = skbcheck_skb_arg(call, 0), *rest = skbcheck_skb_arg(call, 1);
	u32 len = call->args[2], moved, moved_linear;

	moved_linear = len < skb_headlen(skb) ? skb_headlen(skb) - len : 0;
	if (len > skb->len || skb == rest || rest->len || moved_linear > skb_tailroom(rest))
		return SKBCHECK_BAD_CALL;
	moved = skb->len - len - moved_linear;
	rest->truesize += moved;
	skb->truesize -= moved;
	skb_split(skb, rest, len);
	return 0;
}

static u32 shift(const struct skbcheck_call *call)
{
	struct sk_buff *to = skbcheck_skb_arg(call, 0), *skb = skbcheck_skb_arg(call, 1);

	if (!shift_function)
		return SKBCHECK_UNSUPPORTED;
	if ((u32)call->args[2] > skb->len || skb_shared(to) || skb_shared(skb))
		return SKBCHECK_BAD_CALL;
	return shift_function(to, skb, call->args[2]);
}

/*
 * skb_try_coalesce(), and what tcp_try_coalesce() and its callers do on success: the receive charge
 * follows truesize, what is left of `from` goes.
 */
static u32 try_coalesce(const struct skbcheck_call *call)
{
	struct sk_buff *to = skbcheck_skb_arg(call, 0), *from = skbcheck_skb_arg(call, 1);
	bool stolen = false;
	int delta = 0;

	if (to == from || !skb_try_coalesce(to, from, &stolen, &delta))
		return 0;
	if (to->sk && to->destructor == sock_rfree) {
		atomic_add(delta, &to->sk->sk_rmem_alloc);
		sk_mem_charge(to->sk, delta);
	}
	skbcheck_unbind(call->args[1]);
	kfree_skb_partial(from, stolen);
	return (u32)delta | (stolen ? COALESCE_STOLEN : 0);
}

/* A member joins the end of the frag_list, as reassembly links fragments. */
static u32 append_frag_list(const struct skbcheck_call *call)
{
	struct sk_buff *head = skbcheck_skb_arg(call, 0), *member = skbcheck_skb_arg(call, 1);
	struct sk_buff **end = &skb_shinfo(head)->frag_list;

	if (head == member)
		return SKBCHECK_BAD_CALL;
	while (*end)
		end = &(*end)->next;
	*end = member;
	member->next = NULL;
	head->len += member->len;
	head->data_len += member->len;
	head->truesize += member->truesize;
	skbcheck_unbind(call->args[1]);
	return 0;
}

/* The first member leaves the frag_list. */
static u32 detach_frag_list(const struct skbcheck_call *call)
{
	struct sk_buff *head = skbcheck_skb_arg(call, 0);
	struct sk_buff *member = skb_shinfo(head)->frag_list;

	if (!member)
		return 0;
	skb_shinfo(head)->frag_list = member->next;
	skb_mark_not_on_list(member);
	head->len -= member->len;
	head->data_len -= member->len;
	head->truesize -= member->truesize;
	return skbcheck_bind_skb(call, member);
}

void skbcheck_transform_start(void)
{
	shift_function = skbcheck_find_function("skb_shift");
	condense_function = skbcheck_find_function("skb_condense");
}

const struct skbcheck_command skbcheck_skb_transform_commands[] = {
	{ 100, 0, "si", pull_tail },
	{ 101, 0, "s", linearize },
	{ 102, 0, "si", trim },
	{ 103, 0, "s", condense },
	{ 104, 0, "ssi", split },
	{ 105, 0, "ssi", shift },
	{ 106, 0, "ss", try_coalesce },
	{ 108, 0, "ss", append_frag_list },
	{ 109, KIND_SKB, "s", detach_frag_list },
	{ }
};
