import type { Device } from '../model/structs/device';
import type { Page } from '../model/structs/page';
import { PP_FLAG_DMA_MAP } from '../model/structs/page_pool';
import type { World } from '../model/world/world';
import type { Invariant } from './invariant';

export const DMA_MAPPED_ONCE: Invariant = {
  name: 'dma-mapped-once',
  statement:
    'a page is mapped exactly once while its pool owns it, unmapped exactly once, before it reaches the ' +
    'allocator and before the device is removed',
  source: 'page_pool_dma_map, page_pool_release_page (6.1); __page_pool_unmap_netmem_dma, ee62ce7a1d90 (6.12)',
  check(world, walk) {
    let pages = 0;
    for (const page of walk.pages) pages += checkMappings(world, page);
    return pages;
  },
};

/** Returns 1 when its pool owes the page a mapping, else 0. */
export function checkMappings(world: World, page: Page): number {
  if (page.freed) return 0;
  const pool = page.pp;
  // From the first scrub on the pool of a 6.12 kernel has unmapped every page that is still out.
  const unmappedByScrub = world.rules.destroyUnmapsOutstanding && pool !== null && pool.destroyCnt > 0;
  const ofPool = page.ppSignature && pool !== null && (pool.flags & PP_FLAG_DMA_MAP) !== 0 && !unmappedByScrub ? 1 : 0;
  const expected = ofPool + page.seenMappings;
  if (page.mappings !== expected)
    world.violate(
      'dma-mapped-once',
      'page',
      `page#${page.id} is mapped ${page.mappings === 1 ? 'once' : `${page.mappings} times`}, ${owners(expected)}`,
    );
  return ofPool;
}

/** Returns 0: the check counts the mapped pages. */
export function checkDevices(world: World): number {
  for (const device of world.devices) checkDevice(world, device);
  return 0;
}

export function checkDevice(world: World, device: Device): void {
  if (device.objectMappings > 0 || world.systems.ports.length > 0) checkObjects(world, device);
  if (device.gone && device.mappings.size > 0)
    world.violate(
      'dma-mapped-once',
      'device',
      `device#${device.id} was removed with ${device.mappings.size} pages still mapped`,
    );
}

/** A mapping of a kmalloc head is remembered in the transmit ring of a driver, or nobody can unmap it. */
function checkObjects(world: World, device: Device): void {
  let held = 0;
  for (const port of world.systems.ports) {
    if (port.device !== device) continue;
    for (const { mapping } of port.tx) if (mapping !== null && mapping.page.id === 0) held++;
  }
  if (held !== device.objectMappings)
    world.violate(
      'dma-mapped-once',
      'device',
      `device#${device.id} has ${device.objectMappings} heads of skbs mapped, transmit rings know of ${held}`,
    );
}

function owners(number: number): string {
  return number === 1 ? 'one owner of a mapping exists' : `${number} owners of a mapping exist`;
}
