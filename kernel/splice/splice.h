/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Pipes, files and user mappings. */
#ifndef SKBCHECK_SPLICE_H
#define SKBCHECK_SPLICE_H

#include "core/objects.h"

/* ---- pipe.c ---- */
u32 skbcheck_hash_stretch(u32 hash, const u8 *bytes, u32 count);

/* ---- file.c ---- */
void skbcheck_file_start(void);
void skbcheck_file_stop(void);

/* ---- mm.c ---- */
void skbcheck_mm_start(void);
void skbcheck_mm_stop(void);

/* A pipe, and whether the running call works on it. */
struct skbcheck_pipe {
	struct pipe_inode_info *pipe;
	bool used;
	bool touched;
};

static inline struct skbcheck_pipe *skbcheck_pipe_of(s32 handle)
{
	return skbcheck_object_of(handle)->pointer;
}

#endif /* SKBCHECK_SPLICE_H */
