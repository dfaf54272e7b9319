import { names } from '../../commands/command_name';
import { usuallyNext, type Follows, type Weights } from '../usual';
import { commandsNamed, type Scenario } from '../scenario';

/** The steps of a driver that receives a packet, up to the skb that it hands over. */
export const RECEIVE = [
  ...names('device_add', 'device_remove', 'page_pool_create', 'page_pool_alloc_pages', 'page_pool_alloc_frag'),
  ...names('page_pool_put_full_page', 'page_pool_recycle_direct', 'page_pool_destroy', 'page_pool_release_retry'),
  ...names(
    'page_pool_release_page',
    'alloc_pages',
    'put_page',
    'page_frag_cache_init',
    'page_frag_alloc',
    'page_frag_free',
  ),
  ...names('page_frag_cache_drain', 'device_write', 'dma_sync_single_for_cpu', 'dma_sync_single_for_device'),
  ...names('netdev_alloc_skb', 'napi_alloc_skb', 'build_skb', 'napi_build_skb', 'skb_reserve', 'skb_put', 'skb_pull'),
  ...names('skb_add_rx_frag', 'skb_coalesce_rx_frag', 'skb_mark_for_recycle'),
];

/** Commands that end skbs and sockets. */
export const RELEASE = [
  ...names('kfree_skb', 'consume_skb', 'napi_consume_skb', 'sk_alloc', 'sk_free', 'skb_set_owner_r', 'skb_orphan'),
];

/** Followers from the ring to an skb; those of the scenario itself come after them. */
export const RECEIVE_FOLLOWS: Follows = {
  page_pool_create: ['page_pool_alloc_pages', 'page_pool_alloc_frag'],
  page_pool_alloc_pages: ['device_write'],
  page_pool_alloc_frag: ['device_write', 'device_write', 'page_pool_alloc_frag'],
  alloc_pages: ['device_write'],
  page_frag_cache_init: ['page_frag_alloc'],
  page_frag_alloc: ['device_write'],
  device_write: ['dma_sync_single_for_cpu', 'dma_sync_single_for_cpu', 'skb_add_rx_frag'],
  dma_sync_single_for_cpu: ['build_skb', 'napi_build_skb', 'skb_add_rx_frag', 'skb_add_rx_frag'],
  build_skb: ['skb_reserve', 'skb_put', 'skb_mark_for_recycle'],
  napi_build_skb: ['skb_reserve', 'skb_put', 'skb_mark_for_recycle'],
  netdev_alloc_skb: ['skb_put', 'skb_add_rx_frag'],
  napi_alloc_skb: ['skb_put', 'skb_add_rx_frag'],
  skb_reserve: ['skb_put'],
  skb_add_rx_frag: ['skb_mark_for_recycle', 'skb_mark_for_recycle', 'skb_coalesce_rx_frag'],
  sk_alloc: ['skb_set_owner_r'],
  page_pool_destroy: usuallyNext('page_pool_destroy'),
};

export const RECEIVE_WEIGHTS: Weights = {
  device_add: 1,
  device_remove: 1,
  page_pool_create: 4,
  page_pool_destroy: 1,
  page_pool_alloc_pages: 16,
  page_pool_alloc_frag: 16,
  device_write: 32,
  dma_sync_single_for_cpu: 32,
  build_skb: 24,
  napi_build_skb: 24,
  skb_put: 16,
  skb_add_rx_frag: 64,
  skb_mark_for_recycle: 64,
  sk_alloc: 2,
  sk_free: 1,
};

/**
 * Every packet goes to n readers: ip_mr_forward, packet taps and raw sockets clone it ("Multicast traffic requires
 * skb_clone'ing": Brouer, "page_pool return-hook via SKB" (2018), "Testing procedures"). Each reader looks at its clone
 * in its own way and drops it at any time.
 */
export const MULTICAST: Scenario = {
  name: 'multicast',
  title: 'every received packet cloned to n readers, which pull, copy, reshape and free their clones in any order',
  commands: commandsNamed([
    ...RECEIVE,
    ...RELEASE,
    ...names(
      'skb_clone',
      'skb_get',
      'skb_copy',
      'pskb_copy',
      'skb_share_check',
      'skb_unshare',
      'skb_unclone',
      'skb_cow',
    ),
    ...names(
      'pskb_expand_head',
      '__pskb_pull_tail',
      'skb_linearize',
      '___pskb_trim',
      'skb_push',
      'skb_trim',
      'skb_morph',
    ),
  ]),
  weights: {
    ...RECEIVE_WEIGHTS,
    skb_clone: 160,
    skb_get: 24,
    __pskb_pull_tail: 48,
    skb_set_owner_r: 24,
    kfree_skb: 16,
    consume_skb: 16,
  },
  follows: {
    ...RECEIVE_FOLLOWS,
    skb_put: ['skb_clone', 'skb_clone', 'skb_mark_for_recycle', 'skb_add_rx_frag'],
    skb_mark_for_recycle: ['skb_clone', 'skb_clone', 'skb_clone', 'skb_get'],
    skb_clone: [
      ...names(
        'skb_clone',
        'skb_clone',
        'skb_clone',
        'skb_set_owner_r',
        '__pskb_pull_tail',
        'pskb_expand_head',
        'kfree_skb',
      ),
      ...names('consume_skb', 'skb_unshare', 'skb_copy', 'skb_morph'),
    ],
    skb_get: ['skb_share_check', 'skb_clone', 'kfree_skb'],
    skb_set_owner_r: ['consume_skb', 'skb_clone', 'skb_orphan'],
    kfree_skb: ['kfree_skb', 'consume_skb', 'page_pool_alloc_pages'],
    consume_skb: ['kfree_skb', 'consume_skb', 'page_pool_alloc_pages'],
  },
  length: { min: 10, usual: 120, max: 220 },
};
