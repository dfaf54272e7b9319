// SPDX-License-Identifier: GPL-2.0 OR MIT
/* The bytes that commands write: the same generator as in src/model/world/memory.ts. */
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include "core/pattern.h"
#include "core/system.h"

/* Number of the next write of the program. */
static u32 stamp;
static u8 *pattern;

void skbcheck_write_pattern(void *to, u32 bytes)
{
	u32 start = (stamp++ * SKBCHECK_PATTERN_STEP) & (SKBCHECK_PATTERN_PERIOD - 1);

	memcpy(to, pattern + start, min_t(u32, bytes, SKBCHECK_PATTERN_WRITE_MAX));
}

static int start(void)
{
	u32 state = 1, i;

	pattern = vmalloc(SKBCHECK_PATTERN_BYTES);
	if (!pattern)
		return -ENOMEM;
	for (i = 0; i < SKBCHECK_PATTERN_BYTES; i++) {
		state = state * SKBCHECK_PATTERN_FACTOR + SKBCHECK_PATTERN_INCREMENT;
		pattern[i] = state >> 24;
	}
	return 0;
}

static void reset(void)
{
	stamp = 0;
}

static void stop(void)
{
	vfree(pattern);
}

const struct skbcheck_system skbcheck_pattern = { .start = start, .stop = stop, .reset = reset };
