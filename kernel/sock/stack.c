// SPDX-License-Identifier: GPL-2.0 OR MIT
/* What the stack above the core does with skbs that sockets are charged for, as far as it can be called alone. */
#include <linux/filter.h>
#include <net/net_namespace.h>
#include <net/sock.h>
#include <net/tcp.h>
#include "core/objects.h"

/* "Keep so many bytes as skb->mark says." */
static struct sock_filter keep_mark[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + SKF_AD_MARK),
	BPF_STMT(BPF_RET | BPF_A, 0),
};
static struct sk_filter filter = { .refcnt = REFCOUNT_INIT(1) };

/* Not exported: found by name. */
static int (*trim_head)(struct sock *sk, struct sk_buff *skb, u32 len);
/* It wants a socket for counters that nobody looks at here. */
static struct proto protocol = { .name = "skbcheck_stack", .owner = THIS_MODULE, .obj_size = sizeof(struct sock) };
static struct sock *writer;

/* The user's reference: the socket lives on while skbs are charged to it. */
static u32 release(const struct skbcheck_call *call)
{
	struct sock *sk = skbcheck_arg(call, 0)->sk;

	skbcheck_unbind(call->args[0]);
	sock_put(sk);
	return 0;
}

/* sk_filter_trim_cap(skb, sock, len) */
static u32 filter_trim(const struct skbcheck_call *call)
{
	struct sk_buff *skb = skbcheck_skb_arg(call, 0);
	struct sock *sk = skbcheck_arg(call, 1)->sk;
	int error;

	if (!filter.prog)
		return SKBCHECK_UNSUPPORTED;
	if (skb_shared(skb) || call->args[2] < 1)
		return SKBCHECK_BAD_CALL;
	skb->mark = call->args[2];
	rcu_assign_pointer(sk->sk_filter, &filter);
	error = sk_filter_trim_cap(sk, skb, 1);
	RCU_INIT_POINTER(sk->sk_filter, NULL);
	skb->mark = 0;
	return error;
}

static u32 orphan_partial(const struct skbcheck_call *call)
{
	skb_orphan_partial(skbcheck_skb_arg(call, 0));
	return 0;
}

/* tcp_trim_head(skb, len) */
static u32 trim(const struct skbcheck_call *call)
{
	struct sk_buff *skb = skbcheck_skb_arg(call, 0);
	int error;

	if (!trim_head || !writer)
		return SKBCHECK_UNSUPPORTED;
	if (skb_shared(skb) || skb_has_frag_list(skb) || call->args[1] >= skb->len)
		return SKBCHECK_BAD_CALL;
	/* TCP keeps its sequence number where observations keep a stamp. */
	memset(skb->cb, 0, sizeof(skb->cb));
	TCP_SKB_CB(skb)->tcp_gso_segs = 1;
	error = trim_head(writer, skb, call->args[1]);
	memset(skb->cb, 0, sizeof(skb->cb));
	return error;
}

static int start(void)
{
	struct sock_fprog_kern program = { .len = ARRAY_SIZE(keep_mark), .filter = keep_mark };

	trim_head = skbcheck_find_function("tcp_trim_head");
	writer = sk_alloc(&init_net, PF_UNSPEC, GFP_KERNEL, &protocol, 1);
	if (writer)
		sock_init_data(NULL, writer);
	return bpf_prog_create(&filter.prog, &program);
}

static void stop(void)
{
	if (filter.prog)
		bpf_prog_destroy(filter.prog);
	filter.prog = NULL;
	if (writer)
		sk_free(writer);
	writer = NULL;
}

static const struct skbcheck_command commands[] = {
	{ 440, 0, "k", release },
	{ 441, 0, "ski", filter_trim },
	{ 442, 0, "s", orphan_partial },
	{ 445, 0, "si", trim },
	{ }
};

const struct skbcheck_system skbcheck_stack = { .commands = commands, .start = start, .stop = stop };
