// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Commands that copy skbs, replace their heads, and free them. */
#include <linux/skbuff.h>
#include "core/objects.h"

#define ROOM_MAX (64u << 10)
#define GFP_SKB (GFP_ATOMIC | __GFP_NOWARN)

/* Not exported: found by name. */
static int (*unclone_keeptruesize)(struct sk_buff *skb, gfp_t gfp);

static u32 get(const struct skbcheck_call *call)
{
	skbcheck_bind(call->result, KIND_SKB, skb_get(skbcheck_skb_arg(call, 0)));
	return 1;
}

static struct sk_buff *take_skb(const struct skbcheck_call *call)
{
	struct sk_buff *skb = skbcheck_skb_arg(call, 0);

	skbcheck_unbind(call->args[0]);
	return skb;
}

static u32 kfree_skb_command(const struct skbcheck_call *call)
{
	kfree_skb(take_skb(call));
	return 0;
}

static u32 consume_skb_command(const struct skbcheck_call *call)
{
	consume_skb(take_skb(call));
	return 0;
}

static u32 napi_consume_skb_command(const struct skbcheck_call *call)
{
	napi_consume_skb(take_skb(call), call->args[1]);
	return 0;
}

static u32 clone(const struct skbcheck_call *call)
{
	return skbcheck_bind_skb(call, skb_clone(skbcheck_skb_arg(call, 0), GFP_SKB));
}

static u32 copy(const struct skbcheck_call *call)
{
	return skbcheck_bind_skb(call, skb_copy(skbcheck_skb_arg(call, 0), GFP_SKB));
}

static bool rooms_fit(const struct skbcheck_call *call)
{
	return (u32)call->args[1] <= ROOM_MAX && (u32)call->args[2] <= ROOM_MAX;
}

static u32 copy_expand(const struct skbcheck_call *call)
{
	if (!rooms_fit(call))
		return SKBCHECK_BAD_CALL;
	return skbcheck_bind_skb(call, skb_copy_expand(skbcheck_skb_arg(call, 0), call->args[1], call->args[2], GFP_SKB));
}

static u32 pskb_copy_command(const struct skbcheck_call *call)
{
	return skbcheck_bind_skb(call, pskb_copy(skbcheck_skb_arg(call, 0), GFP_SKB));
}

static u32 expand_head(const struct skbcheck_call *call)
{
	struct sk_buff *skb = skbcheck_skb_arg(call, 0);

	if (!rooms_fit(call) || skb_shared(skb))
		return SKBCHECK_BAD_CALL;
	return pskb_expand_head(skb, call->args[1], call->args[2], GFP_SKB);
}

static u32 realloc_headroom(const struct skbcheck_call *call)
{
	if ((u32)call->args[1] > ROOM_MAX)
		return SKBCHECK_BAD_CALL;
	return skbcheck_bind_skb(call, skb_realloc_headroom(skbcheck_skb_arg(call, 0), call->args[1]));
}

static u32 cow(const struct skbcheck_call *call)
{
	struct sk_buff *skb = skbcheck_skb_arg(call, 0);

	if ((u32)call->args[1] > ROOM_MAX || skb_shared(skb))
		return SKBCHECK_BAD_CALL;
	return skb_cow(skb, call->args[1]);
}

/* The three below give back the same sk_buff, another one, or NULL: the argument's name is gone in any case. */
static u32 unshare(const struct skbcheck_call *call)
{
	return skbcheck_bind_skb(call, skb_unshare(take_skb(call), GFP_SKB));
}

static u32 share_check(const struct skbcheck_call *call)
{
	return skbcheck_bind_skb(call, skb_share_check(take_skb(call), GFP_SKB));
}

static u32 expand_head_consuming(const struct skbcheck_call *call)
{
	if ((u32)call->args[1] > ROOM_MAX)
		return SKBCHECK_BAD_CALL;
	return skbcheck_bind_skb(call, skb_expand_head(take_skb(call), call->args[1]));
}

static u32 unclone(const struct skbcheck_call *call)
{
	struct sk_buff *skb = skbcheck_skb_arg(call, 0);

	if (skb_shared(skb))
		return SKBCHECK_BAD_CALL;
	return skb_unclone(skb, GFP_SKB);
}

static u32 header_release(const struct skbcheck_call *call)
{
	__skb_header_release(skbcheck_skb_arg(call, 0));
	return 0;
}

static u32 morph(const struct skbcheck_call *call)
{
	struct sk_buff *dst = skbcheck_skb_arg(call, 0), *src = skbcheck_skb_arg(call, 1);

	if (dst == src)
		return SKBCHECK_BAD_CALL;
	return skb_morph(dst, src) ? 1 : 0;
}

/* skb_unclone_keeptruesize(), an inline function around one that is not exported. */
static u32 unclone_keeping_truesize(const struct skbcheck_call *call)
{
	struct sk_buff *skb = skbcheck_skb_arg(call, 0);

	if (!unclone_keeptruesize)
		return SKBCHECK_UNSUPPORTED;
	if (skb_shared(skb))
		return SKBCHECK_BAD_CALL;
	return skb_cloned(skb) ? unclone_keeptruesize(skb, GFP_SKB) : 0;
}

void skbcheck_life_start(void)
{
	unclone_keeptruesize = skbcheck_find_function("__skb_unclone_keeptruesize");
}

const struct skbcheck_command skbcheck_skb_life_commands[] = {
	{ 80, KIND_SKB, "s", get },
	{ 81, 0, "s", kfree_skb_command },
	{ 82, 0, "s", consume_skb_command },
	{ 83, 0, "si", napi_consume_skb_command },
	{ 84, KIND_SKB, "s", clone },
	{ 85, KIND_SKB, "s", copy },
	{ 86, KIND_SKB, "sii", copy_expand },
	{ 87, KIND_SKB, "s", pskb_copy_command },
	{ 88, 0, "sii", expand_head },
	{ 89, KIND_SKB, "si", realloc_headroom },
	{ 90, 0, "si", cow },
	{ 91, KIND_SKB, "s", unshare },
	{ 92, KIND_SKB, "s", share_check },
	{ 93, 0, "s", unclone },
	{ 94, 0, "s", header_release },
	{ 95, 0, "ss", morph },
	{ 96, 0, "s", unclone_keeping_truesize },
	{ 97, KIND_SKB, "si", expand_head_consuming },
	{ }
};
