import { PP_FLAG_DMA_MAP } from '../model/page_pool_struct';
import type { Invariant } from './invariant';

export const DMA_ADDRESS_KEPT: Invariant = {
  name: 'dma-address-kept',
  statement:
    'the address read back from struct page is the one at which the page is mapped; it never looks like a compound_head pointer',
  source: 'page_pool_get_dma_addr (6.1 and 6.12); 9ddb3c14afba; ../shared/seeds 004, "DMA addr in struct page"',
  check(world, walk) {
    let pages = 0;
    for (const page of walk.pages) {
      const pool = page.pp;
      if (
        page.freed ||
        !page.ppSignature ||
        pool === null ||
        pool.device === null ||
        (pool.flags & PP_FLAG_DMA_MAP) === 0
      )
        continue;
      if (page.mappings === 0) continue;
      pages++;
      const mapping = pool.device.mappings.get(page.dmaAddr);
      if (mapping === undefined || mapping.page !== page) {
        world.violate(
          'dma-address-kept',
          'page',
          `page#${page.id} stores DMA address ${page.dmaAddr}, where its device has ${mapping === undefined ? 'no mapping' : 'another page'}`,
        );
      }
      if ((page.dmaAddr & 1) !== 0)
        world.violate(
          'dma-address-kept',
          'page',
          `page#${page.id} stores DMA address ${page.dmaAddr}, whose bit 0 reads as a tail page`,
        );
    }
    return pages;
  },
};
