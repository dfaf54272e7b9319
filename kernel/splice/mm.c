// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * tcp_zerocopy_receive(): the program's skbs are put into the receive queue of a TCP socket whose file
 * is mapped into the task that runs programs, and the real getsockopt() reads them. The sockets were never
 * connected, so that nothing but the program's skbs is ever in the queue, and no ACK is sent.
 */
#include <linux/file.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/net.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <net/net_namespace.h>
#include <net/sock.h>
#include <net/tcp.h>
#include "core/command.h"
#include "core/system.h"
#include "observe/observe.h"
#include "splice/splice.h"

#define SOCKETS 8
#define MAPPED_MAX 16
#define COPYBUF_BYTES (1u << 16)
#define FIRST_SEQ 1000u

struct mapping {
	struct socket *sock;
	struct file *file;
	bool used;
	bool touched;
	u32 pages;
	u32 consumed; /* of the first skb of the queue */
	unsigned long address;
	u32 length;
	u32 recv_skip_hint;
	s32 copybuf_len;
};

static struct mapping mappings[SOCKETS];
/* Memory of the task: the argument of getsockopt(), and behind it a buffer for each socket that bytes are copied to. */
static unsigned long user_memory;
static u8 *copied;
/* Not exported: found by name. */
static int (*advise)(struct mm_struct *mm, unsigned long start, size_t len, int behavior);

void skbcheck_mm_start(void)
{
	advise = skbcheck_find_function("do_madvise");
}

void skbcheck_mm_stop(void)
{
	u32 i;

	for (i = 0; i < SOCKETS; i++)
		if (mappings[i].file)
			fput(mappings[i].file);
	vfree(copied);
}

static int open_user_memory(void)
{
	if (user_memory)
		return 0;
	copied = vmalloc(COPYBUF_BYTES);
	if (!copied)
		return -ENOMEM;
	user_memory = vm_mmap(NULL, 0, PAGE_SIZE + SOCKETS * COPYBUF_BYTES, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, 0);
	if (!IS_ERR_VALUE(user_memory))
		return 0;
	user_memory = 0;
	return -ENOMEM;
}

static unsigned long copybuf_of(const struct mapping *mapping)
{
	return user_memory + PAGE_SIZE + (mapping - mappings) * COPYBUF_BYTES;
}

static int open_socket(struct mapping *mapping)
{
	int error;

	if (mapping->file)
		return 0;
	error = sock_create_kern(&init_net, PF_INET, SOCK_STREAM, IPPROTO_TCP, &mapping->sock);
	if (error)
		return error;
	mapping->file = sock_alloc_file(mapping->sock, O_RDWR, NULL);
	if (!IS_ERR(mapping->file))
		return 0;
	error = PTR_ERR(mapping->file);
	mapping->file = NULL;
	return error;
}

static u32 map(const struct skbcheck_call *call, const struct tcp_mmap_args *args)
{
	struct mapping *mapping = NULL;
	struct sock *sk;
	u32 i;

	if (!args->pages || (u32)args->pages > MAPPED_MAX)
		return SKBCHECK_BAD_CALL;
	if (!advise)
		return SKBCHECK_UNSUPPORTED;
	for (i = 0; i < SOCKETS && !mapping; i++)
		if (!mappings[i].used)
			mapping = &mappings[i];
	if (!mapping || open_user_memory() || open_socket(mapping))
		return SKBCHECK_NO_ROOM;
	mapping->address = vm_mmap(mapping->file, 0, args->pages * PAGE_SIZE, PROT_READ, MAP_SHARED, 0);
	if (IS_ERR_VALUE(mapping->address))
		return SKBCHECK_NO_ROOM;
	sk = mapping->sock->sk;
	/* No window update: it would need a connection. */
	sk->sk_shutdown |= RCV_SHUTDOWN;
	tcp_sk(sk)->copied_seq = FIRST_SEQ;
	tcp_sk(sk)->rcv_nxt = FIRST_SEQ;
	mapping->used = true;
	mapping->touched = true;
	mapping->pages = args->pages;
	mapping->consumed = 0;
	mapping->length = 0;
	mapping->recv_skip_hint = 0;
	mapping->copybuf_len = 0;
	skbcheck_bind(call->result, KIND_MM, mapping);
	return 1;
}

void skbcheck_release_mm(struct skbcheck_object *object)
{
	struct mapping *mapping = object->pointer;

	/*
	 * As when a process ends: its memory is unmapped before its files are closed. A page that is still mapped is not
	 * recycled.
	 */
	vm_munmap(mapping->address, mapping->pages * PAGE_SIZE);
	skb_queue_purge(&mapping->sock->sk->sk_receive_queue);
	mapping->used = false;
}

static u32 close(const struct skbcheck_call *call, const struct tcp_close_args *args)
{
	skbcheck_release_mm(skbcheck_object_of(args->mm));
	skbcheck_unbind(args->mm);
	return 0;
}

/*
 * Numbers the queue anew, because the observation writes into skb->cb, where TCP keeps the sequence numbers. The
 * numbers are the sums of the lengths.
 */
static void number_queue(struct mapping *mapping)
{
	struct sock *sk = mapping->sock->sk;
	u32 seq = tcp_sk(sk)->copied_seq - mapping->consumed;
	struct sk_buff *skb;

	skb_queue_walk(&sk->sk_receive_queue, skb) {
		memset(skb->cb, 0, sizeof(skb->cb));
		TCP_SKB_CB(skb)->seq = seq;
		seq += skb->len;
		TCP_SKB_CB(skb)->end_seq = seq;
	}
	tcp_sk(sk)->rcv_nxt = seq;
}

/* A sequence number must not look like a stamp of the observation. */
static void forget_numbers(struct mapping *mapping)
{
	struct sk_buff *skb;

	skb_queue_walk(&mapping->sock->sk->sk_receive_queue, skb)
		memset(skb->cb, 0, sizeof(skb->cb));
}

static u32 queue(const struct skbcheck_call *call, const struct tcp_queue_rcv_args *args)
{
	struct mapping *mapping = skbcheck_object_of(args->mm)->pointer;
	struct sk_buff *skb = skbcheck_skb_of(args->skb);

	if (skb_shared(skb) || !skb->len)
		return SKBCHECK_BAD_CALL;
	mapping->touched = true;
	skbcheck_unbind(args->skb);
	skb_set_owner_r(skb, mapping->sock->sk);
	__skb_queue_tail(&mapping->sock->sk->sk_receive_queue, skb);
	tcp_sk(mapping->sock->sk)->rcv_nxt += skb->len;
	return 0;
}

static int ask(struct mapping *mapping, struct tcp_zerocopy_receive *zc)
{
	struct tcp_zerocopy_receive __user *value = (void __user *)user_memory;
	int __user *bytes = (int __user *)(user_memory + 1024);
	struct sock *sk = mapping->sock->sk;
	int error;

	if (copy_to_user(value, zc, sizeof(*zc)) || put_user((int)sizeof(*zc), bytes))
		return -EFAULT;
	error = sk->sk_prot->getsockopt(sk, SOL_TCP, TCP_ZEROCOPY_RECEIVE, (char __user *)value, bytes);
	if (!error && copy_from_user(zc, value, sizeof(*zc)))
		return -EFAULT;
	return error;
}

static u32 receive(const struct skbcheck_call *call, const struct tcp_zerocopy_receive_args *args)
{
	struct mapping *mapping = skbcheck_object_of(args->mm)->pointer;
	struct sock *sk = mapping->sock->sk;
	struct tcp_zerocopy_receive zc = {
		.address = mapping->address + (u32)args->address,
		.length = args->length,
		.copybuf_address = copybuf_of(mapping),
		.copybuf_len = args->copybuf_len,
	};
	struct sk_buff *first;
	int error;

	if (args->flags & tcp_zerocopy_receive_flags_tlb_clean_hint)
		zc.flags = TCP_RECEIVE_ZEROCOPY_FLAG_TLB_CLEAN_HINT;
	if ((u32)args->address >= mapping->pages * PAGE_SIZE || (u32)args->copybuf_len > COPYBUF_BYTES)
		return SKBCHECK_BAD_CALL;
	mapping->touched = true;
	number_queue(mapping);
	error = ask(mapping, &zc);
	first = skb_peek(&sk->sk_receive_queue);
	mapping->consumed = first ? tcp_sk(sk)->copied_seq - TCP_SKB_CB(first)->seq : 0;
	forget_numbers(mapping);
	mapping->length = error ? 0 : zc.length;
	mapping->recv_skip_hint = error ? 0 : zc.recv_skip_hint;
	mapping->copybuf_len = error ? 0 : zc.copybuf_len;
	return error;
}

static u32 dontneed(const struct skbcheck_call *call, const struct madvise_dontneed_args *args)
{
	struct mapping *mapping = skbcheck_object_of(args->mm)->pointer;
	u32 page = args->page, pages = args->pages;

	if (page > mapping->pages || pages > mapping->pages - page)
		return SKBCHECK_BAD_CALL;
	mapping->touched = true;
	return advise(current->mm, mapping->address + page * PAGE_SIZE, pages * PAGE_SIZE, MADV_DONTNEED);
}

/* The page that the page table has; only this task changes it. */
static struct page *page_at(unsigned long address)
{
	pgd_t *pgd = pgd_offset(current->mm, address);
	p4d_t *p4d;
	pud_t *pud;
	pmd_t *pmd;
	pte_t *pte;

	if (pgd_none(*pgd))
		return NULL;
	p4d = p4d_offset(pgd, address);
	if (p4d_none(*p4d))
		return NULL;
	pud = pud_offset(p4d, address);
	if (pud_none(*pud))
		return NULL;
	pmd = pmd_offset(pud, address);
	if (pmd_none(*pmd))
		return NULL;
	pte = pte_offset_kernel(pmd, address);
	return pte_present(*pte) ? pte_page(*pte) : NULL;
}

static u32 hash_copied(struct mapping *mapping)
{
	if (!mapping->touched || mapping->copybuf_len <= 0 || (u32)mapping->copybuf_len > COPYBUF_BYTES)
		return 0;
	if (copy_from_user(copied, (void __user *)copybuf_of(mapping), mapping->copybuf_len))
		return 0;
	return skbcheck_hash_stretch(0, copied, mapping->copybuf_len);
}

u32 *skbcheck_observe_mm(u32 *w, struct skbcheck_object *object)
{
	struct mapping *mapping = object->pointer;
	struct sock *sk = mapping->sock->sk;
	struct sk_buff *skb;
	u32 i;

	WORD(w, MM, pages, mapping->pages);
	WORD(w, MM, queue, skb_queue_len(&sk->sk_receive_queue));
	WORD(w, MM, consumed, mapping->consumed);
	WORD(w, MM, inq, tcp_sk(sk)->rcv_nxt - tcp_sk(sk)->copied_seq);
	WORD(w, MM, sk_rmem_alloc, atomic_read(&sk->sk_rmem_alloc));
	WORD(w, MM, length, mapping->length);
	WORD(w, MM, recv_skip_hint, mapping->recv_skip_hint);
	WORD(w, MM, copybuf_len, mapping->copybuf_len);
	WORD(w, MM, copied_hash, hash_copied(mapping));
	w = WORDS_END(w, MM);
	mapping->touched = false;
	for (i = 0; i < mapping->pages; i++) {
		struct page *page = page_at(mapping->address + i * PAGE_SIZE);

		if (page)
			w = skbcheck_put_page_index(w, compound_head(page));
		else
			*w++ = 0;
	}
	skb_queue_walk(&sk->sk_receive_queue, skb)
		if (skbcheck_room_for_run(w))
			w = skbcheck_put_skb_index(w, skb);
	return w;
}

SKBCHECK_COMMAND(tcp_mmap, map);
SKBCHECK_COMMAND(tcp_queue_rcv, queue);
SKBCHECK_COMMAND(tcp_zerocopy_receive, receive);
SKBCHECK_COMMAND(madvise_dontneed, dontneed);
SKBCHECK_COMMAND(tcp_close, close);
