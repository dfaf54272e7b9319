import { commandsOf, type Scenario } from '../scenario';
import { CORE_FOLLOWS } from '../core_follows';

/**
 * A command that is seldom legal is drawn often: a draw that comes to nothing costs little. Makers of objects of which a few
 * are enough are drawn seldom.
 */
export const CORE_WEIGHTS: Record<string, number> = {
  alloc_pages: 8,
  get_page: 6,
  page_frag_cache_init: 2,
  page_frag_alloc: 12,
  page_pool_create: 6,
  page_pool_alloc_pages: 24,
  page_pool_alloc_frag: 24,
  page_pool_destroy: 2,
  device_add: 2,
  device_remove: 2,
  device_write: 64,
  dma_sync_single_for_cpu: 96,
  dma_map_page: 4,
  set_page_pfmemalloc: 2,
  alloc_skb: 10,
  build_skb: 24,
  skb_put: 16,
  skb_add_rx_frag: 160,
  skb_coalesce_rx_frag: 160,
  skb_fill_page_desc: 64,
  skb_fill_page_desc_managed: 128,
  skb_mark_for_recycle: 24,
  skb_clone: 12,
  skb_morph: 4,
  skb_try_coalesce: 96,
  skb_shift: 96,
  skb_copy_ubufs: 16,
  __pskb_pull_tail: 48,
  ___pskb_trim: 32,
  skb_linearize: 8,
  skb_condense: 4,
  skb_detach_frag_list: 24,
  skb_set_owner_w: 12,
  skb_set_owner_r: 12,
  kfree_skb: 12,
  sk_alloc: 3,
  sk_free: 2,
  ubuf_alloc: 8,
  skb_zcopy_set: 24,
};

export const CORE: Scenario = {
  name: 'core',
  title: 'pages, DMA, page_pool, page_frag, skbs, zerocopy owners and sockets: every command of the core',
  commands: commandsOf(['page', 'page_frag', 'dma', 'page_pool', 'skb', 'zerocopy', 'sock']),
  weights: CORE_WEIGHTS,
  follows: CORE_FOLLOWS,
  length: { min: 5, usual: 110, max: 200 },
};
