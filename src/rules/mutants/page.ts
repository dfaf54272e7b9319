import { POOL_SKB, type Mutant } from './mutant';

/** Mutants of pages and their pools: maps, syncs, signatures, counts and puts. */
export const PAGE_MUTANTS: readonly Mutant[] = [
  {
    id: 'A1',
    title: 'page_pool_destroy frees a pool although pages are out: a page that comes back later finds no pool',
    source: 'c3f812cea0d7 "page_pool: do not release pool until inflight == 0."',
    profile: 'linux-6.12',
    changes: { destroyWaitsForInflight: false },
    expected: ['no-use-after-free'],
    program: `pool1 = page_pool_create(pool_size: 16)
page1 = page_pool_alloc_pages(pool: pool1)
page_pool_destroy(pool: pool1)
`,
  },
  {
    id: 'A2',
    title: 'page_pool_destroy leaves the pages that are still out mapped, and their device is removed',
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
skb1 = build_skb(page: page1, frag_size: 4096)
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
    source:
      'Brouer, "page_pool return-hook via SKB" (2018), "RFC-feedback": ' +
      'page->private is only 32-bit on 32-bit architectures',
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
    id: 'A13-driver',
    title: 'a driver releases a page from its pool as if that freed it, and never puts it',
    source: 'e38553bdc377 "net: fec: Use page_pool_put_full_page when freeing rx buffers" (CVE-2023-52998)',
    profile: 'linux-6.1',
    changes: { driverPutsReleasedPage: false },
    expected: ['page-refcount', 'no-leak'],
    program: `pool1 = page_pool_create(pool_size: 16)
page1 = page_pool_alloc_pages(pool: pool1)
page_pool_release_page(page: page1)
`,
  },
  {
    id: 'A13-put',
    title: 'a driver puts a page that its pool still counts and maps: the inverse of A13',
    source: 'e38553bdc377, the other way round; see 8baeef7616d5',
    profile: 'linux-6.12',
    changes: { driverPutsToPool: false },
    expected: ['returns-to-its-pool', 'page-refcount', 'pool-inflight', 'pool-refcount', 'dma-mapped-once'],
    program: `pool1 = page_pool_create(pool_size: 16)
page1 = page_pool_alloc_pages(pool: pool1)
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
    id: 'A14-keeps',
    title: 'a driver puts a page to its pool and goes on using it',
    source: '1b7e585c04cd "net: libwx: remove duplicate page_pool_put_full_page()" (CVE-2025-38490)',
    profile: 'linux-6.12',
    changes: { driverForgetsPutPage: false },
    expected: ['recycled-is-exclusive', 'pool-refcount', 'page-refcount', 'pool-inflight', 'returns-to-its-pool'],
    program: `pool1 = page_pool_create(pool_size: 16)
page1 = page_pool_alloc_pages(pool: pool1)
`,
  },
  {
    id: 'A15',
    title: 'a buffer that does not become a frag of its packet is forgotten',
    source: '285fa6b1e03c "net: airoha: Fix memory leak in airoha_qdma_rx_process()" (CVE-2026-43102)',
    profile: 'linux-6.12',
    scenario: 'driver',
    changes: { driverPutsUnlinkedFrag: false },
    expected: ['page-refcount', 'pool-inflight', 'no-leak'],
    program: `device1 = device_add()
port1 = mvneta_probe(device: device1, ring: 4, txq: 8)
mvneta_change_mtu(port: port1, mtu: 3497)
pool1 = mvneta_open(port: port1)
mvneta_receive(port: port1, len: 3515)
mvneta_poll(port: port1, budget: 2)
`,
  },
  {
    id: 'A17',
    title:
      'a driver releases a page from its pool twice: the count in flight becomes negative, and the worker waits ' +
      'for ever',
    source: '43130d02baa1 "page_pool: avoid infinite loop to schedule delayed worker" (CVE-2025-37859)',
    profile: 'linux-6.1',
    changes: { driverReleasesOnce: false },
    expected: ['pool-inflight', 'dma-mapped-once'],
    program: `pool1 = page_pool_create(pool_size: 16)
page1 = page_pool_alloc_pages(pool: pool1)
page_pool_release_page(page: page1)
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
    id: 'B11',
    title: 'a driver marks every skb that it allocates, and a page on a list passes for one of a pool',
    source:
      '5597dd284ff8 "net: ti: icssg-prueth: fix missing data copy and wrong recycle in ZC RX dispatch" ' +
      '(CVE-2026-43039), with 95920c2ed02b',
    profile: 'linux-6.12-ilp32',
    scenario: 'struct-page',
    changes: { driverMarksOnlyPoolSkbs: false, signatureMask: 'too_wide' },
    expected: ['returns-to-its-pool'],
    program: `page1 = alloc_pages()
folio_add_lru(page: page1, next: 16)
device_write(page: page1, len: 1)
skb1 = alloc_skb(size: 0)
skb_add_rx_frag(skb: skb1, page: page1, size: 1, truesize: 1)
`,
  },
  {
    id: 'B11-plain',
    title: 'a driver marks an skb that has plain references to pages of a pool',
    source: "5597dd284ff8 (CVE-2026-43039): skb_mark_for_recycle where the pages are not the skb's to recycle",
    profile: 'linux-6.12',
    changes: { markMayMeetPlainReferences: true },
    expected: ['pool-refcount', 'page-refcount', 'returns-to-its-pool'],
    program: `pool1 = page_pool_create(pool_size: 16)
page1 = page_pool_alloc_frag(pool: pool1, size: 2048)
page2 = get_page(page: page1)
page_pool_put_page(page: page1)
skb1 = build_skb(page: page2, frag_size: 2048)
skb_mark_for_recycle(skb: skb1)
`,
  },
  {
    id: 'G2',
    title: 'a page_frag cache goes on cutting pieces from a page of the emergency reserves',
    source: 'd8c19014bba8 "page_frag: Recover from memory pressure"',
    profile: 'linux-6.12',
    scenario: 'rx-buffers',
    needs: 'fault',
    changes: { pageFragDropsPfmemalloc: false },
    expected: ['recycled-is-exclusive'],
    program: `memory_pressure(level: reserves)
frag_cache1 = page_frag_cache_init()
page1 = page_frag_alloc(cache: frag_cache1, size: 4096)
page_frag_free(page: page1)
page2 = page_frag_alloc(cache: frag_cache1, size: 1)
`,
  },
  {
    id: 'G3',
    title: 'a page_frag cache gets a page smaller than the piece, which then begins in front of the page',
    source: 'dac22531bbd4 "mm: prevent page_frag_alloc() from corrupting the memory"',
    profile: 'linux-6.12',
    scenario: 'rx-buffers',
    needs: 'fault',
    changes: { pageFragRefusesOversize: false },
    expected: ['geometry'],
    program: `memory_pressure(level: order0)
frag_cache1 = page_frag_cache_init()
page1 = page_frag_alloc(cache: frag_cache1, size: 4097)
`,
  },
  {
    id: 'G4',
    title: 'build_skb is told a size that leaves no room for skb_shared_info',
    source: '676e4a6fe703 "xdp: fix cpumap redirect SKB creation bug"; 02c4d6c26f1f (am65-cpsw, CVE-2025-38545)',
    profile: 'linux-6.12',
    changes: { buildSizeHoldsSharedInfo: false },
    expected: ['geometry'],
    program: `page1 = alloc_pages()
skb1 = build_skb(page: page1, frag_size: 384)
`,
  },
  {
    id: 'G7',
    title: 'page_to_skb builds an skb around the first page of a chain and forgets the others',
    source: 'afd92d82c9d7 (virtio_net, CVE-2021-47367)',
    profile: 'linux-6.12',
    scenario: 'rx-buffers',
    changes: { bigChainGivesUnusedPages: false },
    expected: ['page-refcount', 'no-leak'],
    program: `skb1 = virtnet_receive_big(pages: 2, len: 129)
`,
  },
  {
    id: 'G7-xdp-tx',
    title: 'a packet that cannot become a frame is forgotten, as if it had been sent',
    source: '7a542bee27c6 (virtio_net, CVE-2022-50065)',
    profile: 'linux-6.12',
    scenario: 'xdp',
    changes: { driverPutsUnconverted: false },
    expected: ['page-refcount', 'no-leak'],
    program: `rxq1 = xdp_rxq_info_reg()
page1 = alloc_pages()
device_write(page: page1, len: 14)
xdp1 = xdp_prepare_buff(rxq: rxq1, page: page1, headroom: 0, len: 14)
frame1 = xdp_convert_buff_to_frame(xdp: xdp1)
`,
  },
  {
    id: 'G8',
    title: 'user pages are tested for pfmemalloc, although the bit is part of a word that belongs to their owner',
    source: '326140063946, 228ebc41dfab (CVE-2022-48689, CVE-2022-50323)',
    profile: 'linux-6.12',
    scenario: 'struct-page',
    changes: { userFragsSkipPfmemalloc: false },
    expected: ['pfmemalloc-is-real'],
    program: `page1 = alloc_pages()
page_set_owner_word(page: page1, word: 2)
device_write(page: page1, len: 1)
skb1 = alloc_skb(size: 0)
uarg1 = ubuf_alloc()
skb_zcopy_set(skb: skb1, uarg: uarg1)
skb_fill_page_desc_managed(skb: skb1, page: page1, size: 1, truesize: 1)
`,
  },
  {
    id: 'G10',
    title: 'an skb is consumed with a budget outside softirq: its struct enters the NAPI cache, which has no lock',
    source: 'f8321fa75102 "virtio_net: Fix napi_skb_cache_put warning" (CVE-2024-43835)',
    profile: 'linux-6.12',
    changes: { consumesWithBudgetAnywhere: true },
    expected: ['ring-bounds'],
    program: `skb1 = alloc_skb(size: 0)
napi_consume_skb(skb: skb1, budget: 1)
`,
  },
  {
    id: 'K5',
    title: 'a driver uses a half of its page again while the packet that it received there is still read',
    source:
      'igb_can_reuse_rx_page: page_count - pagecnt_bias > 1, without the test; "ice: gather page_count()\'s of ' +
      'each frag right before XDP prog call"',
    profile: 'linux-6.12',
    scenario: 'rx-buffers',
    changes: { halfPageReuseCountsHolders: false },
    expected: ['no-shared-write'],
    program: `page1 = alloc_pages()
skb1 = igb_receive(page: page1, len: 257)
skb2 = igb_receive(page: page1, len: 257)
skb3 = igb_receive(page: page1, len: 15)
`,
  },
  {
    id: 'S1-recycle-unsynced',
    title: 'a page is recycled without giving it back to the device, although the pool promises the sync',
    source: 'page_pool_dma_sync_for_device (6.12); PP_FLAG_DMA_SYNC_DEV in the page_pool tutorial of 2020',
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
    source:
      'Brouer, "page_pool return-hook via SKB" (2018), "Using DMA_ATTR_SKIP_CPU_SYNC": the map skips the sync; ' +
      'page_pool_dma_map: the pool makes up for it',
    profile: 'linux-6.12',
    changes: { mapSyncsForDevice: false },
    expected: ['dma-ownership'],
    program: `pool1 = page_pool_create(pool_size: 16, flags: dma_map|dma_sync_dev)
page1 = page_pool_alloc_pages(pool: pool1)
`,
  },
];
