// SPDX-License-Identifier: GPL-2.0 OR MIT
/* The bytes that commands write: the same generator as in src/model/world/memory.ts. */
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include "core/pattern.h"
#include "core/system.h"

#define PATTERN_PERIOD (1u << 16)
#define PATTERN_BYTES (2 * PATTERN_PERIOD)
#define PATTERN_STEP 4099u

/* Number of the next write of the program. */
static u32 stamp;
static u8 *pattern;

void skbcheck_write_pattern(void *to, u32 bytes)
{
	u32 start = (stamp++ * PATTERN_STEP) & (PATTERN_PERIOD - 1);

	memcpy(to, pattern + start, min(bytes, PATTERN_PERIOD));
}

static int start(void)
{
	u32 state = 1, i;

	pattern = vmalloc(PATTERN_BYTES);
	if (!pattern)
		return -ENOMEM;
	for (i = 0; i < PATTERN_BYTES; i++) {
		state = state * 1664525u + 1013904223u;
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
