/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Devices that do DMA, with a table of their live mappings. */
#ifndef SKBCHECK_DMA_H
#define SKBCHECK_DMA_H

#include <linux/device.h>
#include <linux/types.h>

struct skbcheck_device {
	struct device dev;
	u64 dma_mask;
	bool gone;
	u32 live_mappings;
	u32 maps;
	u32 unmaps;
	u32 syncs_for_device;
	u32 syncs_for_cpu;
};

struct skbcheck_device *skbcheck_default_device(void);
/* True while the remains of a program are cleared away: misuse is not reported then. */
extern bool skbcheck_dma_quiet;

#endif /* SKBCHECK_DMA_H */
