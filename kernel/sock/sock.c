// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Sockets that skbs are charged to. */
#include <linux/module.h>
#include <net/net_namespace.h>
#include <net/sock.h>
#include "core/command.h"
#include "core/system.h"
#include "core/words.h"

/* Without memory_allocated nothing but the socket's own counters is charged. */
static struct proto protocol = {
	.name = "skbcheck",
	.owner = THIS_MODULE,
	.obj_size = sizeof(struct sock),
};

static u32 alloc(const struct skbcheck_call *call, const struct sk_alloc_args *args)
{
	struct sock *sk = sk_alloc(&init_net, PF_UNSPEC, GFP_KERNEL, &protocol, 1);

	if (!sk)
		return 0;
	sock_init_data(NULL, sk);
	skbcheck_bind(call->result, KIND_SOCK, sk);
	return 1;
}

static u32 free_command(const struct skbcheck_call *call, const struct sk_free_args *args)
{
	struct sock *sk = skbcheck_object_of(args->sock)->sk;

	skbcheck_unbind(args->sock);
	sk_free(sk);
	return 0;
}

static u32 set_owner_w(const struct skbcheck_call *call, const struct skb_set_owner_w_args *args)
{
	skb_set_owner_w(skbcheck_skb_of(args->skb), skbcheck_object_of(args->sock)->sk);
	return 0;
}

static u32 set_owner_r(const struct skbcheck_call *call, const struct skb_set_owner_r_args *args)
{
	skb_set_owner_r(skbcheck_skb_of(args->skb), skbcheck_object_of(args->sock)->sk);
	return 0;
}

static u32 orphan(const struct skbcheck_call *call, const struct skb_orphan_args *args)
{
	skb_orphan(skbcheck_skb_of(args->skb));
	return 0;
}

void skbcheck_release_sock(struct skbcheck_object *object)
{
	sk_free(object->sk);
}

u32 *skbcheck_observe_sock(u32 *w, struct skbcheck_object *object)
{
	WORD(w, SOCK, sk_wmem_alloc, refcount_read(&object->sk->sk_wmem_alloc));
	WORD(w, SOCK, sk_rmem_alloc, atomic_read(&object->sk->sk_rmem_alloc));
	return WORDS_END(w, SOCK);
}

SKBCHECK_COMMAND(sk_alloc, alloc);
SKBCHECK_COMMAND(sk_free, free_command);
SKBCHECK_COMMAND(skb_set_owner_w, set_owner_w);
SKBCHECK_COMMAND(skb_set_owner_r, set_owner_r);
SKBCHECK_COMMAND(skb_orphan, orphan);
