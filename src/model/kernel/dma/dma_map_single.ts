import { DMA_TO_DEVICE, type Device } from '../../structs/device';
import { Page, type DmaMapping } from '../../structs/page';
import { NO_RANGES } from '../../lib/ranges';
import type { World } from '../../world/world';

/**
 * dma_map_single(device, address, len, DMA_TO_DEVICE): a driver's own mapping of bytes that it sends. A pool may have
 * another mapping of the same page, so `page.mapping` is left to the pool. Returns null if the bytes could not be
 * mapped.
 *
 * @param page - null for a kmalloc object, which has no counted page
 */
export function dmaMapSingle(
  world: World,
  device: Device,
  page: Page | null,
  offset: number,
  size: number,
): DmaMapping | null {
  if (world.abi.dmaOps && world.allocFails()) return null;
  const mapped = page ?? new Page();
  const address = device.nextAddress;
  device.nextAddress += world.abi.pageSize << mapped.order;
  const mapping: DmaMapping = {
    ...{ device, page: mapped, address, offset, size, direction: DMA_TO_DEVICE },
    ...{ cpuOwned: NO_RANGES, promisedCpuOwned: NO_RANGES },
  };
  device.mappings.add(mapping);
  if (page === null) device.objectMappings++;
  device.maps++;
  world.work.dmaMaps++;
  mapped.mappings++;
  if (page !== null) world.touchPage(page);
  return mapping;
}
