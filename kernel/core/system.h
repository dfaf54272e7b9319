/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* The functions of a system (page_pool, GRO, XDP, ...) that the module as a whole calls. */
#ifndef SKBCHECK_SYSTEM_H
#define SKBCHECK_SYSTEM_H

#include "core/objects.h"

/* Listed in exec/systems.c, in the order in which systems start. Each member may be NULL. */
struct skbcheck_system {
	int (*start)(void);
	void (*stop)(void);
	void (*reset)(void); /* between programs, after all objects were released */
};

/*
 * Of each kind. skbcheck_release_KIND() releases all that the object holds, as well as it can; the caller unbinds the
 * handle. skbcheck_observe_KIND() writes the words behind the one that says kind and handle, and returns the end.
 */
#define SKBCHECK_KIND_FUNCTIONS(kind, digit)                          \
	void skbcheck_release_##kind(struct skbcheck_object *object); \
	u32 *skbcheck_observe_##kind(u32 *w, struct skbcheck_object *object);
SKBCHECK_KINDS(SKBCHECK_KIND_FUNCTIONS)

/* Returns the address of a function that is not exported, NULL where the kernel has none. */
void *skbcheck_find_function(const char *name);

#endif /* SKBCHECK_SYSTEM_H */
