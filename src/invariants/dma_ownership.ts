import type { Page } from '../model/structs/page';
import { intersects } from '../model/lib/ranges';
import type { SkbData } from '../model/structs/sk_buff';
import type { World } from '../model/world/world';
import type { Invariant } from './invariant';

/**
 * The model reports a device's write to bytes that the CPU owns when it happens (model/kernel/dma/dma_ownership.ts).
 * The checks here look at the bytes that a syncing pool keeps for the device, and at those that skbs show to the CPU.
 */
export const DMA_OWNERSHIP: Invariant = {
  name: 'dma-ownership',
  statement:
    'the CPU reads only after sync-for-cpu, the device writes only after sync-for-device, within max_len; ' +
    'the direction of the mapping allows both',
  source: 'page_pool_dma_sync_for_device (6.1 and 6.12); Documentation/core-api/dma-api.rst, "streaming DMA mappings"',
  check(world, walk) {
    let objects = 0;
    for (const page of walk.pages) objects += checkResting(world, page);
    return objects;
  },
};

/** Returns 1 when the page rests in a pool that keeps it for the device, else 0. */
export function checkResting(world: World, page: Page): number {
  const pool = page.pp;
  if (page.freed || page.poolSlots === 0 || page.mapping === null || pool === null || !pool.dmaSync) return 0;
  if (intersects(page.mapping.cpuOwned, pool.offset, pool.offset + pool.maxLen)) {
    world.violate(
      'dma-ownership',
      'page',
      `page#${page.id} rests in pool#${pool.id}, which promises it to the device, but the CPU owns bytes of it`,
    );
  }
  return 1;
}

/** Payload is bytes that the CPU may read. Returns how many frags are in pages that a device wrote. */
export function checkReadableFrags(world: World): number {
  let frags = 0;
  for (const data of world.datas) frags += checkFrags(world, data);
  return frags;
}

export function checkFrags(world: World, data: SkbData): number {
  let frags = 0;
  for (let i = 0; i < data.nrFrags; i++) {
    const frag = data.frags[i];
    if (frag.page.deviceDirty.length === 0) continue;
    frags++;
    if (intersects(frag.page.deviceDirty, frag.offset, frag.offset + frag.size)) {
      world.violate(
        'dma-ownership',
        'page',
        `frag ${i} of data#${data.id} shows bytes of page#${frag.page.id} that a device wrote ` +
          'and no sync gave to the CPU',
      );
    }
  }
  return frags;
}
