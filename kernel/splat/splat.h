/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* Complaints of the kernel, as the console shows them. */
#ifndef SKBCHECK_SPLAT_H
#define SKBCHECK_SPLAT_H

#include <linux/types.h>

/* Returns the number of splats that began on the console since the module was loaded. Only grows. */
u32 skbcheck_splat_count(void);
/* Moves the captured console text into out; returns its length in bytes. */
u32 skbcheck_splat_take(char *out, u32 capacity_bytes);
int skbcheck_splat_start(void);
void skbcheck_splat_stop(void);

#endif /* SKBCHECK_SPLAT_H */
