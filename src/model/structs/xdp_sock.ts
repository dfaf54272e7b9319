import type { NetDev } from './netdev';
import type { SkBuff } from './sk_buff';
import type { Sock } from './sock';
import type { Umem } from './umem';
import type { TxQueue, XdpDesc } from './xsk_queue';

/** struct xdp_sock with its rings. */
export class XdpSock {
  id = 0;
  /** The socket is destroyed: closed, and its last skb is freed. */
  freed = false;
  sk!: Sock;
  umem!: Umem;
  netdev!: NetDev;
  tx!: TxQueue;
  /** sk->sk_sndbuf, bytes. */
  sndbuf = 0;
  /** xs->skb (6.6): a packet whose last descriptor is still to come. */
  skb: SkBuff | null = null;
  /** xs->drain_cont (6.12.y): the descriptors up to the end of the packet are given back unsent. */
  drainCont = false;
  /** xsk_release() ran. */
  closed = false;

  /** Ghost: descriptors that came back through the completion ring. */
  completed = 0;
  /**
   * Ghost: descriptors that the kernel took and by its own rules never gives back: invalid ones (6.1), those of a
   * packet that it drops (6.12).
   */
  discarded = 0;
  /** Position in the world's list. */
  index = 0;
}

/** struct xsk_addrs (7.3): the addresses of the descriptors of an skb. */
export interface XskAddrs {
  numDescs: number;
  readonly addrs: number[];
}

/** Ghost on an skb that AF_XDP built: the descriptors that it was built from. */
export interface XskTx {
  readonly xs: XdpSock;
  readonly descs: XdpDesc[];
  /** The bytes are the user's own pages. */
  readonly zerocopy: boolean;
  /** skb_end_offset() of the skb as it was built. If a driver makes the head larger, the socket does not pay for it. */
  readonly end: number;
}
