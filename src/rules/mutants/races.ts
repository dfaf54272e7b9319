import type { Mutant } from './mutant';

/** Mutants of two CPUs: they need a schedule. */
export const RACES_MUTANTS: readonly Mutant[] = [
  {
    id: 'A3',
    title: 'the scrubber of a destroyed pool reads the DMA address of a page after another CPU may have freed it',
    source: '24ef02f934ee "net: page_pool: fix UAF in __page_pool_release_netmem_dma on xa_cmpxchg race"',
    profile: 'linux-6.12',
    scenario: 'races',
    needs: 'schedule',
    changes: { unmapReadsAddressFirst: false },
    expected: ['dma-mapped-once'],
    program: `pool1 = page_pool_create(pool_size: 1, flags: dma_map)
page1 = page_pool_alloc_pages(pool: pool1)
page2 = get_page(page: page1)
page_pool_destroy(pool: pool1)
cpu1 at 'page_pool_scrub: taken out of dma_mapped': page_pool_put_full_page(page: page1)
`,
  },
  {
    id: 'A7',
    title: 'a pool is freed while the producer of its last page still holds the lock of the ring',
    source: '271683bb2cf3 "page_pool: Fix use-after-free in page_pool_recycle_in_ring" (CVE-2025-38129)',
    profile: 'linux-6.12',
    scenario: 'races',
    needs: 'schedule',
    changes: { releaseWaitsForProducers: false },
    expected: ['no-use-after-free'],
    program: `pool1 = page_pool_create(pool_size: 1)
page1 = page_pool_alloc_pages(pool: pool1)
page_pool_put_page(page: page1)
cpu1 at 'page_pool_recycle_in_ring: produced, still locked': page_pool_destroy(pool: pool1)
`,
  },
  {
    id: 'A10',
    title:
      'on PREEMPT_RT a softirq recycles into the cache of a pool, and is preempted by the NAPI that allocates from it',
    source: '"net: page_pool: Don\'t recycle into cache on PREEMPT_RT" (6.12.y)',
    profile: 'linux-6.12-rt',
    scenario: 'races',
    needs: 'schedule',
    changes: { napiLocalKnowsRt: false },
    expected: ['recycled-is-exclusive', 'pool-inflight', 'page-refcount', 'pool-refcount', 'returns-to-its-pool'],
    program: `pool1 = page_pool_create(pool_size: 1, napi: 1)
page1 = page_pool_alloc_pages(pool: pool1)
page_pool_put_page(page: page1, context: napi)
cpu1 at 'page_pool_recycle_in_cache: count read': page2 = page_pool_alloc_pages(pool: pool1)
`,
  },
  {
    id: 'B3',
    title: 'a clone that got a head of its own returns the pages to the pool beside the skb that it was cloned from',
    source: '2cc3aeb5ecccec "skbuff: Fix a potential race while recycling page_pool packets"',
    profile: 'linux-6.12',
    scenario: 'races',
    needs: 'schedule',
    changes: { releaseClearsRecycleOfSharer: false },
    // Without a schedule, invariants see two skbs that both hold the page for its pool.
    expected: ['pool-inflight', 'pool-refcount', 'page-refcount', 'no-double-free', 'returns-to-its-pool'],
    program: `pool1 = page_pool_create(pool_size: 1)
skb1 = alloc_skb(size: 0)
skb_mark_for_recycle(skb: skb1)
page1 = page_pool_alloc_pages(pool: pool1)
device_write(page: page1, len: 1)
skb_add_rx_frag(skb: skb1, page: page1, size: 1, truesize: 1)
skb2 = skb_clone(skb: skb1)
___pskb_trim(skb: skb1, len: 0)
cpu1 at '__page_pool_put_page: page refcount read': kfree_skb(skb: skb2)
`,
  },
  {
    id: 'B3-two-last',
    title: 'dataref is dropped in one step and read in another: two sharers of a head both are the last',
    source: '2cc3aeb5ecccec: "the atomic_sub_return effectively limits us to a single release case"',
    profile: 'linux-6.12',
    scenario: 'races',
    needs: 'schedule',
    changes: { releaseDataIsAtomic: false },
    expected: ['no-double-free', 'dataref', 'page-refcount', 'pool-refcount'],
    program: `skb1 = alloc_skb(size: 0)
skb2 = skb_clone(skb: skb1)
kfree_skb(skb: skb2)
cpu1 at 'skb_release_data: dataref dropped': kfree_skb(skb: skb1)
`,
  },
  {
    id: 'B5',
    title:
      'skb_try_coalesce lets a cloned pool skb into a plain one, and the clone is freed before references are taken',
    source: '0646dc31ca88 "skbuff: Fix a race between coalescing and releasing SKBs" (CVE-2023-53186)',
    profile: 'linux-6.1',
    scenario: 'races-coalesce',
    needs: 'schedule',
    changes: { coalesceTakesCloneForPlain: true, coalesceRefusesClonedRecycle: false },
    expected: ['pool-inflight', 'pool-refcount', 'page-refcount', 'returns-to-its-pool', 'recycled-is-exclusive'],
    program: `pool1 = page_pool_create(pool_size: 1)
page1 = page_pool_alloc_pages(pool: pool1)
device_write(page: page1, len: 193)
skb1 = alloc_skb(size: 0)
skb_add_rx_frag(skb: skb1, page: page1, size: 193, truesize: 193)
skb_mark_for_recycle(skb: skb1)
skb2 = skb_clone(skb: skb1)
skb3 = alloc_skb(size: 0)
skb_try_coalesce(to: skb3, from: skb1)
cpu1 at 'skb_try_coalesce: checked, not moved': kfree_skb(skb: skb2)
`,
  },
  {
    id: 'K8-pool',
    title: 'the pool references of a page are read and written in two steps: one of two simultaneous drops is lost',
    source: '003049b1c4fb (CVE-2026-43121), where zcrx did so with its user references; page_pool_unref_page',
    profile: 'linux-6.12',
    scenario: 'races',
    needs: 'schedule',
    changes: { unrefIsAtomic: false },
    expected: ['page-refcount', 'pool-refcount', 'pool-inflight', 'recycled-is-exclusive', 'returns-to-its-pool'],
    program: `pool1 = page_pool_create(pool_size: 1)
page1 = page_pool_alloc_frag(pool: pool1, size: 1)
page2 = page_pool_alloc_frag(pool: pool1, size: 4096)
cpu1 at 'page_pool_unref_page: count read': page_pool_put_page(page: page1)
`,
  },
  {
    id: 'K10',
    title:
      '__free_pages drops its reference before it tests whether the pages are compound: it frees pages that ' +
      'are free by then',
    source: '462a8e08e0e6 "mm/page_alloc: fix race condition between freeing and getting" (CVE-2023-52739)',
    profile: 'linux-6.12',
    scenario: 'races',
    needs: 'schedule',
    changes: { freePagesAsksFirst: false },
    expected: ['no-double-free'],
    program: `page1 = alloc_pages(order: 1)
page2 = get_page(page: page1)
__free_pages(page: page1)
cpu1 at '__free_pages: reference dropped': put_page(page: page2)
`,
  },
  {
    id: 'X5',
    title: 'two sockets reserve the same slot of the completion ring that they share',
    source: 'f09ced4053bc "xsk: Fix race in SKB mode transmit with shared cq"',
    profile: 'linux-6.1',
    scenario: 'races-xsk',
    needs: 'schedule',
    changes: { xskReservesUnderLock: false },
    expected: ['xsk-completion'],
    program: `netdev1 = netdev_add()
umem1 = xdp_umem_reg(chunks: 1, chunk_size: 2048, entries: 1)
xsk1 = xsk_bind(umem: umem1, netdev: netdev1, entries: 1)
xsk2 = xsk_bind(umem: umem1, netdev: netdev1, entries: 1)
xsk_tx_desc(xsk: xsk1, len: 0)
xsk_tx_desc(xsk: xsk2, len: 0)
xsk_sendto(xsk: xsk1)
cpu1 at 'xskq_prod_reserve: position read': xsk_sendto(xsk: xsk2)
`,
  },
];
