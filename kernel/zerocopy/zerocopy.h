/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Owners of zerocopy pages. */
#ifndef SKBCHECK_ZEROCOPY_H
#define SKBCHECK_ZEROCOPY_H

#include <linux/skbuff.h>

#define UARG_PAGES_MAX 256

struct skbcheck_uarg {
	struct ubuf_info ubuf;
	u32 handle; /* SKBCHECK_NO_HANDLE after the name was released */
	bool used;
	u32 completions;
	u32 successes;
	u32 pinned_pages;
	struct page *pinned[UARG_PAGES_MAX];
};

#endif /* SKBCHECK_ZEROCOPY_H */
