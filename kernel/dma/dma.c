// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Devices whose DMA goes through a table of live mappings, as an IOMMU has it: every mapping gets an
 * address of its own, and only a mapped address can be unmapped or synced. Freed addresses are used again
 * as late as possible, so that a stale one is noticed.
 */
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include "core/command.h"
#include "core/system.h"
#include "dma/dma.h"
#include "fault/fault.h"
#include "observe/observe.h"

#define DEVICES 64
#define SLOTS (1u << 14)
/* Room for the largest page that is mapped. */
#define SLOT_SHIFT 20

/* One mapping; its address is (slot + 1) << SLOT_SHIFT. */
struct slot {
	struct skbcheck_device *device; /* NULL: its program is over */
	u32 size;
	u32 offset;
	u8 direction;
	bool live;
};

bool skbcheck_dma_quiet;

static struct skbcheck_device devices[DEVICES]; /* the first is the default device */
static u32 devices_used = 1;
static struct slot slots[SLOTS];
static u16 free_slots[SLOTS]; /* a queue */
static u32 free_head, free_tail; /* only grow; their difference is the length */

/* The host knows the prefix: a complaint of the checked device is a splat like the kernel's own. */
#define complain(format, ...)                                           \
	do {                                                            \
		if (!skbcheck_dma_quiet)                                \
			pr_warn("skbcheck: DMA: " format "\n", __VA_ARGS__); \
	} while (0)

static struct skbcheck_device *device_of(struct device *dev)
{
	return container_of(dev, struct skbcheck_device, dev);
}

static struct slot *slot_of(dma_addr_t address)
{
	u64 number = (address >> SLOT_SHIFT) - 1;

	return number < SLOTS && slots[number].live ? &slots[number] : NULL;
}

static dma_addr_t map(struct device *dev, unsigned long offset, size_t size, enum dma_data_direction direction)
{
	struct skbcheck_device *device = device_of(dev);
	u32 number;

	if (skbcheck_fault_event() || free_head == free_tail)
		return DMA_MAPPING_ERROR;
	if (device->gone)
		complain("map of %zu bytes for a device that is gone", size);
	number = free_slots[free_head++ % SLOTS];
	slots[number] = (struct slot){
		.device = device, .size = size, .offset = offset, .direction = direction, .live = true,
	};
	device->live_mappings++;
	device->maps++;
	return ((dma_addr_t)(number + 1) << SLOT_SHIFT) + offset;
}

static void unmap(struct device *dev, dma_addr_t address, size_t size,
		       enum dma_data_direction direction, unsigned long attrs)
{
	struct skbcheck_device *device = device_of(dev);
	struct slot *slot = slot_of(address);

	if (!slot) {
		complain("unmap of %zu bytes at %pad, where nothing is mapped", size, &address);
		return;
	}
	if (slot->device && slot->device != device)
		complain("unmap of %zu bytes at %pad, which another device has mapped", size, &address);
	if (slot->size != size || slot->direction != direction)
		complain("unmap of %zu bytes, direction %d, of %u that are mapped with direction %d", size, direction,
			 slot->size, slot->direction);
	if (slot->device) {
		if (device->gone)
			complain("unmap of %zu bytes for a device that is gone", size);
		slot->device->live_mappings--;
		device->unmaps++;
	}
	slot->live = false;
	free_slots[free_tail++ % SLOTS] = slot - slots;
}

static void check_sync(const struct skbcheck_device *device, dma_addr_t address, size_t size,
		       enum dma_data_direction direction)
{
	const struct slot *slot = slot_of(address);
	u32 offset = address & ((1u << SLOT_SHIFT) - 1);

	if (!slot) {
		complain("sync of %zu bytes at %pad, where nothing is mapped", size, &address);
		return;
	}
	if (device->gone)
		complain("sync of %zu bytes for a device that is gone", size);
	if (slot->device && slot->device != device)
		complain("sync of %zu bytes at %pad, which another device has mapped", size, &address);
	if (offset < slot->offset || offset - slot->offset + size > slot->size)
		complain("sync of %zu bytes at offset %u of %u that are mapped", size, offset - slot->offset,
			 slot->size);
}

static void sync_for_cpu(struct device *dev, dma_addr_t address, size_t size, enum dma_data_direction direction)
{
	device_of(dev)->syncs_for_cpu++;
	check_sync(device_of(dev), address, size, direction);
}

static void sync_for_device(struct device *dev, dma_addr_t address, size_t size, enum dma_data_direction direction)
{
	device_of(dev)->syncs_for_device++;
	check_sync(device_of(dev), address, size, direction);
}

static int dma_supported(struct device *dev, u64 mask)
{
	return 1;
}

#if SKBCHECK_DMA_MAPS_PHYS
static dma_addr_t map_phys(struct device *dev, phys_addr_t address, size_t size, enum dma_data_direction direction,
			   unsigned long attrs)
{
	return map(dev, offset_in_page(address), size, direction);
}
#else
static dma_addr_t map_page(struct device *dev, struct page *page, unsigned long offset, size_t size,
			   enum dma_data_direction direction, unsigned long attrs)
{
	return map(dev, offset, size, direction);
}
#endif

static const struct dma_map_ops operations = {
#if SKBCHECK_DMA_MAPS_PHYS
	.map_phys = map_phys,
	.unmap_phys = unmap,
#else
	.map_page = map_page,
	.unmap_page = unmap,
#endif
	.sync_single_for_cpu = sync_for_cpu,
	.sync_single_for_device = sync_for_device,
	.dma_supported = dma_supported,
};

struct skbcheck_device *skbcheck_default_device(void)
{
	return &devices[0];
}

static u32 device_add_command(const struct skbcheck_call *call, const struct device_add_args *args)
{
	if (devices_used == DEVICES)
		return SKBCHECK_NO_ROOM;
	skbcheck_bind(call->result, KIND_DEVICE, &devices[devices_used++]);
	return 1;
}

/* The device is removed, and its IOMMU domain with it. The device is not used again before the next program. */
static u32 device_remove(const struct skbcheck_call *call, const struct device_remove_args *args)
{
	struct skbcheck_device *device = skbcheck_object_of(args->device)->device;

	if (device->live_mappings)
		complain("a device goes while %u pages are mapped for it", device->live_mappings);
	device->gone = true;
	skbcheck_unbind(args->device);
	return 0;
}

/*
 * Finds the mapping that covers the page of a name: a driver's, or its pool's. `address` gets the DMA address of the
 * page's first byte.
 */
static bool find_mapping(const struct skbcheck_object *region, struct skbcheck_device **device, dma_addr_t *address,
			 enum dma_data_direction *direction)
{
	struct page_pool *pool = region->region.of_pool;
	u32 i;

	for (i = 0; i < skbcheck_handle_end; i++) {
		const struct skbcheck_object *other = &skbcheck_objects[i];

		if (skbcheck_kinds[i] == KIND_MAPPING && other->page == region->page) {
			*device = other->mapping.device;
			*address = other->mapping.address - other->mapping.offset;
			*direction = other->mapping.direction;
			return true;
		}
	}
	if (!pool || !pool->p.dev)
		return false;
	*device = device_of(pool->p.dev);
	*address = page_pool_get_dma_addr(region->page);
	*direction = pool->p.dma_dir;
	return true;
}

static u32 sync_region(const struct skbcheck_object *region, u32 offset, u32 len, bool for_cpu)
{
	u32 end = skbcheck_region_end(region);
	enum dma_data_direction direction;
	struct skbcheck_device *device;
	dma_addr_t address;

	if (offset > end || len > end - offset || !find_mapping(region, &device, &address, &direction))
		return SKBCHECK_BAD_CALL;
	address += region->region.offset + offset;
	if (for_cpu)
		dma_sync_single_for_cpu(&device->dev, address, len, direction);
	else
		dma_sync_single_for_device(&device->dev, address, len, direction);
	return 0;
}

static u32 sync_single_for_cpu_command(const struct skbcheck_call *call,
				       const struct dma_sync_single_for_cpu_args *args)
{
	return sync_region(skbcheck_object_of(args->page), args->offset, args->len, true);
}

static u32 sync_single_for_device_command(const struct skbcheck_call *call,
					  const struct dma_sync_single_for_device_args *args)
{
	return sync_region(skbcheck_object_of(args->page), args->offset, args->len, false);
}

static u32 map_page_command(const struct skbcheck_call *call, const struct dma_map_page_args *args)
{
	struct skbcheck_device *device = skbcheck_object_of(args->device)->device;
	struct skbcheck_object *region = skbcheck_object_of(args->page), *mapping;
	enum dma_data_direction direction = args->dir;
	dma_addr_t address;

	if ((u32)args->dir > DMA_FROM_DEVICE)
		return SKBCHECK_BAD_CALL;
	address = dma_map_page(&device->dev, region->page, region->region.offset, region->region.size, direction);
	if (dma_mapping_error(&device->dev, address))
		return 0;
	mapping = skbcheck_bind(call->result, KIND_MAPPING, region->page);
	mapping->mapping.device = device;
	mapping->mapping.address = address;
	mapping->mapping.offset = region->region.offset;
	mapping->mapping.size = region->region.size;
	mapping->mapping.direction = direction;
	return 1;
}

static u32 unmap_page_command(const struct skbcheck_call *call,
			      const struct dma_unmap_page_args *args)
{
	skbcheck_release_mapping(skbcheck_object_of(args->mapping));
	skbcheck_unbind(args->mapping);
	return 0;
}

void skbcheck_release_device(struct skbcheck_object *object)
{
	/* reset() clears the device. */
}

u32 *skbcheck_observe_device(u32 *w, struct skbcheck_object *object)
{
	const struct skbcheck_device *device = object->device;

	WORD(w, DEVICE, live_mappings, device->live_mappings);
	WORD(w, DEVICE, maps, device->maps);
	WORD(w, DEVICE, unmaps, device->unmaps);
	WORD(w, DEVICE, syncs_for_device, device->syncs_for_device);
	WORD(w, DEVICE, syncs_for_cpu, device->syncs_for_cpu);
	return WORDS_END(w, DEVICE);
}

void skbcheck_release_mapping(struct skbcheck_object *object)
{
	dma_unmap_page(&object->mapping.device->dev, object->mapping.address, object->mapping.size,
		       object->mapping.direction);
}

u32 *skbcheck_observe_mapping(u32 *w, struct skbcheck_object *object)
{
	return skbcheck_put_page_index(w, object->page);
}

SKBCHECK_COMMAND(device_add, device_add_command);
SKBCHECK_COMMAND(device_remove, device_remove);
SKBCHECK_COMMAND(dma_sync_single_for_cpu, sync_single_for_cpu_command);
SKBCHECK_COMMAND(dma_sync_single_for_device, sync_single_for_device_command);
SKBCHECK_COMMAND(dma_map_page, map_page_command);
SKBCHECK_COMMAND(dma_unmap_page, unmap_page_command);

static void forget_mappings(void)
{
	u32 i;

	for (i = 0; i < SLOTS; i++)
		slots[i].device = NULL;
}

/* Mappings of leaked pools stay without a device: a later unmap of them is not counted. */
static void reset(void)
{
	bool leaked = false;
	u32 i;

	for (i = 0; i < devices_used; i++) {
		struct skbcheck_device *device = &devices[i];

		leaked |= device->live_mappings;
		device->gone = false;
		device->live_mappings = 0;
		device->maps = 0;
		device->unmaps = 0;
		device->syncs_for_device = 0;
		device->syncs_for_cpu = 0;
	}
	devices_used = 1;
	if (leaked)
		forget_mappings();
}

static void release_nothing(struct device *dev)
{
}

static int start(void)
{
	u32 i;

	for (i = 0; i < SLOTS; i++)
		free_slots[i] = i;
	free_tail = SLOTS;
	for (i = 0; i < DEVICES; i++) {
		struct device *dev = &devices[i].dev;

		device_initialize(dev);
		dev->release = release_nothing;
		dev->init_name = "skbcheck";
		dev->dma_mask = &devices[i].dma_mask;
		set_dma_ops(dev, &operations);
		if (dma_set_mask_and_coherent(dev, DMA_BIT_MASK(64)))
			return -EIO;
	}
	return 0;
}

static void stop(void)
{
	u32 i;

	for (i = 0; i < DEVICES; i++)
		put_device(&devices[i].dev);
}

const struct skbcheck_system skbcheck_dma = { .start = start, .stop = stop, .reset = reset };
