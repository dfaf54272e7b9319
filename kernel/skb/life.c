// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Commands that copy skbs, replace their heads, and free them. */
#include <linux/skbuff.h>
#include "core/command.h"
#include "core/system.h"

#define ROOM_MAX (64u << 10)
#define GFP_SKB (GFP_ATOMIC | __GFP_NOWARN)

/* Not exported: found by name. */
static int (*unclone_keeptruesize)(struct sk_buff *skb, gfp_t gfp);

static u32 get(const struct skbcheck_call *call, const struct skb_get_args *args)
{
	skbcheck_bind(call->result, KIND_SKB, skb_get(skbcheck_skb_of(args->skb)));
	return 1;
}

static struct sk_buff *take_skb(s32 handle)
{
	struct sk_buff *skb = skbcheck_skb_of(handle);

	skbcheck_unbind(handle);
	return skb;
}

static u32 kfree_skb_command(const struct skbcheck_call *call, const struct kfree_skb_args *args)
{
	kfree_skb(take_skb(args->skb));
	return 0;
}

static u32 consume_skb_command(const struct skbcheck_call *call,
			       const struct consume_skb_args *args)
{
	consume_skb(take_skb(args->skb));
	return 0;
}

static u32 napi_consume_skb_command(const struct skbcheck_call *call,
				    const struct napi_consume_skb_args *args)
{
	napi_consume_skb(take_skb(args->skb), args->budget);
	return 0;
}

static u32 clone(const struct skbcheck_call *call, const struct skb_clone_args *args)
{
	return skbcheck_bind_skb(call, skb_clone(skbcheck_skb_of(args->skb), GFP_SKB));
}

static u32 copy(const struct skbcheck_call *call, const struct skb_copy_args *args)
{
	return skbcheck_bind_skb(call, skb_copy(skbcheck_skb_of(args->skb), GFP_SKB));
}

static bool rooms_fit(u32 headroom, u32 tailroom)
{
	return headroom <= ROOM_MAX && tailroom <= ROOM_MAX;
}

static u32 copy_expand(const struct skbcheck_call *call, const struct skb_copy_expand_args *args)
{
	if (!rooms_fit(args->newheadroom, args->newtailroom))
		return SKBCHECK_BAD_CALL;
	return skbcheck_bind_skb(call, skb_copy_expand(skbcheck_skb_of(args->skb), args->newheadroom,
						       args->newtailroom, GFP_SKB));
}

static u32 pskb_copy_command(const struct skbcheck_call *call, const struct pskb_copy_args *args)
{
	return skbcheck_bind_skb(call, pskb_copy(skbcheck_skb_of(args->skb), GFP_SKB));
}

static u32 expand_head(const struct skbcheck_call *call, const struct pskb_expand_head_args *args)
{
	struct sk_buff *skb = skbcheck_skb_of(args->skb);

	if (!rooms_fit(args->nhead, args->ntail) || skb_shared(skb))
		return SKBCHECK_BAD_CALL;
	return pskb_expand_head(skb, args->nhead, args->ntail, GFP_SKB);
}

static u32 realloc_headroom(const struct skbcheck_call *call,
			    const struct skb_realloc_headroom_args *args)
{
	if ((u32)args->headroom > ROOM_MAX)
		return SKBCHECK_BAD_CALL;
	return skbcheck_bind_skb(call, skb_realloc_headroom(skbcheck_skb_of(args->skb), args->headroom));
}

static u32 cow(const struct skbcheck_call *call, const struct skb_cow_args *args)
{
	struct sk_buff *skb = skbcheck_skb_of(args->skb);

	if ((u32)args->headroom > ROOM_MAX || skb_shared(skb))
		return SKBCHECK_BAD_CALL;
	return skb_cow(skb, args->headroom);
}

/* The three below return the same sk_buff, another one, or NULL: the argument's name is released in any case. */
static u32 unshare(const struct skbcheck_call *call, const struct skb_unshare_args *args)
{
	return skbcheck_bind_skb(call, skb_unshare(take_skb(args->skb), GFP_SKB));
}

static u32 share_check(const struct skbcheck_call *call, const struct skb_share_check_args *args)
{
	return skbcheck_bind_skb(call, skb_share_check(take_skb(args->skb), GFP_SKB));
}

static u32 expand_head_consuming(const struct skbcheck_call *call,
				 const struct skb_expand_head_args *args)
{
	if ((u32)args->headroom > ROOM_MAX)
		return SKBCHECK_BAD_CALL;
	return skbcheck_bind_skb(call, skb_expand_head(take_skb(args->skb), args->headroom));
}

static u32 unclone(const struct skbcheck_call *call, const struct skb_unclone_args *args)
{
	struct sk_buff *skb = skbcheck_skb_of(args->skb);

	if (skb_shared(skb))
		return SKBCHECK_BAD_CALL;
	return skb_unclone(skb, GFP_SKB);
}

static u32 header_release(const struct skbcheck_call *call,
			  const struct __skb_header_release_args *args)
{
	__skb_header_release(skbcheck_skb_of(args->skb));
	return 0;
}

static u32 morph(const struct skbcheck_call *call, const struct skb_morph_args *args)
{
	struct sk_buff *dst = skbcheck_skb_of(args->dst), *src = skbcheck_skb_of(args->src);

	if (dst == src)
		return SKBCHECK_BAD_CALL;
	return skb_morph(dst, src) ? 1 : 0;
}

/* skb_unclone_keeptruesize(), an inline function around one that is not exported. */
static u32 unclone_keeping_truesize(const struct skbcheck_call *call,
				    const struct skb_unclone_keeptruesize_args *args)
{
	struct sk_buff *skb = skbcheck_skb_of(args->skb);

	if (!unclone_keeptruesize)
		return SKBCHECK_UNSUPPORTED;
	if (skb_shared(skb))
		return SKBCHECK_BAD_CALL;
	return skb_cloned(skb) ? unclone_keeptruesize(skb, GFP_SKB) : 0;
}

void skbcheck_release_skb(struct skbcheck_object *object)
{
	if (object->of_skb.owes_mark)
		skb_mark_for_recycle(object->skb);
	if (object->of_skb.leads_list)
		kfree_skb_list(object->skb);
	else
		kfree_skb(object->skb);
}

static int start(void)
{
	unclone_keeptruesize = skbcheck_find_function("__skb_unclone_keeptruesize");
	return 0;
}

SKBCHECK_COMMAND(skb_get, get);
SKBCHECK_COMMAND(kfree_skb, kfree_skb_command);
SKBCHECK_COMMAND(consume_skb, consume_skb_command);
SKBCHECK_COMMAND(napi_consume_skb, napi_consume_skb_command);
SKBCHECK_COMMAND(skb_clone, clone);
SKBCHECK_COMMAND(skb_copy, copy);
SKBCHECK_COMMAND(skb_copy_expand, copy_expand);
SKBCHECK_COMMAND(pskb_copy, pskb_copy_command);
SKBCHECK_COMMAND(pskb_expand_head, expand_head);
SKBCHECK_COMMAND(skb_realloc_headroom, realloc_headroom);
SKBCHECK_COMMAND(skb_cow, cow);
SKBCHECK_COMMAND(skb_unshare, unshare);
SKBCHECK_COMMAND(skb_share_check, share_check);
SKBCHECK_COMMAND(skb_unclone, unclone);
SKBCHECK_COMMAND(__skb_header_release, header_release);
SKBCHECK_COMMAND(skb_morph, morph);
SKBCHECK_COMMAND(skb_unclone_keeptruesize, unclone_keeping_truesize);
SKBCHECK_COMMAND(skb_expand_head, expand_head_consuming);

const struct skbcheck_system skbcheck_skb_life = { .start = start };
