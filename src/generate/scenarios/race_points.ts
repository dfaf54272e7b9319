import type { PreemptionPoint } from '../../model/world/preemption';

/*
 * Which points a call of a command can pass, by the functions that it reaches. A property compares the table with what programs really
 * pass (properties/interleavings.test.ts): a point that a command gains has to be entered here to be searched.
 */

const RETURN_PAGE: readonly PreemptionPoint[] = [
  'page_pool_return_page: released, not put',
  'page_pool_return_page: address read',
  'page_pool_return_page: taken out of dma_mapped',
];
const PUT_PAGE: readonly PreemptionPoint[] = [
  'page_pool_unref_page: count read',
  '__page_pool_put_page: page refcount read',
  'page_pool_recycle_in_cache: count read',
  'page_pool_recycle_in_ring: produced, still locked',
  ...RETURN_PAGE,
];
const RELEASE_DATA: readonly PreemptionPoint[] = ['skb_release_data: dataref dropped', ...PUT_PAGE];
const UNREF_SKB: readonly PreemptionPoint[] = ['skb_unref: users read', 'kfree_skb: last user'];
const KFREE_SKB: readonly PreemptionPoint[] = [...UNREF_SKB, 'skb_release_data: zerocopy completed', ...RELEASE_DATA];
const EXPAND: readonly PreemptionPoint[] = ['pskb_expand_head: cloned', ...RELEASE_DATA];
const SCRUB: readonly PreemptionPoint[] = [
  'page_pool_scrub: address read',
  'page_pool_scrub: taken out of dma_mapped',
  'page_pool_scrub: mapped pages unmapped',
  'page_pool_release: scrubbed',
  'page_pool_release: inflight read',
  ...RETURN_PAGE,
];

export const POINTS_OF: Readonly<Record<string, readonly PreemptionPoint[]>> = {
  kfree_skb: KFREE_SKB,
  consume_skb: KFREE_SKB,
  napi_consume_skb: KFREE_SKB,
  skb_morph: [...KFREE_SKB],
  skb_share_check: ['skb_unref: users read'],
  skb_unshare: [...UNREF_SKB, 'skb_release_data: dataref dropped'],
  pskb_expand_head: EXPAND,
  skb_cow: EXPAND,
  skb_unclone: ['pskb_expand_head: cloned', 'skb_release_data: dataref dropped'],
  skb_unclone_keeptruesize: ['pskb_expand_head: cloned', 'skb_release_data: dataref dropped'],
  skb_realloc_headroom: ['pskb_expand_head: cloned', 'skb_release_data: dataref dropped', 'kfree_skb: last user'],
  skb_expand_head: [...EXPAND, ...KFREE_SKB],
  skb_shift: ['pskb_expand_head: cloned', 'skb_release_data: dataref dropped'],
  skb_copy_ubufs: EXPAND,
  skb_linearize: [...EXPAND, ...UNREF_SKB],
  skb_condense: [...EXPAND, ...UNREF_SKB],
  __pskb_pull_tail: [...EXPAND, ...UNREF_SKB],
  ___pskb_trim: [...EXPAND, ...UNREF_SKB],
  skb_try_coalesce: [
    // Many times: they are few among those of the free that follows.
    ...Array.from({ length: 8 }, () => 'skb_try_coalesce: checked, not moved' as const),
    ...Array.from({ length: 8 }, () => 'skb_try_coalesce: frags copied, no references yet' as const),
    ...KFREE_SKB,
  ],
  page_pool_put_page: PUT_PAGE,
  page_pool_put_full_page: PUT_PAGE,
  page_pool_put_page_bulk: PUT_PAGE,
  page_pool_recycle_direct: PUT_PAGE,
  page_pool_alloc_frag: ['page_pool_unref_page: count read', ...RETURN_PAGE],
  page_pool_destroy: [
    'page_pool_unref_page: count read',
    // Passed by pools that map pages alone: and those have the most to lose.
    ...Array.from({ length: 8 }, () => 'page_pool_scrub: taken out of dma_mapped' as const),
    ...SCRUB,
  ],
  page_pool_release_retry: SCRUB,
  __free_pages: ['__free_pages: reference dropped'],
};

const XMIT: readonly PreemptionPoint[] = [
  '__xsk_generic_xmit: slot reserved',
  '__xsk_generic_xmit: skb built',
  // Only where the lock is missing: X5.
  'xskq_prod_reserve: position read',
];

export const XSK_POINTS_OF: Readonly<Record<string, readonly PreemptionPoint[]>> = { xsk_sendto: XMIT };
