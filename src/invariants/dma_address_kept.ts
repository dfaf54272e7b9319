import type { Page } from '../model/structs/page';
import { PP_FLAG_DMA_MAP } from '../model/structs/page_pool';
import { looksLikeTail, pagePoolGetDmaAddr } from '../model/mm/struct_page';
import type { World } from '../model/world/world';
import type { Invariant } from './invariant';

export const DMA_ADDRESS_KEPT: Invariant = {
  name: 'dma-address-kept',
  statement:
    'the address read back from struct page is the one at which the page is mapped; it never looks like a ' +
    'compound_head pointer',
  source:
    'page_pool_get_dma_addr (6.1 and 6.12); 9ddb3c14afba; ' +
    'Brouer, "page_pool return-hook via SKB" (2018), "DMA addr in struct page"',
  check(world, walk) {
    let pages = 0;
    for (const page of walk.pages) pages += checkAddress(world, page);
    return pages;
  },
};

/** 1 when the page is mapped by its pool. */
export function checkAddress(world: World, page: Page): number {
  const pool = page.pp;
  // No field of the page holds the address of a mapping that a driver made beside the pool.
  if (page.mappings === page.seenMappings || page.freed || !page.ppSignature || pool === null || pool.device === null)
    return 0;
  if ((pool.flags & PP_FLAG_DMA_MAP) === 0) return 0;
  const address = pagePoolGetDmaAddr(world, page);
  const mapping = pool.device.mappings.get(address);
  if (mapping === undefined || mapping.page !== page) {
    world.violate(
      'dma-address-kept',
      'page',
      `the words of page#${page.id} say DMA address 0x${address.toString(16)}, where its device has ` +
        `${mapping === undefined ? 'no mapping' : 'another page'}; stored was 0x${page.dmaAddr.toString(16)}`,
    );
  }
  if (looksLikeTail(world, page))
    world.violate(
      'dma-address-kept',
      'page',
      `page#${page.id} stores DMA address 0x${page.dmaAddr.toString(16)}, of which bit 0 of compound_head reads ` +
        'as a tail page',
    );
  return 1;
}
