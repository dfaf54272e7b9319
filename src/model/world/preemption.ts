/**
 * The points at which another CPU can run inside a function of the kernel: between two steps that are not atomic
 * together. Each name begins with the function that has the point. Programs use these names
 * (`cpu1 at 'skb_release_data: dataref dropped': ...`). An atomic operation of the kernel has no point inside, and
 * neither has a section that one lock covers: docs/explanation/interleavings.md.
 */
export const PREEMPTION_POINTS = [
  // net/core/skbuff.c
  'skb_unref: users read',
  'kfree_skb: last user',
  'skb_release_data: dataref dropped',
  'skb_release_data: zerocopy completed',
  'pskb_expand_head: cloned',
  'skb_try_coalesce: checked, not moved',
  'skb_try_coalesce: frags copied, no references yet',
  // net/core/page_pool.c
  'page_pool_unref_page: count read',
  '__page_pool_put_page: page refcount read',
  'page_pool_recycle_in_cache: count read',
  'page_pool_recycle_in_ring: produced, still locked',
  'page_pool_return_page: address read',
  'page_pool_return_page: taken out of dma_mapped',
  'page_pool_return_page: released, not put',
  'page_pool_scrub: address read',
  'page_pool_scrub: taken out of dma_mapped',
  'page_pool_scrub: mapped pages unmapped',
  'page_pool_release: scrubbed',
  'page_pool_release: inflight read',
  // mm/page_alloc.c
  '__free_pages: reference dropped',
  // net/xdp/xsk.c
  '__xsk_generic_xmit: slot reserved',
  '__xsk_generic_xmit: skb built',
  'xskq_prod_reserve: position read',
] as const;

export type PreemptionPoint = (typeof PREEMPTION_POINTS)[number];

/** Runs calls of the other CPU at the points, each to its end. */
export interface Preemption {
  pass(point: PreemptionPoint): void;
}
