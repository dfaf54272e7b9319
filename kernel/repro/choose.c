// SPDX-License-Identifier: GPL-2.0 OR MIT
/* The sizes of a kernel decide which expected answers can be compared with its own. */
#include <linux/printk.h>
#include <linux/vmalloc.h>
#include <linux/version.h>
#include "link/link.h"
#include "repro/repro.h"

#define HELLO_WORDS 1024

static u32 size_of(const u32 *hello, u32 key)
{
	u32 i;

	for (i = 0; i < hello[0]; i++)
		if (hello[1 + 2 * i] == key)
			return hello[2 + 2 * i];
	return 0;
}

/* The reply to HELLO has the number of the kmalloc caches and their sizes behind its pairs. */
static bool kmalloc_fits(const struct repro_expected *expected, const u32 *hello, bool say)
{
	const u32 *caches = hello + 1 + 2 * hello[0];
	bool fit = caches[0] == expected->kmalloc_count;
	u32 i;

	for (i = 0; fit && i < caches[0]; i++)
		fit = caches[1 + i] == expected->kmalloc_sizes[i];
	if (!fit && say)
		pr_info("# %s: the sizes of the kmalloc caches are others\n", expected->release);
	return fit;
}

static bool sizes_fit(const struct repro_expected *expected, const u32 *hello, bool say)
{
	bool fit = kmalloc_fits(expected, hello, say);
	u32 i;

	for (i = 0; i < expected->size_count; i++) {
		const struct repro_size *size = &expected->sizes[i];
		u32 seen = size_of(hello, size->key);

		if (seen == size->expected)
			continue;
		fit = false;
		if (say)
			pr_info("# %s: %s expected %u seen %u\n", expected->release, size->name, size->expected, seen);
	}
	return fit;
}

/* Of those that fit: the newest release that is not newer than this kernel, else the oldest. */
static bool is_nearer(const struct repro_expected *one, const struct repro_expected *other)
{
	if (!other)
		return true;
	if (other->version > LINUX_VERSION_CODE)
		return one->version < other->version;
	return one->version > other->version && one->version <= LINUX_VERSION_CODE;
}

const struct repro_expected *repro_choose(void)
{
	const struct repro_expected *best = NULL;
	u32 *hello = vmalloc(HELLO_WORDS * sizeof(u32));
	u32 i;

	if (!hello)
		return NULL;
	skbcheck_hello_words(hello, HELLO_WORDS);
	for (i = 0; i < repro_expected_count; i++)
		if (sizes_fit(&repro_expected[i], hello, false) && is_nearer(&repro_expected[i], best))
			best = &repro_expected[i];
	for (i = 0; !best && i < repro_expected_count; i++)
		sizes_fit(&repro_expected[i], hello, true);
	vfree(hello);
	return best;
}
