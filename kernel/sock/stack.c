// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Functions of the stack above the core that take skbs which are charged to sockets, and that can be called alone. */
#include <linux/filter.h>
#include <net/net_namespace.h>
#include <net/sock.h>
#include <net/tcp.h>
#include "core/command.h"
#include "core/system.h"

/* Keeps the number of bytes that skb->mark says. */
static struct sock_filter keep_mark[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + SKF_AD_MARK),
	BPF_STMT(BPF_RET | BPF_A, 0),
};
static struct sk_filter filter = { .refcnt = REFCOUNT_INIT(1) };

/* Not exported: found by name. */
static int (*trim_head)(struct sock *sk, struct sk_buff *skb, u32 len);
/* tcp_trim_head() needs a socket for counters that are not compared. */
static struct proto protocol = { .name = "skbcheck_stack", .owner = THIS_MODULE, .obj_size = sizeof(struct sock) };
static struct sock *writer;

/* Drops the user's reference. The socket lives as long as skbs are charged to it. */
static u32 release(const struct skbcheck_call *call, const struct sk_common_release_args *args)
{
	struct sock *sk = skbcheck_object_of(args->sock)->sk;

	skbcheck_unbind(args->sock);
	sock_put(sk);
	return 0;
}

/* sk_filter_trim_cap(skb, sock, len): sk_filter() calls it with `cap` 1. Its return value differs between releases. */
static u32 filter_trim(const struct skbcheck_call *call, const struct sk_filter_trim_cap_args *args)
{
	struct sk_buff *skb = skbcheck_skb_of(args->skb);
	struct sock *sk = skbcheck_object_of(args->sock)->sk;
	int error;

	if (!filter.prog)
		return SKBCHECK_UNSUPPORTED;
	if (skb_shared(skb) || args->len < 1)
		return SKBCHECK_BAD_CALL;
	skb->mark = args->len;
	rcu_assign_pointer(sk->sk_filter, &filter);
	error = sk_filter(sk, skb);
	RCU_INIT_POINTER(sk->sk_filter, NULL);
	skb->mark = 0;
	return error;
}

static u32 orphan_partial(const struct skbcheck_call *call,
			  const struct skb_orphan_partial_args *args)
{
	skb_orphan_partial(skbcheck_skb_of(args->skb));
	return 0;
}

/* tcp_trim_head(skb, len) */
static u32 trim(const struct skbcheck_call *call, const struct tcp_trim_head_args *args)
{
	struct sk_buff *skb = skbcheck_skb_of(args->skb);
	int error;

	if (!trim_head || !writer)
		return SKBCHECK_UNSUPPORTED;
	if (skb_shared(skb) || skb_has_frag_list(skb) || args->len >= skb->len)
		return SKBCHECK_BAD_CALL;
	/* TCP keeps its sequence number where observations keep a stamp. */
	memset(skb->cb, 0, sizeof(skb->cb));
	TCP_SKB_CB(skb)->tcp_gso_segs = 1;
	error = trim_head(writer, skb, args->len);
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

SKBCHECK_COMMAND(sk_common_release, release);
SKBCHECK_COMMAND(sk_filter_trim_cap, filter_trim);
SKBCHECK_COMMAND(skb_orphan_partial, orphan_partial);
SKBCHECK_COMMAND(tcp_trim_head, trim);

const struct skbcheck_system skbcheck_stack = { .start = start, .stop = stop };
