import type { Device } from '../../../structs/device';
import { dmaMapPage, MAPPED_FOR_DEVICE, dmaSyncSingleForDevice, dmaUnmapPage } from '../../../kernel/dma/dma_map';
import type { Page } from '../../../structs/page';
import { PP_FLAG_DMA_MAP, type PagePool } from '../../../structs/page_pool';
import type { Ranges } from '../../../lib/ranges';
import { pagePoolGetDmaAddr, pagePoolSetDmaAddr } from '../../../mm/struct_page';
import type { World } from '../../../world/world';

const WHOLE_PAGES: Ranges[] = [];

/** Returns the range of all bytes of a page, as one shared array for each size. */
export function wholePage(world: World, order: number): Ranges {
  const size = world.abi.pageSize << order;
  const known = WHOLE_PAGES[order];
  if (known !== undefined && known[1] === size) return known;
  return (WHOLE_PAGES[order] = [0, size]);
}

/** page_pool_dma_map(). Returns false when the device cannot map the page. */
export function pagePoolDmaMap(world: World, pool: PagePool, page: Page): boolean {
  const device = pool.device as Device;
  const size = world.abi.pageSize << pool.order;
  // DMA_ATTR_SKIP_CPU_SYNC: the CPU owns all bytes until the first sync.
  const cpuOwned = world.rules.poolSkipsCpuSync ? wholePage(world, pool.order) : MAPPED_FOR_DEVICE;
  const mapping = dmaMapPage(world, device, page, 0, size, pool.dmaDir, cpuOwned);
  if (mapping === null) return false;
  if (!pagePoolSetDmaAddr(world, page, mapping.address)) {
    // WARN_ONCE "unexpected DMA address": the words of struct page cannot hold it.
    page.dmaAddr = 0;
    dmaUnmapPage(world, device, mapping.address, size, true);
    return false;
  }
  if (world.rules.tracksDmaMappings) pagePoolRegisterDmaIndex(pool, page);
  if (pool.dmaSync && world.rules.mapSyncsForDevice) {
    // The result of the sync is known beforehand: one array that all pages of the pool share.
    // The sync then changes nothing.
    mapping.cpuOwned = pool.cpuOwnedAfterSync;
    mapping.promisedCpuOwned = pool.cpuOwnedAfterSync;
    dmaSyncSingleForDevice(world, device, pagePoolGetDmaAddr(world, page), pool.offset, pool.maxLen);
  }
  return true;
}

/** page_pool_register_dma_index() (6.12): takes the lowest free index from 1 on, as xa_alloc does. */
function pagePoolRegisterDmaIndex(pool: PagePool, page: Page): void {
  const slots = pool.dmaMapped;
  let index = pool.dmaLowestFree;
  while (index < slots.length && slots[index] !== null) index++;
  if (index === slots.length) slots.push(page);
  else slots[index] = page;
  pool.dmaLowestFree = index + 1;
  page.dmaIndex = index;
}

/**
 * page_pool_dma_sync_for_device(): gives a recycled page back to the device.
 *
 * @param dmaSyncSize - bytes from pool.offset on that the CPU may have touched; -1: all
 */
export function pagePoolDmaSyncForDevice(world: World, pool: PagePool, page: Page, dmaSyncSize: number): void {
  if (!pool.dmaSync || !world.rules.recycleSyncsForDevice) return;
  const size = dmaSyncSize < 0 ? pool.maxLen : Math.min(dmaSyncSize, pool.maxLen);
  dmaSyncSingleForDevice(world, pool.device as Device, pagePoolGetDmaAddr(world, page), pool.offset, size);
}

/**
 * __page_pool_unmap_netmem_dma() (6.12): only the CPU that takes the page out of pool->dma_mapped unmaps it.
 * That CPU must not read the page afterwards: the scrubber has no reference to it, and the second CPU puts the page at
 * once. So for a moment the allocator has a page that the first CPU has yet to unmap (6.12.117 does so).
 *
 * @param scrubs - the caller is page_pool_scrub, not page_pool_return_page
 */
function pagePoolUnmapDma(world: World, pool: PagePool, page: Page, scrubs: boolean): void {
  if ((pool.flags & PP_FLAG_DMA_MAP) === 0) return;
  let address = pagePoolGetDmaAddr(world, page);
  const { rules } = world;
  if (rules.tracksDmaMappings) {
    const index = page.dmaIndex;
    if (index === 0) return;
    world.preempt(scrubs ? 'page_pool_scrub: address read' : 'page_pool_return_page: address read');
    if (pool.dmaMapped[index] !== page) return;
    pool.dmaMapped[index] = null;
    if (index < pool.dmaLowestFree) pool.dmaLowestFree = index;
    page.unmapping++;
    world.preempt(
      scrubs ? 'page_pool_scrub: taken out of dma_mapped' : 'page_pool_return_page: taken out of dma_mapped',
    );
    page.unmapping--;
    if (!rules.unmapReadsAddressFirst) address = pagePoolGetDmaAddr(world, page);
  }
  const skip = rules.poolSkipsCpuSync;
  if (!skip) syncLosesWrites(world, page);
  dmaUnmapPage(world, pool.device as Device, address, world.abi.pageSize << pool.order, skip);
}

/**
 * Reports an unmap that syncs for the CPU while an skb head lies in the page.
 * The sync restores the bytes that the device wrote, over headers and payload that the CPU wrote since.
 */
function syncLosesWrites(world: World, page: Page): void {
  for (const data of world.datas) {
    if (data.page !== page || data.freed) continue;
    world.violate(
      'dma-ownership',
      'page',
      `page#${page.id} is unmapped without DMA_ATTR_SKIP_CPU_SYNC while the CPU writes head#${data.id} in it`,
    );
  }
}

/**
 * __page_pool_release_netmem_dma() (6.12), the first part of page_pool_release_page() (6.1). Needs a page reference.
 */
export function pagePoolReleaseDma(world: World, pool: PagePool, page: Page): void {
  if ((pool.flags & PP_FLAG_DMA_MAP) === 0) return;
  pagePoolUnmapDma(world, pool, page, false);
  page.dmaAddr = 0;
  page.dmaIndex = 0;
}

/** xa_for_each(&pool->dma_mapped) of the first scrub (6.12): unmaps only, because the scrub has no page references. */
export function pagePoolUnmapOutstanding(world: World, pool: PagePool): void {
  if (world.rules.tracksDmaMappings) {
    for (let index = 1; index < pool.dmaMapped.length; index++) {
      const page = pool.dmaMapped[index];
      if (page !== null) pagePoolUnmapDma(world, pool, page, true);
    }
    return;
  }
  // Without the table (a broken rule) pages are found by their pool.
  for (const page of world.pages) {
    if (page.pp === pool && page.ppSignature) pagePoolUnmapDma(world, pool, page, true);
  }
}
