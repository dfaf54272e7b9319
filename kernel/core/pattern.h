/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* The bytes that commands write. */
#ifndef SKBCHECK_PATTERN_H
#define SKBCHECK_PATTERN_H

#include <linux/types.h>

/* Writes bytes of the pattern of the program's next stamp; see src/model/world/memory.ts. */
void skbcheck_write_pattern(void *to, u32 bytes);

#endif /* SKBCHECK_PATTERN_H */
