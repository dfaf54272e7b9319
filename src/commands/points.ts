import type { PreemptionPoint } from '../model/world/preemption';

/*
 * The points that calls of kernel functions pass, for the records of the commands that reach them. A property compares
 * the records with the points that programs really pass (properties/interleavings.test.ts).
 */

export const RETURN_PAGE_POINTS: readonly PreemptionPoint[] = [
  'page_pool_return_page: released, not put',
  'page_pool_return_page: address read',
  'page_pool_return_page: taken out of dma_mapped',
];
export const PUT_PAGE_POINTS: readonly PreemptionPoint[] = [
  'page_pool_unref_page: count read',
  '__page_pool_put_page: page refcount read',
  'page_pool_recycle_in_cache: count read',
  'page_pool_recycle_in_ring: produced, still locked',
  ...RETURN_PAGE_POINTS,
];
export const RELEASE_DATA_POINTS: readonly PreemptionPoint[] = [
  'skb_release_data: dataref dropped',
  ...PUT_PAGE_POINTS,
];
export const UNREF_SKB_POINTS: readonly PreemptionPoint[] = ['skb_unref: users read', 'kfree_skb: last user'];
export const KFREE_SKB_POINTS: readonly PreemptionPoint[] = [
  ...UNREF_SKB_POINTS,
  'skb_release_data: zerocopy completed',
  ...RELEASE_DATA_POINTS,
];
export const EXPAND_POINTS: readonly PreemptionPoint[] = ['pskb_expand_head: cloned', ...RELEASE_DATA_POINTS];
export const SCRUB_POINTS: readonly PreemptionPoint[] = [
  'page_pool_scrub: address read',
  'page_pool_scrub: taken out of dma_mapped',
  'page_pool_scrub: mapped pages unmapped',
  'page_pool_release: scrubbed',
  'page_pool_release: inflight read',
  ...RETURN_PAGE_POINTS,
];

export const XMIT_POINTS: readonly PreemptionPoint[] = [
  '__xsk_generic_xmit: slot reserved',
  '__xsk_generic_xmit: skb built',
  // Passed only where the lock is missing: X5.
  'xskq_prod_reserve: position read',
];
