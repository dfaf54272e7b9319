import { Device, DMA_TO_DEVICE } from '../../structs/device';
import { ownByCpu, ownByDevice } from './dma_ownership';
import type { DmaMapping, Page } from '../../structs/page';
import { NO_RANGES, type Ranges } from '../../lib/ranges';
import type { World } from '../../world/world';

/** A device is plugged in. */
export function deviceAdd(world: World): Device {
  const device = new Device();
  device.id = world.newId();
  return world.add(world.devices, device);
}

/** The device of pools that map pages and were given none. */
export function defaultDevice(world: World): Device {
  if (world.defaultDevice === null) world.defaultDevice = deviceAdd(world);
  return world.defaultDevice;
}

/** The device goes, and its IOMMU domain with it: nothing may be mapped for it. */
export function deviceRemove(world: World, device: Device): void {
  if (device.mappings.size !== 0) {
    world.violate(
      'dma-mapped-once',
      'device',
      `device#${device.id} goes while ${device.mappings.size} pages are mapped for it`,
    );
  }
  device.gone = true;
  world.remove(world.devices, device);
}

/**
 * dma_map_page_attrs(): null where the mapping fails (dma_mapping_error).
 *
 * @param cpuOwned - with DMA_ATTR_SKIP_CPU_SYNC the CPU keeps all bytes until the first sync; without, the device owns
 *   them.
 */
export function dmaMapPage(
  world: World,
  device: Device,
  page: Page,
  offset: number,
  size: number,
  direction: number,
  cpuOwned: Ranges,
): DmaMapping | null {
  // Without ops of its own a target cannot make a mapping fail: it is no event there.
  if (world.abi.dmaOps && world.allocFails()) return null;
  if (device.gone)
    world.violate('dma-mapped-once', 'page', `page#${page.id} is mapped for device#${device.id}, which was removed`);
  world.touchPage(page);
  const address = device.nextAddress;
  device.nextAddress += world.abi.pageSize << page.order;
  const mapping: DmaMapping = { device, page, address, offset, size, direction, cpuOwned, promisedCpuOwned: cpuOwned };
  device.mappings.add(mapping);
  device.maps++;
  world.work.dmaMaps++;
  page.mappings++;
  page.mapping = mapping;
  return mapping;
}

/**
 * dma_unmap_page_attrs(device, address, size, direction, attrs).
 *
 * @param skipCpuSync - DMA_ATTR_SKIP_CPU_SYNC: what the device wrote stays unsynced.
 */
export function dmaUnmapPage(world: World, device: Device, address: number, size: number, skipCpuSync: boolean): void {
  const mapping = device.mappings.get(address);
  if (device.gone) {
    world.violate(
      'dma-mapped-once',
      'page',
      `unmap of ${size} bytes at ${address} for device#${device.id}, which was removed`,
    );
  }
  if (mapping === undefined) {
    world.violate(
      'dma-mapped-once',
      'page',
      `unmap of ${size} bytes at ${address}, where device#${device.id} has no mapping`,
    );
    return;
  }
  if (mapping.size !== size) {
    world.violate(
      'dma-mapped-once',
      'page',
      `unmap of ${size} bytes of page#${mapping.page.id}, of which ${mapping.size} are mapped`,
    );
  }
  const page = mapping.page;
  world.touchPage(page);
  if (!skipCpuSync && mapping.direction !== DMA_TO_DEVICE)
    ownByCpu(mapping, mapping.offset, mapping.offset + mapping.size);
  device.mappings.remove(mapping);
  device.unmaps++;
  page.mappings--;
  if (page.mapping === mapping) page.mapping = null;
}

/** dma_sync_single_range_for_device(device, address, offset, size, direction). */
export function dmaSyncSingleForDevice(
  world: World,
  device: Device,
  address: number,
  offset: number,
  size: number,
): void {
  device.syncsForDevice++;
  world.work.dmaSyncs++;
  const mapping = mappingToSync(world, device, address);
  if (mapping !== null) ownByDevice(mapping, mapping.offset + offset, mapping.offset + offset + size);
}

/** dma_sync_single_range_for_cpu(device, address, offset, size, direction). */
export function dmaSyncSingleForCpu(world: World, device: Device, address: number, offset: number, size: number): void {
  device.syncsForCpu++;
  world.work.dmaSyncs++;
  const mapping = mappingToSync(world, device, address);
  if (mapping !== null) ownByCpu(mapping, mapping.offset + offset, mapping.offset + offset + size);
}

function mappingToSync(world: World, device: Device, address: number): DmaMapping | null {
  if (device.gone) {
    world.violate('dma-ownership', 'page', `sync at ${address} for device#${device.id}, which was removed`);
  }
  const mapping = device.mappings.get(address);
  if (mapping === undefined) {
    world.violate('dma-ownership', 'page', `sync at ${address}, where device#${device.id} has no mapping`);
    return null;
  }
  world.touchPage(mapping.page);
  return mapping;
}

/** Who owns the bytes of a page that a driver maps without DMA_ATTR_SKIP_CPU_SYNC: the device, all of them. */
export const MAPPED_FOR_DEVICE: Ranges = NO_RANGES;
