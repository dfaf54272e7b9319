import type { Invariant } from './invariant';

/**
 * The model reports this invariant when it sets the mark: the page that caused a mark may leave the skb, the mark
 * stays.
 */
export const PFMEMALLOC_IS_REAL: Invariant = {
  name: 'pfmemalloc-is-real',
  statement: 'an skb is marked pfmemalloc, and so dropped by most sockets, only for memory of the emergency reserves',
  source: 'skb_propagate_pfmemalloc, skb_fill_page_desc_noacc, sk_filter_trim_cap (6.1 and 6.12)',
  check(world) {
    return world.skbs.length;
  },
};
