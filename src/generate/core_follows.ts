/**
 * How drivers and the stack go on: what a page and an skb usually live through, by name of a command. A name that stands
 * twice is twice as likely. Without it the long ways (allocate, write, sync, add to an skb, mark, clone, merge) are seldom
 * walked to their end.
 */
export const CORE_FOLLOWS: Readonly<Record<string, readonly string[]>> = {
  page_pool_create: ['page_pool_alloc_pages', 'page_pool_alloc_pages', 'page_pool_alloc_frag'],
  page_pool_alloc_pages: ['device_write', 'device_write', 'device_write', 'build_skb', 'napi_build_skb', 'get_page'],
  page_pool_alloc_frag: ['page_pool_alloc_frag', 'device_write', 'device_write', 'build_skb', 'napi_build_skb'],
  alloc_pages: ['device_write', 'device_write', 'device_write', 'dma_map_page', 'build_skb', 'set_page_pfmemalloc'],
  page_frag_cache_init: ['page_frag_alloc'],
  page_frag_alloc: ['page_frag_alloc', 'device_write', 'device_write', 'build_skb', 'build_skb_around'],
  skb_coalesce_rx_frag: ['skb_coalesce_rx_frag', 'skb_mark_for_recycle', 'skb_try_coalesce', 'skb_shift'],
  get_page: ['skb_add_rx_frag', 'skb_add_rx_frag', 'device_write', 'skb_fill_page_desc_managed'],
  dma_map_page: ['device_write', 'dma_sync_single_for_device', 'dma_unmap_page', 'dma_unmap_page'],
  device_write: [
    ...['dma_sync_single_for_cpu', 'dma_sync_single_for_cpu', 'skb_add_rx_frag', 'skb_add_rx_frag', 'skb_add_rx_frag'],
    ...['skb_fill_page_desc', 'skb_fill_page_desc_managed', 'skb_fill_page_desc_managed', 'get_page'],
  ],
  dma_sync_single_for_cpu: [
    ...['skb_add_rx_frag', 'skb_add_rx_frag', 'skb_coalesce_rx_frag', 'skb_fill_page_desc', 'build_skb'],
    'napi_build_skb',
  ],
  build_skb: ['skb_put', 'skb_mark_for_recycle', 'skb_mark_for_recycle', 'skb_reserve', 'skb_add_rx_frag'],
  napi_build_skb: ['skb_put', 'skb_mark_for_recycle', 'skb_mark_for_recycle', 'skb_reserve'],
  build_skb_around: ['skb_put', 'skb_mark_for_recycle', 'skb_mark_for_recycle', 'skb_reserve'],
  alloc_skb: ['skb_put', 'skb_reserve', 'skb_add_rx_frag', 'skb_mark_for_recycle', 'skb_zcopy_set', 'skb_set_owner_w'],
  netdev_alloc_skb: ['skb_put', 'skb_put', 'skb_reserve', 'skb_add_rx_frag', 'skb_mark_for_recycle'],
  napi_alloc_skb: ['skb_put', 'skb_put', 'skb_reserve', 'skb_add_rx_frag', 'skb_mark_for_recycle'],
  skb_reserve: ['skb_put', 'skb_push', 'skb_add_rx_frag'],
  skb_put: [
    ...['skb_try_coalesce', 'skb_try_coalesce', 'skb_set_owner_w', 'skb_set_owner_r', 'skb_clone'],
    ...['skb_mark_for_recycle', 'skb_append_frag_list'],
  ],
  skb_add_rx_frag: [
    ...['skb_mark_for_recycle', 'skb_mark_for_recycle', 'skb_coalesce_rx_frag', 'skb_coalesce_rx_frag', 'skb_shift'],
    'skb_coalesce_rx_frag',
    ...['__pskb_pull_tail', 'skb_clone', 'skb_try_coalesce', 'get_page'],
  ],
  skb_fill_page_desc: [
    'skb_mark_for_recycle',
    'skb_coalesce_rx_frag',
    'skb_shift',
    'skb_copy_ubufs',
    'skb_try_coalesce',
  ],
  skb_mark_for_recycle: [
    ...['skb_clone', 'skb_clone', 'skb_try_coalesce', 'skb_try_coalesce', 'skb_copy', 'pskb_copy', 'pskb_expand_head'],
    'skb_append_frag_list',
  ],
  pskb_copy: ['skb_shift', 'skb_shift', 'skb_try_coalesce'],
  skb_shift: ['pskb_copy', 'skb_shift', 'skb_fill_page_desc', 'skb_add_rx_frag'],
  skb_clone: [
    ...['skb_try_coalesce', 'skb_try_coalesce', 'skb_try_coalesce', 'pskb_expand_head', 'skb_unshare', 'skb_unclone'],
    ...['skb_morph', 'kfree_skb'],
  ],
  skb_set_owner_w: ['skb_try_coalesce', 'skb_try_coalesce', 'pskb_expand_head', 'skb_orphan', 'consume_skb'],
  skb_set_owner_r: ['skb_try_coalesce', 'skb_try_coalesce', 'skb_orphan', 'consume_skb'],
  device_add: ['page_pool_create', 'dma_map_page'],
  sk_alloc: ['skb_set_owner_w', 'skb_set_owner_r'],
  ubuf_alloc: ['skb_zcopy_set'],
  skb_zcopy_set: [
    ...['alloc_pages', 'device_write', 'device_write', 'skb_fill_page_desc_managed', 'skb_fill_page_desc_managed'],
    ...['skb_fill_page_desc_managed', 'skb_fill_page_desc', 'skb_clone'],
    ...['skb_copy_ubufs', 'pskb_expand_head', 'net_zcopy_put', 'skb_get', 'alloc_pages'],
  ],
  skb_fill_page_desc_managed: [
    ...['skb_fill_page_desc_managed', 'skb_clone', 'skb_copy_ubufs', 'skb_split', 'skb_shift', 'pskb_expand_head'],
    ...['alloc_pages', 'device_write', 'skb_fill_page_desc_managed', 'net_zcopy_put'],
  ],
  skb_append_frag_list: [
    ...['skb_append_frag_list', 'skb_detach_frag_list', '__pskb_pull_tail', 'skb_linearize', '___pskb_trim'],
    ...['skb_clone', 'skb_try_coalesce'],
  ],
  skb_get: ['skb_share_check', 'skb_clone', 'pskb_copy', 'skb_realloc_headroom', 'kfree_skb', 'consume_skb'],
  page_pool_destroy: [
    'page_pool_release_retry',
    'page_pool_release_retry',
    'page_pool_put_full_page',
    'kfree_skb',
    'device_remove',
  ],
};
