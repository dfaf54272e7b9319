// SPDX-License-Identifier: GPL-2.0 OR MIT
/* The table of objects, by the names of a program. */
#include "core/objects.h"

u8 skbcheck_kinds[SKBCHECK_SLOTS];
struct skbcheck_object skbcheck_objects[SKBCHECK_SLOTS];
unsigned long skbcheck_live[BITS_TO_LONGS(SKBCHECK_SLOTS)];
struct skbcheck_handle_list skbcheck_pools;
struct skbcheck_handle_list skbcheck_socks;
u32 skbcheck_handle_end;
u32 skbcheck_nameless;

static struct skbcheck_handle_list *list_of(u32 handle, u32 kind)
{
	if (handle >= SKBCHECK_HANDLES)
		return NULL;
	if (kind == KIND_POOL)
		return &skbcheck_pools;
	return kind == KIND_SOCK ? &skbcheck_socks : NULL;
}

static void unlist(struct skbcheck_handle_list *list, u32 handle)
{
	u32 i;

	for (i = 0; i < list->count; i++)
		if (list->handles[i] == handle)
			break;
	if (i < list->count)
		list->handles[i] = list->handles[--list->count];
}

struct skbcheck_object *skbcheck_bind(u32 handle, enum skbcheck_kind kind, void *pointer)
{
	struct skbcheck_object *object = &skbcheck_objects[handle];
	struct skbcheck_handle_list *list = list_of(handle, kind);

	memset(object, 0, sizeof(*object));
	object->pointer = pointer;
	skbcheck_kinds[handle] = kind;
	skbcheck_live[handle / BITS_PER_LONG] |= BIT(handle % BITS_PER_LONG);
	if (list)
		list->handles[list->count++] = handle;
	if (handle >= skbcheck_handle_end && handle < SKBCHECK_HANDLES)
		skbcheck_handle_end = handle + 1;
	return object;
}

void skbcheck_unbind(u32 handle)
{
	struct skbcheck_handle_list *list = list_of(handle, skbcheck_kinds[handle]);

	if (list)
		unlist(list, handle);
	skbcheck_kinds[handle] = KIND_NONE;
	skbcheck_live[handle / BITS_PER_LONG] &= ~BIT(handle % BITS_PER_LONG);
}

void skbcheck_objects_reset(void)
{
	skbcheck_handle_end = 0;
	skbcheck_nameless = 0;
}
