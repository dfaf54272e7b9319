// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The system calls of a process that uses AF_XDP. The module makes them in the name of the process that writes to
 * /dev/skbcheck: sockets with descriptors, rings and packet memory mapped into it, setsockopt() and getsockopt().
 * Nothing private to net/xdp is read.
 */
#include <linux/anon_inodes.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/net.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include "observe/observe.h"
#include "xsk/xsk.h"

struct xdp_mmap_offsets skbcheck_ring_offsets;

/* A page of the process, for answers of getsockopt(): its mm lives as long as the VM. */
static unsigned long scratch;
#define SCRATCH_LEN 2048

/* AF_XDP has no getsockopt operation with user pointers from 7.1 on at the latest. */
static int read_option(struct socket *sock, int option, char __user *to, int __user *len)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 1, 0)
	return do_sock_getsockopt(sock, true, SOL_XDP, option, USER_SOCKPTR(to), USER_SOCKPTR(len));
#else
	return sock->ops->getsockopt(sock, SOL_XDP, option, to, len);
#endif
}

static int ask_socket(struct socket *sock, int option, void *to, int bytes)
{
	int error;

	if (!scratch) {
		unsigned long at = vm_mmap(NULL, 0, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, 0);

		if (IS_ERR_VALUE(at))
			return at;
		scratch = at;
	}
	if (put_user(bytes, (int __user *)(scratch + SCRATCH_LEN)))
		return -EFAULT;
	error = read_option(sock, option, (char __user *)scratch, (int __user *)(scratch + SCRATCH_LEN));
	if (!error && copy_from_user(to, (void __user *)scratch, bytes))
		error = -EFAULT;
	return error;
}

int skbcheck_socket_open(struct skbcheck_socket *socket)
{
	int error = sock_create(PF_XDP, SOCK_RAW, 0, &socket->sock);

	if (error)
		return error;
	socket->file = sock_alloc_file(socket->sock, O_CLOEXEC, NULL);
	if (IS_ERR(socket->file))
		return PTR_ERR(socket->file);
	socket->fd = get_unused_fd_flags(O_CLOEXEC);
	if (socket->fd < 0) {
		error = socket->fd;
		fput(socket->file);
		return error;
	}
	fd_install(socket->fd, socket->file);
	if (!skbcheck_ring_offsets.tx.desc)
		error = ask_socket(socket->sock, XDP_MMAP_OFFSETS, &skbcheck_ring_offsets,
				   sizeof(skbcheck_ring_offsets));
	if (error)
		skbcheck_socket_close(socket);
	return error;
}

/* The file is released when the system call returns; the socket is released now, and the file no longer uses it. */
void skbcheck_socket_close(struct skbcheck_socket *socket)
{
	if (!socket->sock)
		return;
	socket->sock->ops->release(socket->sock);
	close_fd(socket->fd);
	socket->sock = NULL;
}

int skbcheck_socket_set(struct skbcheck_socket *socket, int option, const void *value, unsigned int bytes)
{
	return socket->sock->ops->setsockopt(socket->sock, SOL_XDP, option, KERNEL_SOCKPTR((void *)value), bytes);
}

unsigned long skbcheck_socket_map(struct skbcheck_socket *socket, unsigned long offset, unsigned long bytes)
{
	unsigned long at = vm_mmap(socket->file, 0, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, offset);

	return IS_ERR_VALUE(at) ? 0 : at;
}

int skbcheck_socket_statistics(struct skbcheck_socket *socket, struct xdp_statistics *to)
{
	return ask_socket(socket->sock, XDP_STATISTICS, to, sizeof(*to));
}

static int map_pages(struct file *file, struct vm_area_struct *vma)
{
	struct skbcheck_umem *umem = file->private_data;
	u32 i;

	for (i = 0; i < umem->page_count; i++) {
		int error = vm_insert_page(vma, vma->vm_start + i * PAGE_SIZE, umem->pages[i]);

		if (error)
			return error;
	}
	return 0;
}

static const struct file_operations memory_operations = {
	.owner = THIS_MODULE,
	.mmap = map_pages,
};

static void free_unmapped(struct skbcheck_umem *umem, u32 pages)
{
	while (pages)
		put_page(umem->pages[--pages]);
	kfree(umem->pages);
	umem->pages = NULL;
}

/*
 * Pages that are mapped and nothing else, so that their count is known: not of the page cache, and on no list of the
 * reclaim that would hold them for a while.
 */
int skbcheck_user_memory(struct skbcheck_umem *umem, unsigned long bytes)
{
	struct file *file;
	u32 i;

	umem->bytes = PAGE_ALIGN(bytes);
	umem->page_count = umem->bytes >> PAGE_SHIFT;
	umem->pages = kcalloc(umem->page_count, sizeof(struct page *), GFP_KERNEL);
	if (!umem->pages)
		return -ENOMEM;
	for (i = 0; i < umem->page_count; i++) {
		umem->pages[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
		if (!umem->pages[i]) {
			free_unmapped(umem, i);
			return -ENOMEM;
		}
		set_page_private(umem->pages[i], SKBCHECK_PINNED);
	}
	file = anon_inode_getfile("skbcheck-umem", &memory_operations, umem, O_RDWR);
	if (IS_ERR(file)) {
		free_unmapped(umem, umem->page_count);
		return PTR_ERR(file);
	}
	umem->addr = vm_mmap(file, 0, umem->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
	fput(file);
	if (IS_ERR_VALUE(umem->addr)) {
		free_unmapped(umem, umem->page_count);
		return (int)umem->addr;
	}
	for (i = 0; i < umem->page_count; i++)
		put_page(umem->pages[i]); /* the mapping has its own reference */
	return 0;
}

u32 skbcheck_user_read(unsigned long address)
{
	u32 value = 0xdeadbeef;

	if (get_user(value, (u32 __user *)address))
		pr_warn_once("skbcheck: a ring of AF_XDP cannot be read\n");
	return value;
}

void skbcheck_user_write(unsigned long address, u32 value)
{
	if (put_user(value, (u32 __user *)address))
		pr_warn_once("skbcheck: a ring of AF_XDP cannot be written\n");
}
