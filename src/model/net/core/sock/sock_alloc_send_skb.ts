import { EAGAIN, ENOBUFS } from '../../../lib/errno';
import { allocSkb } from '../skbuff/alloc/skb_alloc';
import type { SkBuff } from '../../../structs/sk_buff';
import { skbSetOwnerW } from './sock_charge';
import type { World } from '../../../world/world';
import type { XdpSock } from '../../../structs/xdp_sock';

/** sock_alloc_send_skb() without waiting. Returns the skb or a negative errno. */
export function sockAllocSendSkb(world: World, xs: XdpSock, size: number): SkBuff | number {
  // sk_wmem_alloc_get() subtracts the socket's own share.
  if (xs.sk.wmemAlloc - 1 >= xs.sndbuf) return -EAGAIN;
  const skb = allocSkb(world, size);
  if (skb === null) return -ENOBUFS;
  skbSetOwnerW(world, skb, xs.sk);
  return skb;
}
