import { DESTRUCTOR_SOCK_EDEMUX, SKBFL_PURE_ZEROCOPY } from '../../../src/model/structs/sk_buff';
import type { Sock } from '../../../src/model/structs/sock';
import type { World } from '../../../src/model/world/world';
import { harmsTo, type Harm } from './harm';

const SKB = 'skb1 = alloc_skb(size: 256)\nskb_put(skb: skb1, len: 64)\nsock1 = sk_alloc()\n';
export const QUEUED = `sock1 = sk_alloc()
uarg1 = ubuf_alloc(flags: 0)
tcp_sendmsg_zerocopy(sock: sock1, uarg: uarg1, len: 1)
`;
const ERRORS = `sock1 = sk_alloc()
uarg1 = msg_zerocopy_alloc(sock: sock1)
skb1 = alloc_skb(size: 0)
skb_zcopy_set(skb: skb1, uarg: uarg1)
skb_tstamp_tx(skb: skb1, sock: sock1)
`;
const FRAG_CACHE = 'frag_cache1 = page_frag_cache_init()\npage1 = page_frag_alloc(cache: frag_cache1, size: 100)\n';
const NAPI_CACHE = 'skb1 = napi_alloc_skb(len: 1000)\nskb_put(skb: skb1, len: 1)\n';
const NAPI_SMALL = 'skb1 = napi_alloc_skb(len: 100)\nskb_put(skb: skb1, len: 1)\n';

const sock = (w: World): Sock => w.socks[0];

/** Sockets, their queues, and the caches of page fragments. */
export const SOCK_HARMS: readonly Harm[] = [
  ...harmsTo('socket-charge', SKB, {
    'a socket owes itself a byte': (w) => sock(w).self++,
    'an skb is written by a socket that is not charged': (w) => {
      w.skbs[0].sk = sock(w);
      w.skbs[0].destructor = 1;
    },
    'an skb was received by a socket that is not charged': (w) => {
      w.skbs[0].sk = sock(w);
      w.skbs[0].destructor = 2;
    },
    'bytes are queued, and the queue is empty': (w) => sock(w).wmemQueued++,
    'memory is taken, and the queue is empty': (w) => sock(w).memCharged++,
  }),
  ...harmsTo('', SKB, {
    'an early demuxed skb is charged to no socket': (w) => {
      w.skbs[0].sk = sock(w);
      w.skbs[0].destructor = DESTRUCTOR_SOCK_EDEMUX;
    },
  }),
  ...harmsTo('socket-charge', QUEUED, {
    'a queue owes a byte more than is said': (w) => sock(w).wmemQueued--,
    'a queue took a byte more than is said': (w) => sock(w).memCharged--,
    'the debt of a queue is not checked': (w) => {
      sock(w).wmemQueued = 0;
      sock(w).memCharged = 0;
    },
    'a pure zerocopy skb is charged for its pages': (w) => (sock(w).writeQueue[0].data.flags &= ~SKBFL_PURE_ZEROCOPY),
  }),
  ...harmsTo('skb-users', QUEUED, { 'an skb in a write queue has another user': (w) => w.skbs[0].users++ }),
  ...harmsTo('skb-users', ERRORS, { 'an skb in an error queue has no user': (w) => (sock(w).errorQueue[0].users = 0) }),
  ...harmsTo('page-refcount', FRAG_CACHE, {
    'a cache of fragments keeps a reference less': (w) => w.fragCaches[0].pagecntBias--,
    'a cache of fragments forgets its page': (w) => (w.fragCaches[0].page = null),
  }),
  ...harmsTo('page-refcount', NAPI_CACHE, {
    'the cache of the CPU keeps a reference less': (w) => {
      if (w.napiFragCache !== null) w.napiFragCache.pagecntBias--;
    },
    'the cache of the CPU forgets its page': (w) => {
      if (w.napiFragCache !== null) w.napiFragCache.page = null;
    },
  }),
  ...harmsTo(
    'page-refcount',
    NAPI_SMALL,
    {
      'the small page of the CPU gives out a kilobyte without a holder': (w) => (w.napiSmallOffset -= 1024),
    },
    { profile: 'linux-6.1' },
  ),
];
