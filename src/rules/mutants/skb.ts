import { POOL_SKB, type Mutant } from './mutant';

/** Mutants of sk_buffs: marks, clones, coalescing, charges. */
export const SKB_MUTANTS: readonly Mutant[] = [
  {
    id: 'A11',
    title: 'a pool page is recycled while another holder still has a reference',
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
    source: 'Brouer, "page_pool return-hook via SKB" (2018), "(pre-RFC) Wrong recycle on two branches"',
    profile: 'linux-6.12',
    changes: { copyHeaderCopiesRecycle: true },
    expected: ['returns-to-its-pool', 'pool-refcount', 'page-refcount', 'pool-inflight'],
    program: `skb1 = netdev_alloc_skb(len: 321)
skb_mark_for_recycle(skb: skb1)
skb2 = skb_copy(skb: skb1)
`,
  },
  {
    id: 'B1-head-frag',
    title: '__copy_skb_header copies head_frag: a copy says that its kmalloc head is a page fragment',
    source:
      'derived from Brouer, "page_pool return-hook via SKB" (2018), ' +
      '"(pre-RFC) Wrong recycle on two branches": the other mark of a head',
    profile: 'linux-6.12',
    changes: { copyHeaderCopiesHeadFrag: true },
    expected: ['returns-to-its-pool'],
    program: `skb1 = napi_alloc_skb(len: 0)
skb2 = skb_copy(skb: skb1)
`,
  },
  {
    id: 'B2',
    title: 'skb_try_coalesce turns a pool page into a frag of an skb that does not recycle',
    source: 'Brouer, "page_pool return-hook via SKB" (2018), "Case: skb_try_coalesce()"; 6a5bcd84e886 and later',
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
    id: 'B3-fragment',
    title: 'a clone that gets a head of its own goes on recycling the frags that it shares',
    source: '2cc3aeb5ecccec "skbuff: Fix a potential race while recycling page_pool packets", in one order of events',
    profile: 'linux-6.12',
    changes: { releaseClearsRecycleOfSharer: false },
    expected: ['pool-refcount', 'page-refcount'],
    program: `pool1 = page_pool_create(pool_size: 16)
page1 = page_pool_alloc_pages(pool: pool1)
device_write(page: page1, len: 1)
skb1 = alloc_skb(size: 0)
skb_add_rx_frag(skb: skb1, page: page1, size: 1, truesize: 1)
skb_mark_for_recycle(skb: skb1)
skb2 = skb_realloc_headroom(skb: skb1, headroom: 1)
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
    id: 'B5-alive',
    title:
      'skb_try_coalesce takes frags of a cloned pp skb for plain ones, and moves them to an skb that does not recycle',
    source:
      '0646dc31ca88 "skbuff: Fix a race between coalescing and releasing SKBs" (CVE-2023-53186), in one order ' +
      'of events',
    profile: 'linux-6.12',
    changes: { coalesceTakesCloneForPlain: true },
    expected: ['pool-refcount', 'page-refcount'],
    program: `pool1 = page_pool_create(pool_size: 16)
page1 = page_pool_alloc_pages(pool: pool1)
device_write(page: page1, len: 385)
skb1 = alloc_skb(size: 0)
skb_add_rx_frag(skb: skb1, page: page1, size: 385, truesize: 385)
skb_mark_for_recycle(skb: skb1)
skb2 = skb_clone(skb: skb1)
skb3 = alloc_skb(size: 0)
skb_try_coalesce(to: skb3, from: skb2)
`,
  },
  {
    id: 'B9',
    title: 'esp calls put_page for the frags that it replaced, although the skb recycles',
    source: 'c3198822c6cb "net: esp: fix bad handling of pages from page_pool" (CVE-2024-26953)',
    profile: 'linux-6.12',
    scenario: 'rx-buffers',
    changes: { dropsIgnoreRecycle: 'esp_ssg_unref' },
    expected: ['returns-to-its-pool', 'pool-inflight', 'pool-refcount', 'page-refcount', 'dma-mapped-once'],
    program: `pool1 = page_pool_create(pool_size: 16)
page1 = page_pool_alloc_pages(pool: pool1)
device_write(page: page1, len: 1)
skb1 = alloc_skb(size: 0)
skb_add_rx_frag(skb: skb1, page: page1, size: 1, truesize: 1)
skb_mark_for_recycle(skb: skb1)
esp_output(skb: skb1, tailen: 385)
`,
  },
  {
    id: 'B9-trim',
    title: '___pskb_trim puts the pages of frags that it drops, although the skb recycles',
    source: 'c3198822c6cb (esp, CVE-2024-26953), the same omission in ___pskb_trim',
    profile: 'linux-6.12',
    changes: { dropsIgnoreRecycle: '___pskb_trim' },
    expected: ['returns-to-its-pool', 'pool-inflight', 'pool-refcount', 'page-refcount', 'dma-mapped-once'],
    program: `pool1 = page_pool_create(pool_size: 16)
page1 = page_pool_alloc_pages(pool: pool1)
device_write(page: page1, len: 1)
skb1 = alloc_skb(size: 0)
skb_add_rx_frag(skb: skb1, page: page1, size: 1, truesize: 1)
skb_mark_for_recycle(skb: skb1)
___pskb_trim(skb: skb1, len: 0)
`,
  },
  {
    id: 'B9-pull',
    title: '__pskb_pull_tail puts the pages of frags that it drops, although the skb recycles',
    source: 'c3198822c6cb (esp, CVE-2024-26953), the same omission in __pskb_pull_tail',
    profile: 'linux-6.12',
    changes: { dropsIgnoreRecycle: '__pskb_pull_tail' },
    expected: ['returns-to-its-pool', 'pool-inflight', 'pool-refcount', 'page-refcount', 'dma-mapped-once'],
    program: `pool1 = page_pool_create(pool_size: 16)
page1 = page_pool_alloc_pages(pool: pool1)
device_write(page: page1, len: 1)
skb1 = alloc_skb(size: 0)
skb_add_rx_frag(skb: skb1, page: page1, size: 1, truesize: 1)
skb_mark_for_recycle(skb: skb1)
__pskb_pull_tail(skb: skb1, delta: 1)
`,
  },
  {
    id: 'B9-ubufs',
    title: 'skb_copy_ubufs puts the pages of frags that it drops, although the skb recycles',
    source: 'c3198822c6cb (esp, CVE-2024-26953), the same omission in skb_copy_ubufs',
    profile: 'linux-6.12',
    changes: { dropsIgnoreRecycle: 'skb_copy_ubufs' },
    expected: ['returns-to-its-pool', 'pool-inflight', 'pool-refcount', 'page-refcount', 'dma-mapped-once'],
    program: `pool1 = page_pool_create(pool_size: 16)
page1 = page_pool_alloc_pages(pool: pool1)
device_write(page: page1, len: 1)
skb1 = alloc_skb(size: 0)
skb_add_rx_frag(skb: skb1, page: page1, size: 1, truesize: 1)
skb_mark_for_recycle(skb: skb1)
skb_copy_ubufs(skb: skb1)
`,
  },
  {
    id: 'B9-shift',
    title: 'skb_shift puts the pages of frags that it drops, although the skb recycles',
    source: 'c3198822c6cb (esp, CVE-2024-26953), the same omission in skb_shift',
    profile: 'linux-6.12',
    changes: { dropsIgnoreRecycle: 'skb_shift', shiftMayMeetRecycled: true },
    expected: ['returns-to-its-pool', 'pool-inflight', 'pool-refcount', 'page-refcount', 'dma-mapped-once'],
    program: `pool1 = page_pool_create(pool_size: 16)
page1 = page_pool_alloc_frag(pool: pool1, size: 8)
page2 = page_pool_alloc_frag(pool: pool1, size: 1)
device_write(page: page1, len: 8)
device_write(page: page2, len: 1)
skb1 = alloc_skb(size: 0)
skb_add_rx_frag(skb: skb1, page: page1, size: 8, truesize: 8)
skb_mark_for_recycle(skb: skb1)
skb2 = alloc_skb(size: 0)
skb_add_rx_frag(skb: skb2, page: page2, size: 1, truesize: 1)
skb_mark_for_recycle(skb: skb2)
skb_shift(tgt: skb1, skb: skb2, shiftlen: 1)
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
skb2 = skb_realloc_headroom(skb: skb1, headroom: 1)
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
    title: 'skb_try_coalesce also charges the sk_buff, which is freed right after',
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
