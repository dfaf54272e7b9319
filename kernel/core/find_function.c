// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Addresses of functions that are not exported. */
#include <linux/kprobes.h>
#include "core/system.h"

/* A kprobe that is never armed finds an address. */
void *skbcheck_find_function(const char *name)
{
#if IS_ENABLED(CONFIG_KPROBES)
	struct kprobe probe = { .symbol_name = name, .flags = KPROBE_FLAG_DISABLED };
	void *address;

	if (register_kprobe(&probe))
		return NULL;
	address = probe.addr;
	unregister_kprobe(&probe);
	return address;
#else
	return NULL;
#endif
}
