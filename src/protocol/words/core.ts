import { PAGE, row, SKB, whenSet, words } from './grammar';
import { FRAG_ROW } from './structs';

export const POOL_ROW = row('POOL', [
  ...([
    'hold_cnt',
    'release_cnt',
    'cache count',
    'ring count',
    'frag_offset',
    'frag_users',
    'release pending',
  ] as const),
]);
export const DEVICE_ROW = row('DEVICE', ['live mappings', 'maps', 'unmaps', 'syncs for device', 'syncs for cpu']);
export const SOCK_ROW = row('SOCK', ['sk_wmem_alloc', 'sk_rmem_alloc']);
export const UARG_ROW = row('UARG', ['refcnt', 'completions', 'successes']);
export const FRAG_CACHE_ROW = row('FRAG_CACHE', ['page', 'offset', 'size', 'pagecnt_bias', 'pfmemalloc']);

/** Objects of the core. */
export const CORE_WORDS = {
  skb: [SKB],
  page: [PAGE, words(FRAG_ROW)],
  pool: [words(POOL_ROW)],
  device: [words(DEVICE_ROW)],
  sock: [words(SOCK_ROW)],
  uarg: [words(UARG_ROW)],
  frag_cache: [words(FRAG_CACHE_ROW), whenSet('page', PAGE)],
  mapping: [PAGE],
};
