// SPDX-License-Identifier: GPL-2.0 OR MIT
/* AF_XDP sockets in copy mode, and the memory that they send. */
#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/net.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include "observe/observe.h"
#include "xsk/xsk.h"

#define BOUNCE_BYTES 8192
#define FILL_ENTRIES 1
#define BIND_TRIES 200

static u8 *bounce;

/* ---- umem ---- */

static void close_ring(struct skbcheck_umem *umem)
{
	if (umem->cq)
		vm_munmap(umem->cq, umem->cq_bytes);
	umem->cq = 0;
}

static void free_umem(struct skbcheck_umem *umem)
{
	close_ring(umem);
	skbcheck_socket_close(&umem->first);
	if (umem->pages)
		vm_munmap(umem->addr, umem->bytes);
	kfree(umem->pages);
	kfree(umem);
}

static int register_umem(struct skbcheck_umem *umem, const struct xdp_umem_reg_args *args)
{
	struct xdp_umem_reg request = {
		.addr = umem->addr, .len = (u64)args->chunks * args->chunk_size, .chunk_size = args->chunk_size,
		.headroom = args->headroom, .flags = args->unaligned ? XDP_UMEM_UNALIGNED_CHUNK_FLAG : 0,
	};
	int fill = FILL_ENTRIES, completion = args->entries, error;

	error = skbcheck_socket_set(&umem->first, XDP_UMEM_REG, &request, sizeof(request));
	if (!error)
		error = skbcheck_socket_set(&umem->first, XDP_UMEM_FILL_RING, &fill, sizeof(fill));
	if (!error)
		error = skbcheck_socket_set(&umem->first, XDP_UMEM_COMPLETION_RING, &completion, sizeof(completion));
	if (error)
		return error;
	umem->entries = completion;
	umem->cq_bytes = PAGE_ALIGN(skbcheck_ring_offsets.cr.desc + completion * sizeof(u64));
	umem->cq = skbcheck_socket_map(&umem->first, XDP_UMEM_PGOFF_COMPLETION_RING, umem->cq_bytes);
	return umem->cq ? 0 : -ENOMEM;
}

static u32 umem_reg(const struct skbcheck_call *call, const struct xdp_umem_reg_args *args)
{
	struct skbcheck_umem *umem = kzalloc(sizeof(*umem), GFP_KERNEL);
	unsigned long bytes = max_t(unsigned long, (u32)args->chunks * (u32)args->chunk_size, 1);
	int error;

	if (!umem)
		return SKBCHECK_NO_ROOM;
	if (skbcheck_user_memory(umem, bytes) || skbcheck_socket_open(&umem->first)) {
		free_umem(umem);
		return SKBCHECK_NO_ROOM;
	}
	error = register_umem(umem, args);
	if (error) {
		free_umem(umem);
		return error;
	}
	skbcheck_bind(call->result, KIND_UMEM, umem);
	return 0;
}

static u32 umem_write(const struct skbcheck_call *call, const struct umem_write_args *args)
{
	struct skbcheck_umem *umem = skbcheck_umem_of(args->umem);
	u32 addr = args->addr, len = args->len;

	if (len > BOUNCE_BYTES || addr > umem->bytes || len > umem->bytes - addr)
		return SKBCHECK_BAD_CALL;
	skbcheck_write_pattern(bounce, len);
	return copy_to_user((void __user *)(umem->addr + addr), bounce, len) ? SKBCHECK_NO_ROOM : 0;
}

static u32 cq_read(const struct skbcheck_call *call, const struct xsk_cq_read_args *args)
{
	struct skbcheck_umem *umem = skbcheck_umem_of(args->umem);
	u32 producer, consumer, count;

	if (!umem->cq)
		return SKBCHECK_BAD_CALL;
	producer = skbcheck_user_read(umem->cq + skbcheck_ring_offsets.cr.producer);
	consumer = skbcheck_user_read(umem->cq + skbcheck_ring_offsets.cr.consumer);
	count = min_t(u32, args->count, producer - consumer);
	skbcheck_user_write(umem->cq + skbcheck_ring_offsets.cr.consumer, consumer + count);
	return count;
}

static u32 umem_free(const struct skbcheck_call *call, const struct umem_free_args *args)
{
	struct skbcheck_umem *umem = skbcheck_umem_of(args->umem);

	skbcheck_unbind(args->umem);
	free_umem(umem);
	return 0;
}

void skbcheck_release_umem(struct skbcheck_object *object)
{
	free_umem(object->pointer);
}

u32 *skbcheck_observe_umem(u32 *w, struct skbcheck_object *object)
{
	struct skbcheck_umem *umem = object->pointer;
	u32 producer, consumer, i;

	*w++ = !!umem->cq;
	if (umem->cq) {
		producer = skbcheck_user_read(umem->cq + skbcheck_ring_offsets.cr.producer);
		consumer = skbcheck_user_read(umem->cq + skbcheck_ring_offsets.cr.consumer);
		WORD(w, UMEM_RING, producer, producer);
		WORD(w, UMEM_RING, consumer, consumer);
		w = WORDS_END(w, UMEM_RING);
		for (i = 0; i < producer - consumer && i < 64; i++) {
			unsigned long slot = umem->cq + skbcheck_ring_offsets.cr.desc +
					     ((consumer + i) & (umem->entries - 1)) * sizeof(u64);

			*w++ = skbcheck_user_read(slot);
			*w++ = skbcheck_user_read(slot + sizeof(u32));
		}
	}
	*w++ = umem->page_count;
	for (i = 0; i < umem->page_count; i++)
		w = skbcheck_put_page_index(w, umem->pages[i]);
	return w;
}

/* ---- sockets ---- */

static struct skbcheck_xsk *any_socket(const struct skbcheck_umem *umem)
{
	u32 i;

	for (i = 0; i < XSK_SOCKETS_MAX; i++)
		if (umem->sockets[i])
			return umem->sockets[i];
	return NULL;
}

static int prepare_socket(struct skbcheck_xsk *xs, const struct xsk_bind_args *args)
{
	int error = skbcheck_socket_set(&xs->socket, XDP_TX_RING, &args->entries, sizeof(int));
	int sndbuf = args->sndbuf;

	if (error)
		return error;
	xs->entries = args->entries;
	if (sndbuf)
		sock_setsockopt(xs->socket.sock, SOL_SOCKET, SO_SNDBUF, KERNEL_SOCKPTR(&sndbuf), sizeof(sndbuf));
	xs->tx_bytes = PAGE_ALIGN(skbcheck_ring_offsets.tx.desc + xs->entries * sizeof(struct xdp_desc));
	xs->tx = skbcheck_socket_map(&xs->socket, XDP_PGOFF_TX_RING, xs->tx_bytes);
	return xs->tx ? 0 : -ENOMEM;
}

/* The queue of a released umem is free after a grace period, when a worker has run. */
static int bind_socket(struct skbcheck_xsk *xs, const struct skbcheck_xsk *shared)
{
	struct skbcheck_umem *umem = xs->umem;
	struct sockaddr_xdp address = {
		.sxdp_family = AF_XDP, .sxdp_ifindex = umem->netdev->dev->ifindex,
		.sxdp_flags = shared ? XDP_SHARED_UMEM : XDP_COPY,
		.sxdp_shared_umem_fd = shared ? shared->socket.fd : 0,
	};
	int error, tries;

	if (!shared)
		umem->queue = umem->netdev->next_queue++ % XSK_QUEUES;
	address.sxdp_queue_id = umem->queue;
	for (tries = 0; tries < BIND_TRIES; tries++) {
		error = xs->socket.sock->ops->bind(xs->socket.sock, (void *)&address, sizeof(address));
		if (error != -EBUSY || shared)
			return error;
		rcu_barrier();
		msleep(1);
	}
	return error;
}

static void close_xsk(struct skbcheck_xsk *xs)
{
	struct skbcheck_umem *umem = xs->umem;
	u32 i;

	for (i = 0; i < XSK_SOCKETS_MAX; i++)
		if (umem->sockets[i] == xs)
			umem->sockets[i] = NULL;
	/*
	 * A socket is released when none of its rings is mapped. With the last socket the completion ring is unmapped
	 * too.
	 */
	if (!any_socket(umem))
		close_ring(umem);
	if (xs->tx)
		vm_munmap(xs->tx, xs->tx_bytes);
	skbcheck_socket_close(&xs->socket);
	kfree(xs);
}

static u32 bind(const struct skbcheck_call *call, const struct xsk_bind_args *args)
{
	struct skbcheck_umem *umem = skbcheck_umem_of(args->umem);
	const struct skbcheck_xsk *shared = any_socket(umem);
	struct skbcheck_xsk *xs = kzalloc(sizeof(*xs), GFP_KERNEL);
	u32 slot = 0;
	int error;

	while (slot < XSK_SOCKETS_MAX && umem->sockets[slot])
		slot++;
	if (!xs || slot == XSK_SOCKETS_MAX || (!shared && !umem->first.sock)) {
		kfree(xs);
		return SKBCHECK_BAD_CALL;
	}
	skbcheck_clears_stamps = true;
	xs->umem = umem;
	if (!shared)
		xs->socket = umem->first;
	else if (skbcheck_socket_open(&xs->socket)) {
		kfree(xs);
		return SKBCHECK_NO_ROOM;
	}
	error = prepare_socket(xs, args);
	if (error && !shared) {
		kfree(xs); /* the umem's own socket stays as it was */
		return error;
	}
	if (error) {
		skbcheck_socket_close(&xs->socket);
		kfree(xs);
		return error;
	}
	if (!shared) {
		umem->netdev = skbcheck_netdev_of(args->netdev);
		umem->first.sock = NULL;
	}
	error = bind_socket(xs, shared);
	if (error)
		pr_warn_once("skbcheck: AF_XDP bind: %d\n", error);
	umem->sockets[slot] = xs;
	skbcheck_bind(call->result, KIND_XSK, xs);
	return error;
}

static u32 tx_desc(const struct skbcheck_call *call, const struct xsk_tx_desc_args *args)
{
	struct skbcheck_xsk *xs = skbcheck_xsk_of(args->xsk);
	struct xdp_desc desc = {
		.addr = (u32)args->addr | (u64)args->offset << XSK_UNALIGNED_BUF_OFFSET_SHIFT,
		.len = args->len, .options = args->options,
	};
	u32 producer = skbcheck_user_read(xs->tx + skbcheck_ring_offsets.tx.producer);
	u32 i;

	for (i = 0; i < args->count; i++) {
		unsigned long slot = xs->tx + skbcheck_ring_offsets.tx.desc +
				     ((producer + i) & (xs->entries - 1)) * sizeof(desc);

		if (copy_to_user((void __user *)slot, &desc, sizeof(desc)))
			return SKBCHECK_NO_ROOM;
	}
	skbcheck_user_write(xs->tx + skbcheck_ring_offsets.tx.producer, producer + i);
	return 0;
}

static u32 sendto(const struct skbcheck_call *call, const struct xsk_sendto_args *args)
{
	struct skbcheck_xsk *xs = skbcheck_xsk_of(args->xsk);
	struct msghdr message = { .msg_flags = MSG_DONTWAIT };

	return kernel_sendmsg(xs->socket.sock, &message, NULL, 0, 0);
}

static u32 close_command(const struct skbcheck_call *call, const struct xsk_close_args *args)
{
	struct skbcheck_xsk *xs = skbcheck_xsk_of(args->xsk);

	skbcheck_unbind(args->xsk);
	close_xsk(xs);
	return 0;
}

void skbcheck_release_xsk(struct skbcheck_object *object)
{
	close_xsk(object->pointer);
}

u32 *skbcheck_observe_xsk(u32 *w, struct skbcheck_object *object)
{
	struct skbcheck_xsk *xs = object->pointer;
	struct xdp_statistics statistics = {};

	skbcheck_socket_statistics(&xs->socket, &statistics);
	WORD(w, XSK, sk_wmem_alloc, refcount_read(&xs->socket.sock->sk->sk_wmem_alloc));
	WORD(w, XSK, producer, skbcheck_user_read(xs->tx + skbcheck_ring_offsets.tx.producer));
	WORD(w, XSK, consumer, skbcheck_user_read(xs->tx + skbcheck_ring_offsets.tx.consumer));
	WORD(w, XSK, invalid_descs, statistics.tx_invalid_descs);
	WORD(w, XSK, ring_empty_descs, statistics.tx_ring_empty_descs);
	return WORDS_END(w, XSK);
}

static int start(void)
{
	bounce = vmalloc(BOUNCE_BYTES);
	return bounce ? 0 : -ENOMEM;
}

static void reset(void)
{
	skbcheck_clears_stamps = false;
}

static void stop(void)
{
	skbcheck_netdevs_stop();
	vfree(bounce);
}

SKBCHECK_COMMAND(xdp_umem_reg, umem_reg);
SKBCHECK_COMMAND(xsk_bind, bind);
SKBCHECK_COMMAND(umem_write, umem_write);
SKBCHECK_COMMAND(xsk_tx_desc, tx_desc);
SKBCHECK_COMMAND(xsk_sendto, sendto);
SKBCHECK_COMMAND(xsk_cq_read, cq_read);
SKBCHECK_COMMAND(xsk_close, close_command);
SKBCHECK_COMMAND(umem_free, umem_free);

const struct skbcheck_system skbcheck_xsk = { .start = start, .stop = stop, .reset = reset };
