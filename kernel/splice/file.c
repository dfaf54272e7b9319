// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Files of tmpfs. One real file holds all: a program's file is a range of its pages. Truncation of the range releases
 * it, because the last fput() would wait until the task returns to user space.
 */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/pipe_fs_i.h>
#include <linux/shmem_fs.h>
#include <linux/splice.h>
#include "core/command.h"
#include "core/system.h"
#include "observe/observe.h"
#include "splice/splice.h"

#define FILES 16
#define PAGES_MAX 4

struct file_pages {
	bool used;
	u32 pages;
	struct page *page[PAGES_MAX]; /* the page cache holds them */
};

static struct file *tmpfs_file;
static struct file_pages ranges[FILES];
/*
 * Not exported: found by name. A new page waits in a list of the CPU, which holds a reference, until it is put on the
 * LRU.
 */
static void (*drain_lru)(void);

void skbcheck_file_start(void)
{
	drain_lru = skbcheck_find_function("lru_add_drain");
}

static int open_file(void)
{
	if (tmpfs_file)
		return 0;
	tmpfs_file = shmem_file_setup("skbcheck", FILES * PAGES_MAX * PAGE_SIZE, SKBCHECK_NORESERVE);
	if (!IS_ERR(tmpfs_file))
		return 0;
	tmpfs_file = NULL;
	return -ENOMEM;
}

void skbcheck_file_stop(void)
{
	if (tmpfs_file)
		fput(tmpfs_file);
	tmpfs_file = NULL;
}

static void truncate(struct file_pages *range)
{
	loff_t from = (loff_t)(range - ranges) * PAGES_MAX * PAGE_SIZE;

	shmem_truncate_range(file_inode(tmpfs_file), from, from + PAGES_MAX * PAGE_SIZE - 1);
	drain_lru();
	range->used = false;
}

static bool fill(struct file_pages *range)
{
	pgoff_t first = (range - ranges) * PAGES_MAX;
	u32 i;

	for (i = 0; i < range->pages; i++) {
		struct page *page = shmem_read_mapping_page(tmpfs_file->f_mapping, first + i);

		if (IS_ERR(page))
			return false;
		skbcheck_write_pattern(page_address(page), PAGE_SIZE);
		range->page[i] = page;
		drain_lru();
		put_page(page);
	}
	return true;
}

static u32 setup(const struct skbcheck_call *call, const struct shmem_file_setup_args *args)
{
	u32 i;

	if (!args->pages || (u32)args->pages > PAGES_MAX)
		return SKBCHECK_BAD_CALL;
	for (i = 0; i < FILES; i++)
		if (!ranges[i].used)
			break;
	if (!drain_lru)
		return SKBCHECK_UNSUPPORTED;
	if (i == FILES || open_file())
		return SKBCHECK_NO_ROOM;
	ranges[i].used = true;
	ranges[i].pages = args->pages;
	if (!fill(&ranges[i])) {
		truncate(&ranges[i]);
		return SKBCHECK_NO_ROOM;
	}
	skbcheck_bind(call->result, KIND_FILE, &ranges[i]);
	return 1;
}

void skbcheck_release_file(struct skbcheck_object *object)
{
	truncate(object->pointer);
}

static u32 truncate_command(const struct skbcheck_call *call,
			    const struct shmem_truncate_args *args)
{
	truncate(skbcheck_object_of(args->file)->pointer);
	skbcheck_unbind(args->file);
	return 0;
}

/* Fills a pipe as shmem_file_splice_read() does: one reference and one buffer for each page. */
static u32 splice_read(const struct skbcheck_call *call,
		       const struct filemap_splice_read_args *args)
{
	struct file_pages *range = skbcheck_object_of(args->file)->pointer;
	struct skbcheck_pipe *held = skbcheck_pipe_of(args->pipe);
	struct pipe_inode_info *pipe = held->pipe;
	u32 at = args->offset, end = at + (u32)args->len, start = at;

	if (end > range->pages * PAGE_SIZE || end < at)
		return SKBCHECK_BAD_CALL;
	if (pipe_full(pipe->head, pipe->tail, pipe->max_usage))
		return -EAGAIN;
	held->touched = true;
	while (at < end && !pipe_full(pipe->head, pipe->tail, pipe->max_usage)) {
		struct page *page = range->page[at / PAGE_SIZE];
		u32 bytes = min_t(u32, PAGE_SIZE - at % PAGE_SIZE, end - at);

		get_page(page);
		pipe->bufs[pipe->head & (pipe->ring_size - 1)] = (struct pipe_buffer) {
			.ops = &nosteal_pipe_buf_ops,
			.page = page,
			.offset = at % PAGE_SIZE,
			.len = bytes,
		};
		pipe->head++;
		at += bytes;
	}
	return at - start;
}

u32 *skbcheck_observe_file(u32 *w, struct skbcheck_object *object)
{
	const struct file_pages *range = object->pointer;
	u32 i;

	*w++ = range->pages;
	for (i = 0; i < range->pages; i++)
		w = skbcheck_put_page_index(w, range->page[i]);
	return w;
}

SKBCHECK_COMMAND(shmem_file_setup, setup);
SKBCHECK_COMMAND(shmem_truncate, truncate_command);
SKBCHECK_COMMAND(filemap_splice_read, splice_read);
