import type { CostPath } from './path';

const PROFILE = 'linux-6.12';
const BYTES = 1500;
/** build_skb in a page with XDP's headroom and room for the shared_info. */
const BUILD = [
  'skb$ = build_skb(page: page$, frag_size: 4096)',
  'skb_reserve(skb: skb$, len: 256)',
  `skb_put(skb: skb$, len: ${BYTES})`,
];
const POOL = ['pool1 = page_pool_create(pool_size: 64, flags: dma_map|dma_sync_dev, offset: 256, max_len: 3520)'];
const FROM_POOL = [
  'page$ = page_pool_alloc_pages(pool: pool1)',
  `device_write(page: page$, offset: 256, len: ${BYTES})`,
  `dma_sync_single_for_cpu(page: page$, offset: 256, len: ${BYTES})`,
];

/** Recycling against the page allocator (seed 003), option A against option B (seed 001). */
export const RECEIVE_PATHS: readonly CostPath[] = [
  {
    name: 'page-pool',
    title: 'pool page, skb built in it and marked, page back in the pool when the skb is freed',
    group: 'recycling',
    source: 'seed 003: page_pool recycling against the page allocator',
    profile: PROFILE,
    setup: POOL,
    packet: [...FROM_POOL, ...BUILD, 'skb_mark_for_recycle(skb: skb$)', 'consume_skb(skb: skb$, context: napi)'],
    bytes: BYTES,
  },
  {
    name: 'page-allocator',
    title: 'page from the allocator, mapped and unmapped for each packet, freed with the skb',
    group: 'recycling',
    source: 'seed 003: page_pool recycling against the page allocator',
    profile: PROFILE,
    setup: ['device1 = device_add()'],
    packet: [
      'page$ = alloc_pages(order: 0)',
      'mapping$ = dma_map_page(device: device1, page: page$, dir: from_device)',
      `device_write(page: page$, offset: 256, len: ${BYTES})`,
      'dma_unmap_page(mapping: mapping$)',
      ...BUILD,
      'consume_skb(skb: skb$, context: napi)',
    ],
    bytes: BYTES,
  },
];
