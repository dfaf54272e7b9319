/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* AF_XDP: sockets, as a user sees them, and the devices that they send through. */
#ifndef SKBCHECK_XSK_H
#define SKBCHECK_XSK_H

#include <linux/if_xdp.h>
#include <linux/netdevice.h>
#include <net/sock.h>
#include "core/command.h"
#include "core/system.h"

#define XSK_NETDEVS 2
/* A queue is free again some time after its last socket, so each umem takes the next queue. */
#define XSK_QUEUES 64
#define XSK_SOCKETS_MAX 4

struct skbcheck_netdev {
	struct net_device *dev;
	bool used;
	u32 mode;
	u32 next_queue;
	struct sk_buff_head held; /* accepted and not sent yet, oldest first */
};

/* A socket with a descriptor, so that others can share its umem. */
struct skbcheck_socket {
	struct socket *sock;
	struct file *file;
	int fd;
};

struct skbcheck_xsk;

struct skbcheck_umem {
	unsigned long addr; /* of the user's mapping */
	unsigned long bytes;
	u32 page_count;
	struct page **pages;
	unsigned long cq; /* the user's mapping of the completion ring; 0: no longer */
	unsigned long cq_bytes;
	u32 entries; /* of the completion ring */
	struct skbcheck_socket first; /* registered the umem, and is not bound yet */
	struct skbcheck_netdev *netdev;
	u32 queue;
	struct skbcheck_xsk *sockets[XSK_SOCKETS_MAX];
};

struct skbcheck_xsk {
	struct skbcheck_socket socket;
	struct skbcheck_umem *umem;
	unsigned long tx;
	unsigned long tx_bytes;
	u32 entries;
};

static inline struct skbcheck_netdev *skbcheck_netdev_of(s32 handle)
{
	return skbcheck_object_of(handle)->pointer;
}

static inline struct skbcheck_umem *skbcheck_umem_of(s32 handle)
{
	return skbcheck_object_of(handle)->pointer;
}

static inline struct skbcheck_xsk *skbcheck_xsk_of(s32 handle)
{
	return skbcheck_object_of(handle)->pointer;
}

/* ---- netdev.c ---- */
void skbcheck_netdevs_stop(void);

/* ---- user.c: the system calls of a process that uses AF_XDP ---- */
extern struct xdp_mmap_offsets skbcheck_ring_offsets;
int skbcheck_socket_open(struct skbcheck_socket *socket);
/* close(), at once: its rings were unmapped before. */
void skbcheck_socket_close(struct skbcheck_socket *socket);
int skbcheck_socket_set(struct skbcheck_socket *socket, int option, const void *value, unsigned int bytes);
unsigned long skbcheck_socket_map(struct skbcheck_socket *socket, unsigned long offset, unsigned long bytes);
int skbcheck_socket_statistics(struct skbcheck_socket *socket, struct xdp_statistics *to);
/* mmap() of memory of a process; the pages belong to the mapping. */
int skbcheck_user_memory(struct skbcheck_umem *umem, unsigned long bytes);
u32 skbcheck_user_read(unsigned long address);
void skbcheck_user_write(unsigned long address, u32 value);

#endif /* SKBCHECK_XSK_H */
