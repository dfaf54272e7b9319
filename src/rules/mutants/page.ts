import { POOL_SKB, type Mutant } from './mutant';

/** Of pages and their pools: who maps, syncs, signs, counts and puts them. */
export const PAGE_MUTANTS: readonly Mutant[] = [
  {
    id: 'A2',
    title: 'destroying a pool leaves the pages mapped that are still out, and their device goes',
    source: 'ee62ce7a1d90',
    profile: 'linux-6.12',
    scenario: 'struct-page',
    changes: { destroyUnmapsOutstanding: false },
    expected: ['dma-mapped-once'],
    program: `device1 = device_add()
pool1 = page_pool_create(device: device1, pool_size: 16, flags: dma_map)
page1 = page_pool_alloc_pages(pool: pool1)
page_pool_destroy(pool: pool1)
device_remove(device: device1)
`,
  },
  {
    id: 'A2-twice',
    title: 'a page that the destroyed pool has unmapped is unmapped again when it comes back',
    source: 'ee62ce7a1d90, without the table of mapped pages',
    profile: 'linux-6.12',
    changes: { tracksDmaMappings: false },
    expected: ['dma-mapped-once'],
    program: `pool1 = page_pool_create(pool_size: 16, flags: dma_map)
page1 = page_pool_alloc_pages(pool: pool1)
`,
  },
  {
    id: 'A4',
    title: 'PP_MAGIC_MASK leaves so little of the word that kernel pointers pass for the signature of a pool',
    source: '95920c2ed02b (CVE-2025-40199)',
    profile: 'linux-6.12-ilp32',
    scenario: 'struct-page',
    changes: { signatureMask: 'too_wide' },
    expected: ['returns-to-its-pool'],
    program: `page1 = alloc_pages()
folio_add_lru(page: page1, next: 16)
device_write(page: page1, len: 1)
skb1 = alloc_skb(size: 0)
skb_add_rx_frag(skb: skb1, page: page1, size: 1, truesize: 1)
skb_mark_for_recycle(skb: skb1)
`,
  },
  {
    id: 'A5',
    title: 'the signature is compared without masking the low bits: a pfmemalloc page of a pool looks foreign',
    source: '0fa32ca438b4 "page_pool: mask the page->signature before the checking"',
    profile: 'linux-6.1',
    scenario: 'struct-page',
    changes: { signatureMask: 'none' },
    expected: ['returns-to-its-pool', 'pool-inflight', 'page-refcount', 'dma-mapped-once'],
    program: `pool1 = page_pool_create(pool_size: 16)
page1 = page_pool_alloc_pages(pool: pool1)
set_page_pfmemalloc(page: page1)
skb1 = build_skb(page: page1, frag_size: 4096)
`,
  },
  {
    id: 'A6',
    title: 'a dma_addr_t of two words starts on compound_head: an odd upper half makes the page look like a tail page',
    source: '9ddb3c14afba "mm: fix struct page layout on 32-bit systems", of c25fff7171be',
    profile: 'rfc-2018-ilp32-dma64',
    scenario: 'struct-page',
    changes: { dmaAddrLayout: 'union' },
    expected: ['dma-address-kept'],
    program: `device1 = device_add()
device_set_dma_window(device: device1, upper: 1)
pool1 = page_pool_create(device: device1, pool_size: 16, flags: dma_map)
page1 = page_pool_alloc_pages(pool: pool1)
`,
  },
  {
    id: 'A6-private',
    title: 'the DMA address is stored in page->private, an unsigned long: its upper half is lost',
    source: '../shared/seeds 004, "RFC-feedback": page->private is only 32-bit on 32-bit architectures',
    profile: 'rfc-2018-ilp32-dma64',
    scenario: 'struct-page',
    changes: { dmaAddrLayout: 'private' },
    expected: ['dma-address-kept', 'dma-ownership', 'dma-mapped-once'],
    program: `device1 = device_add()
device_set_dma_window(device: device1, upper: 1)
pool1 = page_pool_create(device: device1, pool_size: 16, flags: dma_map)
page1 = page_pool_alloc_pages(pool: pool1)
`,
  },
  {
    id: 'A6-frag-count',
    title: 'pp_frag_count overwrites the upper half of the DMA address, which is the same word',
    source: 'd00e60ee54b1 "page_pool: disable dma mapping support for 32-bit arch with 64-bit DMA"',
    profile: 'linux-6.1-ilp32-dma64',
    scenario: 'struct-page',
    changes: { fragsNeedOwnWord: false },
    expected: ['dma-address-kept', 'dma-ownership', 'dma-mapped-once'],
    program: `pool1 = page_pool_create(pool_size: 16, flags: dma_map|page_frag)
page1 = page_pool_alloc_frag(pool: pool1, size: 64)
`,
  },
  {
    id: 'A6-shifted',
    title: 'a DMA address that does not fit into one word when it is shifted is stored all the same',
    source: 'page_pool_set_dma_addr_netmem (6.12): "if this compression doesn\'t work we need to drop"',
    profile: 'linux-6.12-ilp32-dma64',
    scenario: 'struct-page',
    changes: { dmaAddrLossRefused: false },
    expected: ['dma-address-kept', 'dma-ownership', 'dma-mapped-once'],
    program: `device1 = device_add()
device_set_dma_window(device: device1, upper: 4096)
pool1 = page_pool_create(device: device1, pool_size: 16, flags: dma_map)
page1 = page_pool_alloc_pages(pool: pool1)
`,
  },
  {
    id: 'A12',
    title: 'a page of the emergency reserves is recycled',
    source: '__page_pool_put_page: !page_is_pfmemalloc(page), all versions',
    profile: 'linux-6.12',
    scenario: 'struct-page',
    changes: { recycleRefusesPfmemalloc: false },
    expected: ['recycled-is-exclusive'],
    program: `pool1 = page_pool_create(pool_size: 16)
page1 = page_pool_alloc_pages(pool: pool1)
set_page_pfmemalloc(page: page1)
`,
  },
  {
    id: 'A14',
    title: 'a driver puts a page to its pool twice',
    source: '1b7e585c04cd "net: libwx: remove duplicate page_pool_put_full_page()" (CVE-2025-38490)',
    profile: 'linux-6.12',
    changes: { driverPutsOnce: false },
    expected: [
      ...['recycled-is-exclusive', 'pool-refcount', 'pool-inflight', 'no-double-free', 'returns-to-its-pool'],
      'dma-ownership',
    ],
    program: `pool1 = page_pool_create(pool_size: 16)
page1 = page_pool_alloc_pages(pool: pool1)
`,
  },
  {
    id: 'B10',
    title: 'a driver builds an skb around a page of its pool and forgets to mark it for recycling',
    source: '037965402a01 "xen-netfront: Add missing skb_mark_for_recycle" (CVE-2024-27393)',
    profile: 'linux-6.12',
    changes: { driverMarksForRecycle: false },
    expected: ['pool-inflight', 'returns-to-its-pool', 'page-refcount', 'pool-refcount'],
    program: POOL_SKB,
  },
  {
    id: 'S1-recycle-unsynced',
    title: 'a page is recycled without giving it back to the device, although the pool promises the sync',
    source: '../shared/seeds 004, "Using DMA_ATTR_SKIP_CPU_SYNC"; page_pool_dma_sync_for_device',
    profile: 'linux-6.12',
    changes: { recycleSyncsForDevice: false },
    expected: ['dma-ownership'],
    program: `pool1 = page_pool_create(pool_size: 16, flags: dma_map|dma_sync_dev)
page1 = page_pool_alloc_pages(pool: pool1)
dma_sync_single_for_cpu(page: page1, len: 1)
`,
  },
  {
    id: 'S2-map-unsynced',
    title: 'a page that was mapped without a sync goes to the device without one',
    source: '../shared/seeds 004, "Using DMA_ATTR_SKIP_CPU_SYNC"; page_pool_dma_map',
    profile: 'linux-6.12',
    changes: { mapSyncsForDevice: false },
    expected: ['dma-ownership'],
    program: `pool1 = page_pool_create(pool_size: 16, flags: dma_map|dma_sync_dev)
page1 = page_pool_alloc_pages(pool: pool1)
`,
  },
];
