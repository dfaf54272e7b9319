import { POOL_SKB, type Mutant } from './mutant';

/** Mutants of the return hook of 2018. */
export const RFC_2018_MUTANTS: readonly Mutant[] = [
  {
    id: 'R1-header-mistake',
    title: 'the memory info lies between headers_start and headers_end, so a copy inherits it for its kmalloc head',
    source: 'Brouer, "page_pool return-hook via SKB" (2018), "(pre-RFC) Wrong recycle on two branches"',
    profile: 'rfc-2018',
    scenario: 'rfc-2018',
    changes: { copyHeaderCopiesMemInfo: true },
    expected: ['returns-to-its-pool'],
    program: `${POOL_SKB}skb_set_mem_info(skb: skb1)
skb2 = skb_copy(skb: skb1)
`,
  },
  {
    id: 'R2-coalesce-unanswered',
    title: 'skb_try_coalesce turns a head of a pool into a frag as it is',
    source: 'Brouer, "page_pool return-hook via SKB" (2018), "Case: skb_try_coalesce()": "was broken"',
    profile: 'rfc-2018',
    scenario: 'rfc-2018',
    changes: { coalesceMemInfo: 'none' },
    expected: ['no-pool-page-in-frags'],
    program: `${POOL_SKB}skb_put(skb: skb1, len: 1024)
skb_set_mem_info(skb: skb1)
skb2 = alloc_skb(size: 0)
skb_try_coalesce(to: skb2, from: skb1)
`,
  },
  {
    id: 'R3-clone-forgets',
    title: 'the memory info was moved out of the header block, and __skb_clone does not copy it',
    source:
      'derived from Brouer, "page_pool return-hook via SKB" (2018), "(pre-RFC) Wrong recycle on two branches": ' +
      'after the move __skb_clone must copy it',
    profile: 'rfc-2018',
    scenario: 'rfc-2018',
    changes: { cloneCopiesMemInfo: false },
    expected: ['pool-inflight', 'returns-to-its-pool', 'page-refcount'],
    program: `${POOL_SKB}skb_set_mem_info(skb: skb1)
skb2 = skb_clone(skb: skb1)
kfree_skb(skb: skb1)
`,
  },
  {
    id: 'S3-unmap-syncs',
    title: 'the pool unmaps without DMA_ATTR_SKIP_CPU_SYNC a page in which an skb was built',
    source:
      'derived from Brouer, "page_pool return-hook via SKB" (2018), "Using DMA_ATTR_SKIP_CPU_SYNC": ' +
      'the text names the mapping, and the unmap needs the attribute too',
    profile: 'rfc-2018',
    scenario: 'rfc-2018',
    changes: { poolSkipsCpuSync: false },
    expected: ['dma-ownership'],
    program: `pool1 = page_pool_create(pool_size: 16, flags: dma_map)
page1 = page_pool_alloc_pages(pool: pool1)
skb1 = build_skb(page: page1, frag_size: 4096)
skb_put(skb: skb1, len: 1024)
skb_set_mem_info(skb: skb1)
skb2 = alloc_skb(size: 0)
skb_try_coalesce(to: skb2, from: skb1)
`,
  },
];
