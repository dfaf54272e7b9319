import type { SockFrag } from './sk_page_frag';

/** struct sock, as far as packet memory needs it. */
export class Sock {
  id = 0;
  /** sk_wmem_alloc: 1 for the socket itself, plus the truesize of every skb charged to it. */
  wmemAlloc = 1;
  /** sk_rmem_alloc. */
  rmemAlloc = 0;
  /** sk_frag: used where sk_page_frag() does not choose the task's. */
  readonly frag: SockFrag = { page: null, offset: 0, size: 0 };
  index = 0;
  /** Scratch of walks. */
  seenWmem = 0;
  seenRmem = 0;
}
