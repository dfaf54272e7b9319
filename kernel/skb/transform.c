// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Commands that move payload within and between skbs, with the steps that callers take around them. */
#include <linux/skbuff.h>
#include <net/sock.h>
#include "core/command.h"
#include "core/system.h"

#define COALESCE_STOLEN BIT(31)

/* Not exported: found by name. */
static int (*shift_function)(struct sk_buff *to, struct sk_buff *skb, int bytes);
static void (*condense_function)(struct sk_buff *skb);

static u32 pull_tail(const struct skbcheck_call *call, const struct __pskb_pull_tail_args *args)
{
	struct sk_buff *skb = skbcheck_skb_of(args->skb);

	if ((u32)args->delta > skb->data_len || skb_shared(skb))
		return SKBCHECK_BAD_CALL;
	return __pskb_pull_tail(skb, args->delta) ? 1 : 0;
}

static u32 linearize(const struct skbcheck_call *call, const struct skb_linearize_args *args)
{
	if (skb_shared(skbcheck_skb_of(args->skb)))
		return SKBCHECK_BAD_CALL;
	return skb_linearize(skbcheck_skb_of(args->skb));
}

static u32 trim(const struct skbcheck_call *call, const struct ___pskb_trim_args *args)
{
	if (skb_shared(skbcheck_skb_of(args->skb)))
		return SKBCHECK_BAD_CALL;
	return pskb_trim(skbcheck_skb_of(args->skb), args->len);
}

static u32 condense(const struct skbcheck_call *call, const struct skb_condense_args *args)
{
	if (!condense_function)
		return SKBCHECK_UNSUPPORTED;
	condense_function(skbcheck_skb_of(args->skb));
	return 0;
}

/*
 * skb_split(), and truesize as tcp_fragment() moves it: with the paged bytes, since the new skb was
 * allocated for the linear ones.
 */
static u32 split(const struct skbcheck_call *call, const struct skb_split_args *args)
{
	struct sk_buff *skb = skbcheck_skb_of(args->skb), *rest = skbcheck_skb_of(args->skb1);
	u32 len = args->len, moved, moved_linear;

	moved_linear = len < skb_headlen(skb) ? skb_headlen(skb) - len : 0;
	if (len > skb->len || skb == rest || rest->len || moved_linear > skb_tailroom(rest))
		return SKBCHECK_BAD_CALL;
	moved = skb->len - len - moved_linear;
	rest->truesize += moved;
	skb->truesize -= moved;
	skb_split(skb, rest, len);
	return 0;
}

static u32 shift(const struct skbcheck_call *call, const struct skb_shift_args *args)
{
	struct sk_buff *to = skbcheck_skb_of(args->tgt), *skb = skbcheck_skb_of(args->skb);

	if (!shift_function)
		return SKBCHECK_UNSUPPORTED;
	if ((u32)args->shiftlen > skb->len || skb_shared(to) || skb_shared(skb))
		return SKBCHECK_BAD_CALL;
	return shift_function(to, skb, args->shiftlen);
}

/*
 * skb_try_coalesce(), with the steps of tcp_try_coalesce() and its callers on success: the receive charge
 * follows truesize, and the rest of `from` is freed.
 */
static u32 try_coalesce(const struct skbcheck_call *call, const struct skb_try_coalesce_args *args)
{
	struct sk_buff *to = skbcheck_skb_of(args->to), *from = skbcheck_skb_of(args->from);
	bool stolen = false;
	int delta = 0;

	if (to == from || !skb_try_coalesce(to, from, &stolen, &delta))
		return 0;
	if (to->sk && to->destructor == sock_rfree) {
		atomic_add(delta, &to->sk->sk_rmem_alloc);
		sk_mem_charge(to->sk, delta);
	}
	skbcheck_unbind(args->from);
	kfree_skb_partial(from, stolen);
	return (u32)delta | (stolen ? COALESCE_STOLEN : 0);
}

/* A member joins the end of the frag_list, as reassembly links fragments. */
static u32 append_frag_list(const struct skbcheck_call *call,
			    const struct skb_append_frag_list_args *args)
{
	struct sk_buff *head = skbcheck_skb_of(args->skb), *member = skbcheck_skb_of(args->member);
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
	skbcheck_unbind(args->member);
	return 0;
}

/* The first member leaves the frag_list. */
static u32 detach_frag_list(const struct skbcheck_call *call,
			    const struct skb_detach_frag_list_args *args)
{
	struct sk_buff *head = skbcheck_skb_of(args->skb);
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

static int start(void)
{
	shift_function = skbcheck_find_function("skb_shift");
	condense_function = skbcheck_find_function("skb_condense");
	return 0;
}

SKBCHECK_COMMAND(__pskb_pull_tail, pull_tail);
SKBCHECK_COMMAND(skb_linearize, linearize);
SKBCHECK_COMMAND(___pskb_trim, trim);
SKBCHECK_COMMAND(skb_condense, condense);
SKBCHECK_COMMAND(skb_split, split);
SKBCHECK_COMMAND(skb_shift, shift);
SKBCHECK_COMMAND(skb_try_coalesce, try_coalesce);
SKBCHECK_COMMAND(skb_append_frag_list, append_frag_list);
SKBCHECK_COMMAND(skb_detach_frag_list, detach_frag_list);

const struct skbcheck_system skbcheck_skb_transform = { .start = start };
