/** struct sock, as far as packet memory needs it. */
export class Sock {
  id = 0;
  /** sk_wmem_alloc: 1 for the socket itself, plus the truesize of every skb charged to it. */
  wmemAlloc = 1;
  /** sk_rmem_alloc. */
  rmemAlloc = 0;
  index = 0;
  /** Scratch of walks. */
  seenWmem = 0;
  seenRmem = 0;
}
