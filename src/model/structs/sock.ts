import type { SkBuff } from './sk_buff';
import type { XdpSock } from './xdp_sock';
import type { SockFrag } from './sock_frag';

/** struct sock, as far as packet memory needs it. */
export class Sock {
  id = 0;
  /** sk_wmem_alloc: 1 for the socket itself, plus the truesize of every skb charged to it. */
  wmemAlloc = 1;
  /**
   * The socket's own share of sk_wmem_alloc: 1 until sk_free(), which the socket outlives while skbs are charged to it.
   */
  self = 1;
  /** No skb is charged to the socket any more, and the user has released it. */
  freed = false;
  /** The AF_XDP socket that this is part of. */
  xsk: XdpSock | null = null;
  /** sk_rmem_alloc. */
  rmemAlloc = 0;
  /** sk_frag: used if sk_page_frag() does not choose the task's page_frag. */
  readonly frag: SockFrag = { page: null, offset: 0, size: 0 };
  /** sk_refcnt: counts the name, and each owner of zerocopy pages (sock_hold in msg_zerocopy_alloc). */
  refcnt = 1;
  /** The packets of sk_error_queue: the queue is the one user of each. */
  readonly errorQueue: SkBuff[] = [];
  /** sk_write_queue of a TCP socket: the queue is the one user of each. */
  readonly writeQueue: SkBuff[] = [];
  /** sk_wmem_queued. */
  wmemQueued = 0;
  /** The bytes that sk_mem_charge() took off sk_forward_alloc and sk_mem_uncharge() did not give back. */
  memCharged = 0;
  /** sk_destruct: takes the world, which a struct must not know. */
  destruct: ((world: never, sk: Sock) => void) | null = null;
  index = 0;
  /** Scratch of walks. */
  seenWmem = 0;
  seenRmem = 0;
}
