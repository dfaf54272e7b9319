import { names } from '../../commands/command_name';
import { usuallyNextOf, weightsOf, CORE_SYSTEMS, pointsOf } from '../usual';
import { commandsNamed, type Scenario } from '../scenario';
import { XSK } from './xsk';

const UNSTEERABLE = 'two CPUs of a kernel cannot be steered to a point';

/** Commands that make packets of pools, and share, move and free them on two CPUs. */
const COMMANDS = [
  ...names('alloc_pages', 'get_page', 'put_page', 'page_frag_free', '__free_pages'),
  ...names('page_pool_create', 'page_pool_alloc_pages', 'page_pool_alloc_frag', 'page_pool_put_page'),
  ...names('page_pool_put_full_page', 'page_pool_recycle_direct', 'page_pool_put_page_bulk', 'page_pool_release_page'),
  ...names('page_pool_destroy', 'page_pool_release_retry', 'device_write', 'dma_sync_single_for_cpu'),
  ...names('alloc_skb', 'alloc_skb_fclone', 'build_skb', 'skb_mark_for_recycle', 'skb_put', 'skb_add_rx_frag'),
  ...names('skb_get', 'kfree_skb', 'consume_skb', 'napi_consume_skb', 'skb_clone', 'skb_copy', 'pskb_copy'),
  ...names('pskb_expand_head', 'skb_cow', 'skb_unclone', 'skb_unshare', 'skb_share_check', 'skb_morph'),
  ...names('skb_try_coalesce', '__pskb_pull_tail', '___pskb_trim', 'skb_linearize', 'skb_append_frag_list'),
  ...names('ubuf_alloc', 'skb_zcopy_set', 'net_zcopy_put', 'sk_alloc', 'sk_free', 'skb_set_owner_w', 'skb_orphan'),
];

/** Commands that drop references, and those that allocate and free beside them. */
const OFTEN = [
  ...names('kfree_skb', 'page_pool_put_full_page', 'put_page', 'net_zcopy_put', 'skb_try_coalesce'),
  ...names('page_pool_alloc_pages', 'page_pool_destroy', 'page_pool_release_retry'),
];

export const RACES: Scenario = {
  name: 'races',
  title: 'pools and skbs on two CPUs: calls of the second run where those of the first can be preempted',
  commands: commandsNamed(COMMANDS),
  weights: {
    ...weightsOf(CORE_SYSTEMS),
    page_pool_create: 4,
    page_pool_alloc_pages: 24,
    page_pool_alloc_frag: 12,
    page_pool_destroy: 6,
    page_pool_put_full_page: 8,
    get_page: 16,
    skb_clone: 24,
    kfree_skb: 24,
  },
  follows: usuallyNextOf(CORE_SYSTEMS),
  schedules: { eighths: 6, points: pointsOf(), often: OFTEN },
  profiles: ['linux-6.12', 'linux-6.1', 'linux-6.12-rt'],
  modelOnly: UNSTEERABLE,
  length: { min: 5, usual: 60, max: 150 },
};

/** Few commands: sharers of the same pages meet in nearly every program. */
const COALESCE_COMMANDS = [
  ...names(
    'page_pool_create',
    'page_pool_alloc_pages',
    'page_pool_alloc_frag',
    'device_write',
    'dma_sync_single_for_cpu',
  ),
  ...names('alloc_skb', 'skb_mark_for_recycle', 'skb_put', 'skb_add_rx_frag', 'skb_clone', 'skb_try_coalesce'),
  ...names('kfree_skb', 'pskb_expand_head', 'page_pool_put_full_page', 'page_pool_destroy', 'page_pool_release_retry'),
];

export const RACES_COALESCE: Scenario = {
  ...RACES,
  name: 'races-coalesce',
  title: 'packets of pools are merged while their clones go on another CPU',
  commands: commandsNamed(COALESCE_COMMANDS),
  weights: {
    ...RACES.weights,
    page_pool_create: 3,
    page_pool_destroy: 1,
    skb_put: 2,
    pskb_expand_head: 4,
    page_pool_put_full_page: 2,
    skb_clone: 48,
  },
  follows: {
    page_pool_create: ['page_pool_alloc_pages', 'page_pool_alloc_frag'],
    page_pool_alloc_pages: ['device_write'],
    page_pool_alloc_frag: ['device_write'],
    device_write: ['skb_add_rx_frag', 'skb_add_rx_frag', 'dma_sync_single_for_cpu'],
    dma_sync_single_for_cpu: ['skb_add_rx_frag'],
    alloc_skb: ['skb_add_rx_frag', 'skb_try_coalesce'],
    skb_add_rx_frag: ['skb_mark_for_recycle', 'skb_clone', 'skb_try_coalesce'],
    skb_mark_for_recycle: ['skb_clone', 'skb_clone', 'alloc_skb'],
    skb_clone: ['skb_try_coalesce', 'skb_try_coalesce', 'alloc_skb'],
  },
  schedules: { eighths: 7, points: pointsOf(), often: ['kfree_skb', 'skb_try_coalesce', 'pskb_expand_head'] },
  length: { min: 8, usual: 40, max: 80 },
};

export const RACES_XSK: Scenario = {
  ...XSK,
  name: 'races-xsk',
  title: 'AF_XDP on two CPUs: sockets that share a completion ring send, and packets complete, at the same time',
  follows: { ...XSK.follows, xsk_bind: ['umem_write', 'umem_write', 'xsk_tx_desc', 'xsk_bind', 'xsk_bind'] },
  schedules: { eighths: 6, points: pointsOf(['xsk']), often: ['xsk_sendto', 'consume_skb'] },
  modelOnly: UNSTEERABLE,
};
