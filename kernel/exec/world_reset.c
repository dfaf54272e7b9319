// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Empties the world between programs. */
#include "core/system.h"
#include "dma/dma.h"
#include "exec/exec.h"

/* Release an object before the objects that it refers to. */
#define WITH_COMMA(kind) kind,
static const u8 release_order[] = { SKBCHECK_RELEASE_ORDER(WITH_COMMA) };
/* A kind that is missing here would never be released. */
static_assert(ARRAY_SIZE(release_order) == KIND_COUNT - 1);

static void release_object(struct skbcheck_object *object, u32 kind)
{
	switch (kind) {
#define RELEASE(name, digit)                          \
	case digit:                                   \
		skbcheck_release_##name(object);      \
		break;
	SKBCHECK_KINDS(RELEASE)
	}
}

static void release(u32 handle, u32 kind)
{
	release_object(&skbcheck_objects[handle], kind);
	skbcheck_unbind(handle);
}

static void release_all(u32 kind)
{
	u32 i;

	for (i = 0; i < skbcheck_handle_end; i++)
		if (skbcheck_kinds[i] == kind)
			release(i, kind);
	for (i = SKBCHECK_HANDLES; i < SKBCHECK_HANDLES + skbcheck_nameless; i++)
		if (skbcheck_kinds[i] == kind)
			release(i, kind);
}

void skbcheck_world_reset(void)
{
	u32 i;

	skbcheck_dma_quiet = true;
	for (i = 0; (skbcheck_handle_end || skbcheck_nameless) && i < ARRAY_SIZE(release_order); i++)
		release_all(release_order[i]);
	skbcheck_objects_reset();
	skbcheck_systems_reset();
	skbcheck_dma_quiet = false;
}
