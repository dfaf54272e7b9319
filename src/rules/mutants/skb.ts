import { POOL_SKB, type Mutant } from './mutant';

/** Of sk_buffs: marks, clones, coalescing, what is charged. */
export const SKB_MUTANTS: readonly Mutant[] = [
  {
    id: 'A11',
    title: 'a pool page is recycled while somebody else still holds a reference',
    source: '__page_pool_put_page: page_ref_count(page) == 1, all versions',
    profile: 'linux-6.12',
    changes: { recycleRequiresSoleReference: false },
    expected: ['recycled-is-exclusive'],
    program: `pool1 = page_pool_create(order: 0, pool_size: 16)
page1 = page_pool_alloc_pages(pool: pool1)
page2 = get_page(page: page1)
page_pool_put_full_page(page: page1)
`,
  },
  {
    id: 'A13',
    title: "a page that leaves its pool is unmapped and uncounted, but the pool's reference is never dropped",
    source: 'e38553bdc377 (fec, CVE-2023-52998), put into page_pool_return_page itself',
    profile: 'linux-6.12',
    changes: { returnPagePutsPage: false },
    expected: ['page-refcount', 'no-leak'],
    program: `pool1 = page_pool_create(order: 0, pool_size: 16)
page1 = page_pool_alloc_pages(pool: pool1)
`,
  },
  {
    id: 'B1',
    title: 'the marks of a recyclable head are in the header block, so a copy inherits them for its kmalloc head',
    source: '../shared/seeds 004, "(pre-RFC) Wrong recycle on two branches"',
    profile: 'linux-6.12',
    changes: { copyHeaderCopiesRecycle: true },
    expected: ['returns-to-its-pool', 'pool-refcount', 'page-refcount', 'pool-inflight'],
    program: `${POOL_SKB}skb_mark_for_recycle(skb: skb1)
skb2 = skb_copy(skb: skb1)
`,
  },
  {
    id: 'B2',
    title: 'skb_try_coalesce turns a pool page into a frag of an skb that does not recycle',
    source: '../shared/seeds 004, "Case: skb_try_coalesce()"; 6a5bcd84e886 and later',
    profile: 'linux-6.12',
    changes: { coalesceRequiresSameRecycle: false },
    expected: ['pool-inflight', 'pool-refcount', 'returns-to-its-pool', 'dma-mapped-once', 'page-refcount'],
    program: `${POOL_SKB}skb_put(skb: skb1, len: 1024)
skb_mark_for_recycle(skb: skb1)
skb2 = alloc_skb(size: 0)
skb_try_coalesce(to: skb2, from: skb1)
`,
  },
  {
    id: 'B4',
    title: 'coalescing from a clone takes page references where the release path drops pool references',
    source: '1effe8ca4e34 (CVE-2022-49093)',
    profile: 'linux-6.12',
    changes: { coalesceTakesPoolReferences: false },
    expected: ['pool-refcount', 'page-refcount'],
    program: `pool1 = page_pool_create(order: 0, pool_size: 16)
page1 = page_pool_alloc_pages(pool: pool1)
device_write(page: page1, offset: 0, len: 1024)
skb1 = alloc_skb(size: 0)
skb_add_rx_frag(skb: skb1, page: page1, offset: 0, size: 1024, truesize: 4096)
skb_mark_for_recycle(skb: skb1)
skb2 = skb_clone(skb: skb1)
skb3 = alloc_skb(size: 0)
skb_mark_for_recycle(skb: skb3)
skb_try_coalesce(to: skb3, from: skb2)
`,
  },
  {
    id: 'C15',
    title: 'kfree_skb_partial frees an sk_buff whose head was stolen without releasing its head state',
    source: '3d861f661006 "net: fix secpath kmemleak"',
    profile: 'linux-6.12',
    changes: { partialFreeReleasesHeadState: false },
    expected: ['socket-charge', 'no-leak'],
    program: `skb1 = napi_alloc_skb(len: 640)
skb_put(skb: skb1, len: 640)
sock1 = sk_alloc()
skb_set_owner_w(skb: skb1, sock: sock1)
skb2 = alloc_skb(size: 0)
skb_try_coalesce(to: skb2, from: skb1)
`,
  },
  {
    id: 'E1',
    title: 'pskb_expand_head copies a zerocopy shared_info without taking a reference on its owner',
    source: '98d0912e9f84 (CVE-2026-52943), the same omission in pskb_expand_head',
    profile: 'linux-6.12',
    changes: { expandHeadTakesUargReference: false },
    expected: ['uarg-refcount', 'no-double-free', 'no-use-after-free'],
    program: `skb1 = alloc_skb(size: 0)
uarg1 = ubuf_alloc(flags: dont_orphan)
skb_zcopy_set(skb: skb1, uarg: uarg1)
skb2 = skb_clone(skb: skb1)
pskb_expand_head(skb: skb2, nhead: 0, ntail: 0)
`,
  },
  {
    id: 'F1',
    title: 'skb_try_coalesce charges the bytes moved instead of the memory that moved with them',
    source: '097b9146c0e2, 2b88cba55883: the WARN_ON_ONCE(delta < len) family',
    profile: 'linux-6.12',
    changes: { coalesceDelta: 'len' },
    expected: ['truesize-exact', 'truesize-covers'],
    program: `skb1 = napi_alloc_skb(len: 640)
skb_put(skb: skb1, len: 640)
skb2 = alloc_skb(size: 0)
skb_try_coalesce(to: skb2, from: skb1)
`,
  },
  {
    id: 'F1-truesize',
    title: 'skb_try_coalesce charges the sk_buff that is freed right after as well',
    source: '097b9146c0e2, 2b88cba55883: the WARN_ON_ONCE(delta < len) family',
    profile: 'linux-6.12',
    changes: { coalesceDelta: 'truesize' },
    expected: ['truesize-exact'],
    program: `skb1 = napi_alloc_skb(len: 640)
skb_put(skb: skb1, len: 640)
skb2 = alloc_skb(size: 0)
skb_try_coalesce(to: skb2, from: skb1)
`,
  },
  {
    id: 'F3',
    title: 'pskb_expand_head adjusts the truesize of an skb that is charged to a socket',
    source: '158f323b9868 "net: adjust skb->truesize in pskb_expand_head()"',
    profile: 'linux-6.12',
    changes: { expandHeadAdjustsTruesize: 'always' },
    expected: ['socket-charge', 'truesize-exact'],
    program: `skb1 = alloc_skb(size: 0)
sock1 = sk_alloc()
skb_set_owner_w(skb: skb1, sock: sock1)
pskb_expand_head(skb: skb1, nhead: 512, ntail: 0)
`,
  },
  {
    id: 'F3-never',
    title: 'pskb_expand_head never adjusts truesize, so a larger head is not charged',
    source: '158f323b9868 "net: adjust skb->truesize in pskb_expand_head()"',
    profile: 'linux-6.12',
    changes: { expandHeadAdjustsTruesize: 'never' },
    expected: ['truesize-exact', 'truesize-covers'],
    program: `skb1 = alloc_skb(size: 0)
pskb_expand_head(skb: skb1, nhead: 512, ntail: 0)
`,
  },
];
