// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Sockets that skbs are charged to. */
#include <linux/module.h>
#include <net/net_namespace.h>
#include <net/sock.h>
#include "core/objects.h"

/* Without memory_allocated nothing but the socket's own counters is charged. */
static struct proto protocol = {
	.name = "skbcheck",
	.owner = THIS_MODULE,
	.obj_size = sizeof(struct sock),
};

static u32 alloc(const struct skbcheck_call *call)
{
	struct sock *sk = sk_alloc(&init_net, PF_UNSPEC, GFP_KERNEL, &protocol, 1);

	if (!sk)
		return 0;
	sock_init_data(NULL, sk);
	skbcheck_bind(call->result, KIND_SOCK, sk);
	return 1;
}

static u32 free_command(const struct skbcheck_call *call)
{
	struct sock *sk = skbcheck_arg(call, 0)->sk;

	skbcheck_unbind(call->args[0]);
	sk_free(sk);
	return 0;
}

static u32 set_owner_w(const struct skbcheck_call *call)
{
	skb_set_owner_w(skbcheck_skb_arg(call, 0), skbcheck_arg(call, 1)->sk);
	return 0;
}

static u32 set_owner_r(const struct skbcheck_call *call)
{
	skb_set_owner_r(skbcheck_skb_arg(call, 0), skbcheck_arg(call, 1)->sk);
	return 0;
}

static u32 orphan(const struct skbcheck_call *call)
{
	skb_orphan(skbcheck_skb_arg(call, 0));
	return 0;
}

const struct skbcheck_command skbcheck_sock_commands[] = {
	{ 120, KIND_SOCK, "", alloc },
	{ 121, 0, "k", free_command },
	{ 122, 0, "sk", set_owner_w },
	{ 123, 0, "sk", set_owner_r },
	{ 124, 0, "s", orphan },
	{ }
};
