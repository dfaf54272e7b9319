/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* The bytes that commands write. */
#ifndef SKBCHECK_PATTERN_H
#define SKBCHECK_PATTERN_H

#include <linux/types.h>

/*
 * Writes the next bytes of the pattern: each write of a program has a stamp, which says where they start. See
 * src/model/world/memory.ts.
 */
void skbcheck_write_pattern(void *to, u32 bytes);

#endif /* SKBCHECK_PATTERN_H */
