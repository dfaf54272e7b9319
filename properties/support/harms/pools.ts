import { Page } from '../../../src/model/structs/page';
import { PagePool } from '../../../src/model/structs/page_pool';
import type { World } from '../../../src/model/world/world';
import { FRAGS as PAGED } from './paged';
import { harmsTo, type Harm } from './harm';

const POOL = 'pool1 = page_pool_create(pool_size: 16, flags: dma_map|dma_sync_dev)\n';
export const OUT = `${POOL}page1 = page_pool_alloc_pages(pool: pool1)\n`;
export const IN_RING = `${OUT}page_pool_put_full_page(page: page1)\n`;
const TWO_IN_RING = `${OUT}page2 = page_pool_alloc_pages(pool: pool1)
page_pool_put_full_page(page: page1)
page_pool_put_full_page(page: page2)\n`;
/** Five more pages, and five in the ring. */
const FIVE =
  [2, 3, 4, 5, 6].map((i) => `page${i} = page_pool_alloc_pages(pool: pool1)\n`).join('') +
  [2, 3, 4, 5, 6].map((i) => `page_pool_put_full_page(page: page${i})\n`).join('');
export const DEVICE = `device1 = device_add()
pool1 = page_pool_create(device: device1, pool_size: 16, flags: dma_map)
page1 = page_pool_alloc_pages(pool: pool1)
`;
export const PLAIN_POOL = 'pool1 = page_pool_create(pool_size: 16)\npage1 = page_pool_alloc_pages(pool: pool1)\n';
export const MAPPED = `device1 = device_add()
page1 = alloc_pages()
mapping1 = dma_map_page(device: device1, page: page1)
`;
const FRAGMENTS = `pool1 = page_pool_create(pool_size: 16, flags: page_frag)
page1 = page_pool_alloc_frag(pool: pool1, size: 1000)
page2 = page_pool_alloc_frag(pool: pool1, size: 1000)
`;
export const RECYCLING = `${OUT}device_write(page: page1, len: 64)
dma_sync_single_for_cpu(page: page1, len: 64)
skb1 = alloc_skb(size: 256)
skb_mark_for_recycle(skb: skb1)
skb_add_rx_frag(skb: skb1, page: page1, size: 64, truesize: 4096)
`;
export const MEM_INFO = `pool1 = page_pool_create(pool_size: 16)
page1 = page_pool_alloc_pages(pool: pool1)
skb1 = build_skb(page: page1, frag_size: 4096)
skb_set_mem_info(skb: skb1)
pool2 = page_pool_create(pool_size: 16)
`;

const pool = (w: World): PagePool => w.pools[0];
const out = (w: World): Page => w.pages.find((one) => one.ppSignature && one.poolSlots === 0) as Page;
const resting = (w: World): Page => pool(w).ring[0];

/** Pools, their pages, and DMA. */
export const POOL_HARMS: readonly Harm[] = [
  ...harmsTo(
    'page-refcount',
    IN_RING,
    {
      'a page that rests untouched is counted twice': (w) => {
        w.beginCommand(0, 0);
        resting(w).refcount++;
      },
    },
    { untouched: true },
  ),
  ...harmsTo(
    'recycled-is-exclusive',
    IN_RING,
    {
      'a page is said to be in two slots': (w) => resting(w).poolSlots++,
    },
    { anyTimes: true },
  ),
  ...harmsTo('returns-to-its-pool, dma-mapped-once', IN_RING, {
    'a page in a ring has no signature': (w) => (resting(w).ppSignature = false),
    'a page in a ring has no pool': (w) => (resting(w).pp = null),
  }),
  ...harmsTo('returns-to-its-pool', IN_RING, {
    'a page in a ring is free': (w) => (resting(w).freed = true),
  }),
  ...harmsTo('', IN_RING, {
    'the ring is full': (w) => (pool(w).poolSize = 1),
    'the cache is full': (w) => (w.abi = { ...w.abi, ppAllocCacheSize: pool(w).cache.length }),
    'a page that rests counts its last user': (w) => (resting(w).ppRefCount = 7),
    'the CPU owns the byte in front of those that the device may write': (w) => {
      const { mapping } = resting(w);
      pool(w).offset = 64;
      if (mapping !== null) mapping.cpuOwned = [0, 64];
    },
    'the CPU owns bytes, and the pool does not sync': (w) => {
      const { mapping } = resting(w);
      pool(w).dmaSync = false;
      if (mapping !== null) mapping.cpuOwned = [0, 4096];
    },
  }),
  ...harmsTo(
    'recycled-is-exclusive',
    `pool1 = page_pool_create(pool_size: 0)
page1 = page_pool_alloc_pages(pool: pool1)
page_pool_put_full_page(page: page1)\n`,
    {
      'a ring whose driver named no size has 1024 slots': (w) => {
        const [rests] = pool(w).ring;
        while (pool(w).ring.length < 1024) pool(w).ring.push(rests);
        pool(w).holdCnt += 1023;
        rests.poolSlots = 1024;
      },
    },
  ),
  ...harmsTo(
    'recycled-is-exclusive, ring-bounds',
    `pool1 = page_pool_create(pool_size: 0)
page1 = page_pool_alloc_pages(pool: pool1)
page_pool_put_full_page(page: page1)\n`,
    {
      'a ring whose driver named no size has 1025 pages': (w) => {
        const [rests] = pool(w).ring;
        while (pool(w).ring.length < 1025) pool(w).ring.push(rests);
        pool(w).holdCnt += 1024;
        rests.poolSlots = 1025;
      },
    },
  ),
  ...harmsTo('recycled-is-exclusive, ring-bounds', IN_RING, {
    'a ring has more than 16384 pages': (w) => {
      const rests = resting(w);
      pool(w).poolSize = 20000;
      while (pool(w).ring.length < 16385) pool(w).ring.push(rests);
      pool(w).holdCnt += 16384;
      rests.poolSlots = 16385;
    },
  }),
  ...harmsTo('recycled-is-exclusive', IN_RING, {
    'a ring of 16384 pages': (w) => {
      const rests = resting(w);
      pool(w).poolSize = 20000;
      while (pool(w).ring.length < 16384) pool(w).ring.push(rests);
      pool(w).holdCnt += 16383;
      rests.poolSlots = 16384;
    },
  }),
  ...harmsTo('returns-to-its-pool, dma-mapped-once', TWO_IN_RING, {
    'the first of two pages in a ring has no pool': (w) => (resting(w).pp = null),
  }),
  ...harmsTo(
    'returns-to-its-pool',
    OUT + FIVE,
    {
      'a page deep in a ring is free': (w) => {
        w.beginCommand(0, 0);
        resting(w).freed = true;
      },
      'a page at the bottom of a cache is free': (w) => {
        w.beginCommand(0, 0);
        pool(w).cache[0].freed = true;
      },
    },
    { untouched: true },
  ),
  ...harmsTo('returns-to-its-pool', OUT + FIVE, {
    'the last page but three of a ring is free': (w) => (pool(w).ring[1].freed = true),
    'the page on top of a cache is free': (w) => (pool(w).cache[pool(w).cache.length - 1].freed = true),
  }),
  ...harmsTo(
    'recycled-is-exclusive, page-refcount',
    IN_RING,
    {
      'a page in a ring is said to be in none': (w) => {
        w.beginCommand(0, 0);
        resting(w).poolSlots = 0;
      },
    },
    { untouched: true },
  ),
  ...harmsTo(
    'no-use-after-free',
    MEM_INFO,
    {
      'a head that is free is of no pool': (w) => {
        w.skbs[0].data.freed = true;
        w.skbs[0].memInfo = w.pools[1];
      },
    },
    { profile: 'rfc-2018' },
  ),
  ...harmsTo('', PAGED, {
    'the pool of a page that was once its own is free': (w) =>
      (w.pages[0].pp = Object.assign(new PagePool(), { freed: true })),
  }),
  ...harmsTo('pool-refcount', OUT, {
    'a page that is out has no user by its count': (w) => (out(w).ppRefCount = 0),
  }),
  ...harmsTo(
    'pool-refcount',
    FRAGMENTS,
    {
      'a fragment is not counted': (w) => out(w).ppRefCount--,
    },
    { profile: 'linux-6.1' },
  ),
  ...harmsTo(
    '',
    OUT,
    { 'without fragments 6.1 has no count': (w) => (out(w).ppRefCount = 5) },
    { profile: 'linux-6.1' },
  ),
  ...harmsTo('pool-inflight', OUT, {
    'a page is not counted as handed out': (w) => pool(w).holdCnt--,
    'a return is not counted': (w) => pool(w).releaseCnt--,
  }),
  ...harmsTo('dma-mapped-once', OUT, {
    'a page of a pool is mapped twice': (w) => out(w).mappings++,
  }),
  ...harmsTo('dma-mapped-once', PLAIN_POOL, {
    'a page of a pool that does not map is mapped': (w) => out(w).mappings++,
  }),
  ...harmsTo('dma-mapped-once', DEVICE, {
    'a device was removed with a page mapped': (w) => (w.devices[0].gone = true),
  }),
  ...harmsTo('dma-mapped-once', MAPPED, {
    'a device was removed with its last page mapped': (w) => (w.devices[0].gone = true),
  }),
  ...harmsTo(
    'dma-mapped-once',
    `device1 = device_add()
pool1 = page_pool_create(device: device1, pool_size: 16)
page1 = page_pool_alloc_pages(pool: pool1)\n`,
    {
      'a page of a pool that has a device and does not map is mapped': (w) => out(w).mappings++,
    },
  ),
  ...harmsTo('', `${PLAIN_POOL}page2 = alloc_pages()\nput_page(page: page2)\n`, {
    'a page of the allocator is not checked': (w) => {
      const page = new Page();
      Object.assign(page, { freed: true, refcount: 7, mappings: 3, ppSignature: true, pp: pool(w), ppRefCount: 9 });
      w.touchPage(page);
    },
  }),
  ...harmsTo(
    '',
    `${PAGED}pool1 = page_pool_create(pool_size: 16)\n`,
    {
      'a frag in a page that was once of a pool': (w) => (w.skbs[0].data.frags[0].page.pp = pool(w)),
    },
    { profile: 'rfc-2018' },
  ),
  ...harmsTo('', 'device1 = device_add()\n', { 'a device without mappings goes': (w) => (w.devices[0].gone = true) }),
  ...harmsTo('dma-mapped-once', MAPPED, {
    'a driver mapped a page, and it is not': (w) => w.pages[0].mappings--,
  }),
  ...harmsTo(
    'dma-mapped-once',
    OUT,
    {
      'a pool was scrubbed, and its pages are mapped still': (w) => (pool(w).destroyCnt = 1),
    },
    { times: 16 },
  ),
  ...harmsTo(
    '',
    OUT,
    { 'a pool of 6.1 was scrubbed, and its page is mapped still': (w) => (pool(w).destroyCnt = 1) },
    {
      profile: 'linux-6.1',
    },
  ),
  ...harmsTo('dma-address-kept', `${OUT}page2 = page_pool_alloc_pages(pool: pool1)\n`, {
    'a page stores the address of another': (w) => {
      const pages = w.pages.filter((one) => one.pp === pool(w) && one.poolSlots === 0);
      pages[0].dmaAddr = pages[1].dmaAddr;
    },
  }),
  ...harmsTo('', OUT, {
    'a pool without a device knows no address': (w) => {
      pool(w).device = null;
      out(w).dmaAddr = 0;
    },
  }),
  ...harmsTo('dma-ownership', RECYCLING, {
    'a frag shows a byte that was not synced': (w) => (w.skbs[0].data.frags[0].page.deviceDirty = [63, 64]),
    'a frag shows its first byte unsynced': (w) => (w.skbs[0].data.frags[0].page.deviceDirty = [0, 1]),
  }),
  ...harmsTo('', RECYCLING, {
    'the byte behind a frag is not synced': (w) => (w.skbs[0].data.frags[0].page.deviceDirty = [64, 4096]),
  }),
  ...harmsTo(
    'returns-to-its-pool',
    MEM_INFO,
    {
      'an skb names another pool': (w) => (w.skbs[0].memInfo = w.pools[1]),
    },
    { profile: 'rfc-2018' },
  ),
  ...harmsTo('pool-inflight', RECYCLING, {
    'an skb with a page of a pool is not marked for recycling': (w) => (w.skbs[0].ppRecycle = false),
  }),
];
