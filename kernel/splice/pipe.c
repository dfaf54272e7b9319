// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Pipes: what goes in from skbs and files, what comes out to readers and to skbs; and the table of the splice system. */
#include <linux/bvec.h>
#include <linux/mm.h>
#include <linux/pipe_fs_i.h>
#include <linux/skbuff.h>
#include <linux/splice.h>
#include <linux/uio.h>
#include <net/sock.h>
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

static u32 create(const struct skbcheck_call *call)
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
	if (!call->args[0] || (u32)call->args[0] > pipe->ring_size) {
		free_pipe(pipe);
		return SKBCHECK_BAD_CALL;
	}
	pipe->max_usage = call->args[0];
	pipe->readers = call->args[1];
	pipe->writers = 1;
	pipes[i].pipe = pipe;
	pipes[i].used = true;
	pipes[i].touched = true;
	skbcheck_bind(call->result, KIND_PIPE, &pipes[i]);
	return 1;
}

static void release_pipe(struct skbcheck_object *object)
{
	struct skbcheck_pipe *held = object->pointer;

	free_pipe(held->pipe);
	held->used = false;
}

static u32 free_command(const struct skbcheck_call *call)
{
	release_pipe(skbcheck_arg(call, 0));
	skbcheck_unbind(call->args[0]);
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

static u32 read_command(const struct skbcheck_call *call)
{
	struct skbcheck_pipe *held = skbcheck_pipe_arg(call, 0);
	u32 bytes = min(bytes_in(held->pipe), (u32)call->args[1]);

	if (!bytes)
		return 0;
	held->touched = true;
	take(held->pipe, bytes);
	return bytes;
}

static u32 splice_bits(const struct skbcheck_call *call)
{
	struct sk_buff *skb = skbcheck_skb_arg(call, 0);
	struct sock *sk = skbcheck_arg(call, 1)->sk;
	struct skbcheck_pipe *held = skbcheck_pipe_arg(call, 2);
	u32 offset = call->args[3], len = call->args[4];

	if (offset > skb->len || len > skb->len - offset)
		return SKBCHECK_BAD_CALL;
	/* sk_page_frag() then is the socket's own, not the task's, which is older than the program. */
	sk->sk_allocation = GFP_ATOMIC | __GFP_NOWARN;
	sk->sk_use_task_frag = false;
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
	return skb_splice_from_iter(skb, &iter, len, GFP_ATOMIC | __GFP_NOWARN);
}
#else
/* pipe_to_sendpage() and tcp_build_frag(): what skb_append_pagefrags() does, and the sums. */
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

static u32 splice_to_skb(const struct skbcheck_call *call)
{
	struct skbcheck_pipe *held = skbcheck_pipe_arg(call, 0);
	struct sk_buff *skb = skbcheck_skb_arg(call, 1);
	ssize_t given;

	if ((u32)call->args[2] > bytes_in(held->pipe))
		return SKBCHECK_BAD_CALL;
	given = give(held->pipe, skb, call->args[2]);
	if (given <= 0)
		return given;
	skb_shinfo(skb)->flags |= SKBFL_SHARED_FRAG;
	held->touched = true;
	take(held->pipe, given);
	return given;
}

static u32 *observe_pipe(u32 *w, struct skbcheck_object *object)
{
	struct skbcheck_pipe *held = object->pointer;
	struct pipe_inode_info *pipe = held->pipe;
	u32 *hash = w + 2;
	unsigned int slot;

	w[0] = pipe->readers;
	w[1] = pipe->head - pipe->tail;
	*hash = 0;
	w += 3;
	for (slot = pipe->tail; slot != pipe->head; slot++) {
		struct pipe_buffer *buffer = buffer_at(pipe, slot);
		struct page *head = compound_head(buffer->page);

		if (held->touched)
			*hash = skbcheck_hash_stretch(*hash, page_address(buffer->page) + buffer->offset, buffer->len);
		w = skbcheck_put_page_index(w, head);
		w[0] = skbcheck_is_opaque(head) ? 0 : buffer->offset + ((buffer->page - head) << PAGE_SHIFT);
		w[1] = buffer->len;
		w += 2;
	}
	held->touched = false;
	return w;
}

static const struct skbcheck_command splice_commands[] = {
	{ 170, KIND_PIPE, "ii", create },
	{ 171, 0, "w", free_command },
	{ 172, 0, "wi", read_command },
	{ 173, 0, "skwii", splice_bits },
	{ 174, KIND_FILE, "i", skbcheck_file_setup },
	{ 175, 0, "l", skbcheck_file_truncate },
	{ 176, 0, "lwii", skbcheck_file_splice_read },
	{ 177, 0, "wsi", splice_to_skb },
	{ 178, 0, "s", skbcheck_esp_decrypt },
	{ 179, 0, "ssi", skbcheck_skb_zerocopy },
	{ 180, KIND_SKB, "sii", skbcheck_pskb_extract },
	{ 181, KIND_MM, "i", skbcheck_mm_mmap },
	{ 182, 0, "ys", skbcheck_mm_queue },
	{ 183, 0, "yiiii", skbcheck_mm_receive },
	{ 184, 0, "yii", skbcheck_mm_dontneed },
	{ 185, 0, "y", skbcheck_mm_close },
	{ 186, KIND_SKB, "iii", skbcheck_rx_header_split },
	{ }
};

static const struct skbcheck_kind_ops splice_kinds[] = {
	{ KIND_PIPE, 'w', release_pipe, observe_pipe },
	{ KIND_MM, 'y', skbcheck_mm_release, skbcheck_mm_observe },
	{ KIND_FILE, 'l', skbcheck_file_release, skbcheck_file_observe },
	{ }
};

static int start(void)
{
	alloc_pipe = skbcheck_find_function("alloc_pipe_info");
	free_pipe = skbcheck_find_function("free_pipe_info");
	skbcheck_mm_start();
	return skbcheck_file_start();
}

static void stop(void)
{
	skbcheck_mm_stop();
	skbcheck_file_stop();
}

const struct skbcheck_system skbcheck_splice = {
	.commands = splice_commands,
	.kinds = splice_kinds,
	.start = start,
	.stop = stop,
};
