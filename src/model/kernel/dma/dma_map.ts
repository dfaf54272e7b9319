import { Device, DMA_TO_DEVICE } from '../../structs/device';
import { ownByCpu, ownByDevice } from './dma_ownership';
import type { DmaMapping, Page } from '../../structs/page';
import { NO_RANGES, type Ranges } from '../../lib/ranges';
import type { World } from '../../world/world';

/** Plugs in a device. */
export function deviceAdd(world: World): Device {
  const device = new Device();
  device.id = world.newId();
  return world.add(world.devices, device);
}

/** Returns the device of pools that map pages and were given no device. */
export function defaultDevice(world: World): Device {
  if (world.defaultDevice === null) world.defaultDevice = deviceAdd(world);
  return world.defaultDevice;
}

/** Removes the device and its IOMMU domain. Nothing may be mapped for it. */
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
 * dma_map_page_attrs(). Returns null when the mapping fails (dma_mapping_error).
 *
 * @param cpuOwned - with DMA_ATTR_SKIP_CPU_SYNC the CPU keeps all bytes until the first sync; without it, the device
 *   owns them.
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
  // A target without ops of its own cannot make a mapping fail, so a mapping is no event there.
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
 * @param skipCpuSync - DMA_ATTR_SKIP_CPU_SYNC: the bytes that the device wrote stay unsynced.
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
  if (page.id === 0) device.objectMappings--;
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

/**
 * The bytes that the CPU owns of a page that a driver maps without DMA_ATTR_SKIP_CPU_SYNC: none. The device owns them
 * all.
 */
export const MAPPED_FOR_DEVICE: Ranges = NO_RANGES;
