// SPDX-License-Identifier: MIT OR GPL-2.0
/* Deliberate kernel faults, to prove that the host detects each of them. */
#include <linux/bottom_half.h>
#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/panic.h>
#include <linux/processor.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include "core/place.h"
#include "link/link.h"

/* Frames of their own, so that the console names the function. */
static noinline void crash_warn(void)
{
	WARN(1, "skbcheck: a warning on purpose\n");
}

static noinline void crash_warn_once(void)
{
	WARN_ON_ONCE(1);
}

static noinline void crash_bug(void)
{
	BUG();
}

static noinline void crash_hang(void)
{
	local_bh_disable();
	for (;;)
		cpu_relax();
}

static noinline void crash_refcount(void)
{
	refcount_t refs = REFCOUNT_INIT(1);

	if (refcount_dec_and_test(&refs))
		refcount_dec(&refs);
}

/* An order that the per-CPU lists do not take: 6.1 looks at such a page when it is freed. */
static noinline int crash_bad_page(void)
{
	struct page *page = alloc_pages(GFP_KERNEL, 5);

	if (!page)
		return -ENOMEM;
	page->mapping = (void *)8;
	__free_pages(page, 5);
	return 0;
}

static noinline void crash_null(void)
{
	u32 *volatile nowhere = NULL;

	WRITE_ONCE(*nowhere, 1);
}

static noinline int crash_leak(u32 *out)
{
	struct page *page = alloc_page(GFP_KERNEL);
	u64 pfn;

	if (!page)
		return -ENOMEM;
	pfn = page_to_pfn(page);
	out[0] = lower_32_bits(pfn);
	out[1] = upper_32_bits(pfn);
	return 2;
}

static noinline int crash_use_after_free(void)
{
	u8 *volatile bytes = kmalloc(64, GFP_KERNEL);
	u8 *stale = bytes;

	if (!bytes)
		return -ENOMEM;
	kfree(bytes);
	OPTIMIZER_HIDE_VAR(stale);
	return READ_ONCE(stale[8]) & 0;
}

int skbcheck_crash_test(const u32 *in, u32 in_words, u32 *out, u32 out_cap_words)
{
	if (in_words < 3)
		return -EINVAL;
	skbcheck_program = in[1];
	skbcheck_command = in[2];
	switch (in[0]) {
	case SKBCHECK_CRASH_PANIC:
		panic("skbcheck: a panic on purpose");
	case SKBCHECK_CRASH_BUG:
		crash_bug();
		return 0;
	case SKBCHECK_CRASH_WARN:
		crash_warn();
		return 0;
	case SKBCHECK_CRASH_HANG:
		crash_hang();
		return 0;
	case SKBCHECK_CRASH_LEAK:
		return crash_leak(out);
	case SKBCHECK_CRASH_REFCOUNT:
		crash_refcount();
		return 0;
	case SKBCHECK_CRASH_BAD_PAGE:
		return crash_bad_page();
	case SKBCHECK_CRASH_NULL_POINTER:
		crash_null();
		return 0;
	case SKBCHECK_CRASH_WARN_ONCE:
		crash_warn_once();
		return 0;
	case SKBCHECK_CRASH_USE_AFTER_FREE:
		return crash_use_after_free();
	}
	return -EINVAL;
}
