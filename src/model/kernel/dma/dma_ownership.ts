import { DMA_TO_DEVICE } from '../../structs/device';
import type { DmaMapping, Page, PageRef } from '../../structs/page';
import { addRange, intersects, subtractRange } from '../../lib/ranges';
import type { World } from '../../world/world';

/*
 * Ownership of the bytes of a mapped page, by the DMA API's rules (Documentation/core-api/dma-api.rst, "streaming"):
 * between sync-for-device and sync-for-cpu the bytes are the device's. A mapping has two accounts: `cpuOwned` has the
 * bytes that the syncs gave to the CPU, `promisedCpuOwned` those that the CPU owns as far as the driver knows. The two
 * differ only if the pool promised a sync (PP_FLAG_DMA_SYNC_DEV) and did not do it. Contracts use the promise,
 * violations the truth.
 */

/**
 * Returns whether the CPU may read bytes [offset, offset + len) of the compound page that `ref` points to. Bytes that a
 * device wrote need a sync-for-cpu first. `offset` counts from the start of the compound page, as ref.offset does.
 */
export function cpuMayRead(_world: World, ref: PageRef, offset: number, len: number): boolean {
  return !mappedByHand(ref.page) && !intersects(ref.page.deviceDirty, offset, offset + len);
}

/**
 * Returns whether the page is mapped by dma_map_page and not by its pool. Its references then stay where they are until
 * dma_unmap_page.
 */
export function mappedByHand(page: Page): boolean {
  return page.mapping !== null && page.mapping.address !== page.dmaAddr;
}

/**
 * Returns whether the driver, as far as it can know, may let the device write bytes [offset, offset + len) of the page.
 */
export function deviceMayWrite(mapping: DmaMapping, offset: number, len: number): boolean {
  if (mapping.direction === DMA_TO_DEVICE || offset < mapping.offset || offset + len > mapping.offset + mapping.size)
    return false;
  return !intersects(mapping.promisedCpuOwned, offset, offset + len);
}

/**
 * Notes that the CPU took bytes for itself (an skb is built over them). The device must not write there before the next
 * sync.
 */
export function cpuTakes(page: Page, offset: number, len: number): void {
  const mapping = page.mapping;
  if (mapping === null || len <= 0) return;
  mapping.cpuOwned = addRange(mapping.cpuOwned, offset, offset + len);
  mapping.promisedCpuOwned = addRange(mapping.promisedCpuOwned, offset, offset + len);
}

/** Accounts for a sync-for-cpu of [from, to). */
export function ownByCpu(mapping: DmaMapping, from: number, to: number): void {
  cpuTakes(mapping.page, from, to - from);
  mapping.page.deviceDirty = subtractRange(mapping.page.deviceDirty, from, to);
}

/** Accounts for a sync-for-device of [from, to). */
export function ownByDevice(mapping: DmaMapping, from: number, to: number): void {
  mapping.cpuOwned = subtractRange(mapping.cpuOwned, from, to);
  mapping.promisedCpuOwned = subtractRange(mapping.promisedCpuOwned, from, to);
}

/**
 * Notes that the device writes [offset, offset + len). The bytes must be the device's in truth, not only by promise.
 */
export function deviceWrites(world: World, page: Page, offset: number, len: number): void {
  const mapping = page.mapping;
  if (mapping === null) return;
  if (intersects(mapping.cpuOwned, offset, offset + len)) {
    world.violate(
      'dma-ownership',
      'page',
      `the device writes bytes ${offset}..${offset + len} of page#${page.id}, of which the CPU owns ` +
        `${rangesText(mapping.cpuOwned)} (no sync-for-device)`,
    );
  }
  page.deviceDirty = addRange(page.deviceDirty, offset, offset + len);
}

function rangesText(ranges: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < ranges.length; i += 2) parts.push(`${ranges[i]}..${ranges[i + 1]}`);
  return parts.join(', ');
}
