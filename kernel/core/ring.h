/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SKBCHECK_RING_H
#define SKBCHECK_RING_H

#include <linux/ptr_ring.h>

/* ptr_ring clears consumed entries in batches, so the entries between the two ends are the ones that count. */
static inline u32 skbcheck_ring_count(const struct ptr_ring *ring)
{
	int count = ring->producer - ring->consumer_head;

	if (count < 0)
		count += ring->size;
	if (!count && ring->size && ring->queue[ring->consumer_head])
		count = ring->size;
	return count;
}

#endif /* SKBCHECK_RING_H */
