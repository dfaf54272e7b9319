/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* What the files of the splice system share. */
#ifndef SKBCHECK_SPLICE_H
#define SKBCHECK_SPLICE_H

#include "core/objects.h"

/* splice/pipe.c */
u32 skbcheck_hash_stretch(u32 hash, const u8 *bytes, u32 count);

/* splice/file.c */
int skbcheck_file_start(void);
void skbcheck_file_stop(void);
u32 skbcheck_file_setup(const struct skbcheck_call *call);
u32 skbcheck_file_truncate(const struct skbcheck_call *call);
u32 skbcheck_file_splice_read(const struct skbcheck_call *call);
void skbcheck_file_release(struct skbcheck_object *object);
u32 *skbcheck_file_observe(u32 *w, struct skbcheck_object *object);

/* splice/skb.c */
u32 skbcheck_esp_decrypt(const struct skbcheck_call *call);
u32 skbcheck_skb_zerocopy(const struct skbcheck_call *call);
u32 skbcheck_rx_header_split(const struct skbcheck_call *call);
u32 skbcheck_pskb_extract(const struct skbcheck_call *call);

/* splice/mm.c */
int skbcheck_mm_start(void);
void skbcheck_mm_stop(void);
u32 skbcheck_mm_mmap(const struct skbcheck_call *call);
u32 skbcheck_mm_queue(const struct skbcheck_call *call);
u32 skbcheck_mm_receive(const struct skbcheck_call *call);
u32 skbcheck_mm_dontneed(const struct skbcheck_call *call);
u32 skbcheck_mm_close(const struct skbcheck_call *call);
void skbcheck_mm_release(struct skbcheck_object *object);
u32 *skbcheck_mm_observe(u32 *w, struct skbcheck_object *object);

/* A pipe, and whether the running call works on it. */
struct skbcheck_pipe {
	struct pipe_inode_info *pipe;
	bool used;
	bool touched;
};

static inline struct skbcheck_pipe *skbcheck_pipe_arg(const struct skbcheck_call *call, u32 arg)
{
	return skbcheck_arg(call, arg)->pointer;
}

#endif /* SKBCHECK_SPLICE_H */
