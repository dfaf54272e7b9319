// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Pipes: pages enter from skbs and files, and leave to readers and to skbs. */
#include <linux/bvec.h>
#include <linux/mm.h>
#include <linux/pipe_fs_i.h>
#include <linux/skbuff.h>
#include <linux/splice.h>
#include <linux/uio.h>
#include <net/sock.h>
#include "core/command.h"
#include "core/system.h"
#include "observe/observe.h"
#include "splice/splice.h"

#define PIPES 64
#define BVECS 16

/* Not exported: found by name. */
static struct pipe_inode_info *(*alloc_pipe)(void);
static void (*free_pipe)(struct pipe_inode_info *pipe);
static struct skbcheck_pipe pipes[PIPES];

u32 skbcheck_hash_stretch(u32 hash, const u8 *bytes, u32 count)
{
	u32 last = 0;

	hash = skbcheck_fold(hash, count);
	for (; count >= 4; count -= 4, bytes += 4)
		hash = skbcheck_fold(hash, *(const u32 *)bytes);
	if (count) {
		memcpy(&last, bytes, count);
		hash = skbcheck_fold(hash, last);
	}
	return hash;
}

static struct pipe_buffer *buffer_at(struct pipe_inode_info *pipe, unsigned int slot)
{
	return &pipe->bufs[slot & (pipe->ring_size - 1)];
}

static u32 create(const struct skbcheck_call *call, const struct alloc_pipe_info_args *args)
{
	struct pipe_inode_info *pipe;
	u32 i;

	if (!alloc_pipe || !free_pipe)
		return SKBCHECK_UNSUPPORTED;
	for (i = 0; i < PIPES; i++)
		if (!pipes[i].used)
			break;
	if (i == PIPES)
		return SKBCHECK_NO_ROOM;
	pipe = alloc_pipe();
	if (!pipe)
		return SKBCHECK_NO_ROOM;
	if (!args->slots || (u32)args->slots > pipe->ring_size) {
		free_pipe(pipe);
		return SKBCHECK_BAD_CALL;
	}
	pipe->max_usage = args->slots;
	pipe->readers = args->readers;
	pipe->writers = 1;
	pipes[i].pipe = pipe;
	pipes[i].used = true;
	pipes[i].touched = true;
	skbcheck_bind(call->result, KIND_PIPE, &pipes[i]);
	return 1;
}

void skbcheck_release_pipe(struct skbcheck_object *object)
{
	struct skbcheck_pipe *held = object->pointer;

	free_pipe(held->pipe);
	held->used = false;
}

static u32 free_command(const struct skbcheck_call *call, const struct free_pipe_info_args *args)
{
	skbcheck_release_pipe(skbcheck_object_of(args->pipe));
	skbcheck_unbind(args->pipe);
	return 0;
}

/* The end of pipe_read() and splice_to_socket(): bytes were taken, and buffers that are empty are released. */
static void take(struct pipe_inode_info *pipe, u32 bytes)
{
	while (bytes && !pipe_empty(pipe->head, pipe->tail)) {
		struct pipe_buffer *buffer = buffer_at(pipe, pipe->tail);
		u32 taken = min(bytes, buffer->len);

		buffer->offset += taken;
		buffer->len -= taken;
		bytes -= taken;
		if (!buffer->len) {
			pipe_buf_release(pipe, buffer);
			pipe->tail++;
		}
	}
}

static u32 bytes_in(const struct pipe_inode_info *pipe)
{
	unsigned int slot;
	u32 bytes = 0;

	for (slot = pipe->tail; slot != pipe->head; slot++)
		bytes += pipe->bufs[slot & (pipe->ring_size - 1)].len;
	return bytes;
}

static u32 read_command(const struct skbcheck_call *call, const struct pipe_read_args *args)
{
	struct skbcheck_pipe *held = skbcheck_pipe_of(args->pipe);
	u32 bytes = min(bytes_in(held->pipe), (u32)args->len);

	if (!bytes)
		return 0;
	held->touched = true;
	take(held->pipe, bytes);
	return bytes;
}

static u32 splice_bits(const struct skbcheck_call *call, const struct skb_splice_bits_args *args)
{
	struct sk_buff *skb = skbcheck_skb_of(args->skb);
	struct sock *sk = skbcheck_object_of(args->sock)->sk;
	struct skbcheck_pipe *held = skbcheck_pipe_of(args->pipe);
	u32 offset = args->offset, len = args->len;

	if (offset > skb->len || len > skb->len - offset)
		return SKBCHECK_BAD_CALL;
	/* sk_page_frag() then returns the socket's own, not the task's, which is older than the program. */
	sk->sk_allocation = GFP_ATOMIC | __GFP_NOWARN;
	/* 6.1 got this mark in 6.1.191; its sk_page_frag() looks at sk_allocation in each release. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
	sk->sk_use_task_frag = false;
#endif
	held->touched = true;
	return skb_splice_bits(skb, sk, offset, held->pipe, len, 0);
}

#if SKBCHECK_HAS_SPLICE_FROM_ITER
/* splice_to_socket() and tcp_sendmsg_locked() with MSG_SPLICE_PAGES. */
static ssize_t give(struct pipe_inode_info *pipe, struct sk_buff *skb, u32 len)
{
	struct bio_vec bvecs[BVECS];
	struct iov_iter iter;
	unsigned int slot, count = 0;
	u32 remain = len;

	for (slot = pipe->tail; remain && slot != pipe->head && count < BVECS; slot++) {
		struct pipe_buffer *buffer = buffer_at(pipe, slot);
		u32 part = min(remain, buffer->len);

		bvec_set_page(&bvecs[count++], buffer->page, part, buffer->offset);
		remain -= part;
	}
	iov_iter_bvec(&iter, ITER_SOURCE, bvecs, count, len - remain);
	return skbcheck_splice_from_iter(skb, &iter, len, GFP_ATOMIC | __GFP_NOWARN);
}
#else
/* pipe_to_sendpage() and tcp_build_frag(): skb_append_pagefrags(), and the sums. */
static ssize_t give(struct pipe_inode_info *pipe, struct sk_buff *skb, u32 len)
{
	unsigned int slot;
	ssize_t given = 0;

	for (slot = pipe->tail; len && slot != pipe->head; slot++) {
		struct pipe_buffer *buffer = buffer_at(pipe, slot);
		u32 part = min(len, buffer->len);

		if (skb_append_pagefrags(skb, buffer->page, buffer->offset, part))
			break;
		given += part;
		len -= part;
	}
	skb->len += given;
	skb->data_len += given;
	skb->truesize += given;
	return given ?: -EMSGSIZE;
}
#endif

static u32 splice_to_skb(const struct skbcheck_call *call, const struct splice_to_socket_args *args)
{
	struct skbcheck_pipe *held = skbcheck_pipe_of(args->pipe);
	struct sk_buff *skb = skbcheck_skb_of(args->skb);
	ssize_t given;

	if ((u32)args->len > bytes_in(held->pipe))
		return SKBCHECK_BAD_CALL;
	given = give(held->pipe, skb, args->len);
	if (given <= 0)
		return given;
	skb_shinfo(skb)->flags |= SKBFL_SHARED_FRAG;
	held->touched = true;
	take(held->pipe, given);
	return given;
}

u32 *skbcheck_observe_pipe(u32 *w, struct skbcheck_object *object)
{
	struct skbcheck_pipe *held = object->pointer;
	struct pipe_inode_info *pipe = held->pipe;
	u32 *hash = w + PIPE_payload_hash;
	unsigned int slot;

	WORD(w, PIPE, readers, pipe->readers);
	WORD(w, PIPE, buffers, pipe->head - pipe->tail);
	WORD(w, PIPE, payload_hash, 0);
	w = WORDS_END(w, PIPE);
	for (slot = pipe->tail; slot != pipe->head; slot++) {
		struct pipe_buffer *buffer = buffer_at(pipe, slot);
		struct page *head = compound_head(buffer->page);

		if (held->touched)
			*hash = skbcheck_hash_stretch(*hash, page_address(buffer->page) + buffer->offset, buffer->len);
		w = skbcheck_put_page_index(w, head);
		WORD(w, PIPE_BUFFER, offset,
		     skbcheck_is_opaque(head) ? 0 : buffer->offset + ((buffer->page - head) << PAGE_SHIFT));
		WORD(w, PIPE_BUFFER, len, buffer->len);
		w = WORDS_END(w, PIPE_BUFFER);
	}
	held->touched = false;
	return w;
}

SKBCHECK_COMMAND(alloc_pipe_info, create);
SKBCHECK_COMMAND(free_pipe_info, free_command);
SKBCHECK_COMMAND(pipe_read, read_command);
SKBCHECK_COMMAND(skb_splice_bits, splice_bits);
SKBCHECK_COMMAND(splice_to_socket, splice_to_skb);

static int start(void)
{
	alloc_pipe = skbcheck_find_function("alloc_pipe_info");
	free_pipe = skbcheck_find_function("free_pipe_info");
	skbcheck_mm_start();
	skbcheck_file_start();
	return 0;
}

static void stop(void)
{
	skbcheck_mm_stop();
	skbcheck_file_stop();
}

const struct skbcheck_system skbcheck_splice = {
	.start = start,
	.stop = stop,
};
