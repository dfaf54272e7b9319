import * as napi from './harms/napi';
import * as paged from './harms/paged';
import * as pools from './harms/pools';
import * as socks from './harms/socks';
import * as splice from './harms/splice';
import * as xdp from './harms/xdp';
import * as xsk from './harms/xsk';

/** A program, and the invariants that could fail on its world: exactly those that both checks count as evaluated. */
export interface Evaluation {
  readonly what: string;
  readonly program: string;
  /** In the order of the registry, with ', ' between them. */
  readonly evaluated: string;
  readonly profile?: string;
}

export const EVALUATIONS: readonly Evaluation[] = [
  {
    what: 'a pool of which nothing rests',
    program: 'pool1 = page_pool_create(order: 1, pool_size: 16)\npage1 = page_pool_alloc_pages(pool: pool1)\n',
    evaluated: 'no-double-free, no-use-after-free, pool-refcount, page-refcount, pool-inflight, geometry, ring-bounds',
  },

  {
    what: 'a mapping without pages',
    program: 'mm1 = tcp_mmap(pages: 1)\n',
    evaluated: 'no-use-after-free, socket-charge, bytes',
  },
  {
    what: 'a file',
    program: 'file1 = shmem_file_setup(pages: 1)\n',
    evaluated: 'no-double-free, no-use-after-free, page-refcount, no-shared-write',
  },
  {
    what: 'a pipe without buffers',
    program: 'pipe1 = alloc_pipe_info()\n',
    evaluated: 'no-use-after-free, bytes, ring-bounds',
  },
  { what: 'an rxq', program: 'rxq1 = xdp_rxq_info_reg()\n', evaluated: 'no-use-after-free' },

  { what: 'nothing', program: '', evaluated: '' },
  {
    what: 'a page',
    program: 'page1 = alloc_pages()\n',
    evaluated: 'no-double-free, no-use-after-free, page-refcount, geometry',
  },
  {
    what: 'an skb',
    program: 'skb1 = alloc_skb(size: 0)\n',
    evaluated:
      'no-double-free, no-use-after-free, pfmemalloc-is-real, dataref, skb-users, truesize-exact, ' +
      'truesize-covers, geometry, bytes',
  },
  { what: 'a socket', program: 'sock1 = sk_alloc()\n', evaluated: 'no-use-after-free, socket-charge' },
  { what: 'an owner of user pages', program: 'uarg1 = ubuf_alloc()\n', evaluated: 'no-use-after-free, uarg-refcount' },
  { what: 'a device', program: 'device1 = device_add()\n', evaluated: 'no-use-after-free' },
  {
    what: 'an skb that is written',
    program: 'skb1 = alloc_skb(size: 256)\nskb_put(skb: skb1, len: 64)\n',
    evaluated:
      'no-double-free, no-use-after-free, pfmemalloc-is-real, dataref, skb-users, truesize-exact, ' +
      'truesize-covers, geometry, no-shared-write, bytes',
  },
  {
    what: 'frags',
    program: paged.FRAGS,
    evaluated:
      'no-double-free, no-use-after-free, pfmemalloc-is-real, page-refcount, dataref, skb-users, ' +
      'truesize-exact, truesize-covers, geometry, bytes',
  },
  {
    what: 'a frag_list',
    program: paged.LISTED,
    evaluated:
      'no-double-free, no-use-after-free, pfmemalloc-is-real, page-refcount, dataref, skb-users, ' +
      'truesize-exact, truesize-covers, geometry, bytes',
  },
  {
    what: 'managed frags',
    program: paged.MANAGED,
    evaluated:
      'no-double-free, no-use-after-free, pfmemalloc-is-real, page-refcount, dataref, skb-users, uarg-refcount, ' +
      'truesize-exact, truesize-covers, geometry, bytes',
  },
  {
    what: 'user memory',
    program: paged.ZEROCOPY,
    evaluated:
      'no-double-free, no-use-after-free, pfmemalloc-is-real, page-refcount, dataref, skb-users, uarg-refcount, ' +
      'truesize-exact, truesize-covers, geometry, no-shared-write, bytes',
  },
  {
    what: 'frags in 2018',
    program: paged.FRAGS,
    evaluated:
      'no-double-free, no-use-after-free, no-pool-page-in-frags, pfmemalloc-is-real, page-refcount, dataref, ' +
      'skb-users, truesize-exact, truesize-covers, geometry, bytes',
    profile: 'rfc-2018',
  },
  {
    what: 'a page of a pool',
    program: pools.OUT,
    evaluated:
      'no-double-free, no-use-after-free, returns-to-its-pool, recycled-is-exclusive, pool-refcount, ' +
      'page-refcount, pool-inflight, dma-mapped-once, dma-address-kept, dma-ownership, geometry, ring-bounds',
  },
  {
    what: 'a page in a ring',
    program: pools.IN_RING,
    evaluated:
      'no-double-free, no-use-after-free, returns-to-its-pool, recycled-is-exclusive, pool-refcount, ' +
      'page-refcount, pool-inflight, dma-mapped-once, dma-address-kept, dma-ownership, ring-bounds',
  },
  {
    what: 'a pool with a device',
    program: pools.DEVICE,
    evaluated:
      'no-double-free, no-use-after-free, returns-to-its-pool, recycled-is-exclusive, pool-refcount, ' +
      'page-refcount, pool-inflight, dma-mapped-once, dma-address-kept, geometry, ring-bounds',
  },
  {
    what: 'a pool that does not map',
    program: pools.PLAIN_POOL,
    evaluated:
      'no-double-free, no-use-after-free, returns-to-its-pool, recycled-is-exclusive, pool-refcount, ' +
      'page-refcount, pool-inflight, geometry, ring-bounds',
  },
  { what: 'a mapping', program: pools.MAPPED, evaluated: 'no-double-free, no-use-after-free, page-refcount, geometry' },
  {
    what: 'an skb that recycles',
    program: pools.RECYCLING,
    evaluated:
      'no-double-free, no-use-after-free, returns-to-its-pool, recycled-is-exclusive, pfmemalloc-is-real, ' +
      'pool-refcount, page-refcount, pool-inflight, dma-mapped-once, dma-address-kept, dma-ownership, dataref, ' +
      'skb-users, truesize-exact, truesize-covers, geometry, bytes, ring-bounds',
  },
  {
    what: 'memory info',
    program: pools.MEM_INFO,
    evaluated:
      'no-double-free, no-use-after-free, returns-to-its-pool, recycled-is-exclusive, pfmemalloc-is-real, ' +
      'pool-refcount, page-refcount, pool-inflight, dataref, skb-users, truesize-exact, truesize-covers, ' +
      'geometry, bytes, ring-bounds',
    profile: 'rfc-2018',
  },
  {
    what: 'a write queue',
    program: socks.QUEUED,
    evaluated:
      'no-double-free, no-use-after-free, pfmemalloc-is-real, page-refcount, dataref, skb-users, uarg-refcount, ' +
      'socket-charge, truesize-exact, truesize-covers, geometry, no-shared-write, bytes',
  },
  { what: 'a NAPI', program: napi.NAPI, evaluated: 'no-use-after-free, ring-bounds' },
  {
    what: 'chained packets',
    program: napi.CHAINED,
    evaluated:
      'no-double-free, no-use-after-free, pfmemalloc-is-real, dataref, skb-users, socket-charge, ' +
      'truesize-exact, truesize-covers, geometry, no-shared-write, bytes, ring-bounds',
  },
  {
    what: 'chained packets in 6.1',
    program: napi.CHAINED,
    evaluated:
      'no-double-free, no-use-after-free, pfmemalloc-is-real, dataref, skb-users, socket-charge, ' +
      'truesize-exact, truesize-covers, geometry, no-shared-write, bytes, ring-bounds',
    profile: 'linux-6.1',
  },
  {
    what: 'packets for the stack',
    program: napi.WAITING,
    evaluated:
      'no-double-free, no-use-after-free, pfmemalloc-is-real, dataref, skb-users, truesize-exact, ' +
      'truesize-covers, geometry, bytes, ring-bounds',
  },
  {
    what: 'an skb for another CPU',
    program: napi.DEFERRED,
    evaluated:
      'no-double-free, no-use-after-free, pfmemalloc-is-real, dataref, skb-users, socket-charge, ' +
      'truesize-exact, truesize-covers, geometry, bytes',
  },
  {
    what: 'a pipe',
    program: splice.PIPE,
    evaluated:
      'no-double-free, no-use-after-free, pfmemalloc-is-real, page-refcount, dataref, skb-users, socket-charge, ' +
      'truesize-exact, truesize-covers, geometry, bytes, ring-bounds',
  },
  {
    what: 'the page cache',
    program: splice.CACHED,
    evaluated: 'no-double-free, no-use-after-free, page-refcount, geometry, bytes, ring-bounds',
  },
  {
    what: 'a user mapping',
    program: splice.MAPPED,
    evaluated:
      'no-double-free, no-use-after-free, pfmemalloc-is-real, page-refcount, dataref, skb-users, socket-charge, ' +
      'truesize-exact, truesize-covers, geometry, no-shared-write, bytes',
  },
  {
    what: 'a receive queue',
    program: splice.WAITING,
    evaluated:
      'no-double-free, no-use-after-free, pfmemalloc-is-real, page-refcount, dataref, skb-users, socket-charge, ' +
      'truesize-exact, truesize-covers, geometry, bytes',
  },
  {
    what: 'an xdp_buff',
    program: xdp.FRAGS,
    evaluated: 'no-double-free, no-use-after-free, pfmemalloc-is-real, page-refcount, geometry, bytes',
  },
  {
    what: 'a frame',
    program: xdp.FRAME,
    evaluated: 'no-double-free, no-use-after-free, page-refcount, geometry, no-shared-write, bytes',
  },
  {
    what: 'an xdp_buff of a pool',
    program: xdp.SYNCED,
    evaluated:
      'no-double-free, no-use-after-free, returns-to-its-pool, recycled-is-exclusive, pfmemalloc-is-real, ' +
      'pool-refcount, ' +
      'page-refcount, pool-inflight, dma-mapped-once, dma-address-kept, dma-ownership, geometry, bytes, ' +
      'ring-bounds',
  },
  {
    what: 'a frame of a pool',
    program: xdp.SYNCED_FRAME,
    evaluated:
      'no-double-free, no-use-after-free, returns-to-its-pool, recycled-is-exclusive, pool-refcount, ' +
      'page-refcount, pool-inflight, dma-mapped-once, dma-address-kept, dma-ownership, geometry, ' +
      'no-shared-write, bytes, ring-bounds',
  },
  {
    what: 'a chunk of user memory',
    program: xdp.CHUNK,
    evaluated: 'no-double-free, no-use-after-free, pfmemalloc-is-real, page-refcount, geometry, no-shared-write, bytes',
  },
  {
    what: 'the ring of a cpumap',
    program: xdp.RING,
    evaluated: 'no-double-free, no-use-after-free, page-refcount, geometry, bytes, ring-bounds',
  },
  {
    what: 'an skb in a cpumap',
    program: xdp.GENERIC,
    evaluated:
      'no-double-free, no-use-after-free, pfmemalloc-is-real, dataref, skb-users, truesize-exact, ' +
      'truesize-covers, geometry, bytes, ring-bounds',
  },
  {
    what: 'a driver',
    program: xdp.FILLED,
    evaluated:
      'no-double-free, no-use-after-free, returns-to-its-pool, recycled-is-exclusive, pool-refcount, ' +
      'page-refcount, pool-inflight, dma-mapped-once, dma-address-kept, dma-ownership, no-shared-write, ' +
      'ring-bounds, driver-counters',
  },
  {
    what: 'AF_XDP',
    program: xsk.SENT,
    evaluated:
      'no-double-free, no-use-after-free, pfmemalloc-is-real, page-refcount, dataref, skb-users, socket-charge, ' +
      'truesize-exact, truesize-covers, geometry, bytes, xsk-completion',
  },
  {
    what: 'AF_XDP with DMA',
    program: xsk.DMA,
    evaluated: 'no-double-free, no-use-after-free, page-refcount, dma-address-kept, xsk-completion',
  },
  { what: 'a umem', program: xsk.UMEM, evaluated: 'no-double-free, no-use-after-free, page-refcount, xsk-completion' },
];
