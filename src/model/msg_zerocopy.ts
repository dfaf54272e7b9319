import { kfreeSkb } from './skb_free';
import { SKBFL_DONT_ORPHAN, SKBFL_ZEROCOPY_FRAG } from './skbuff';
import type { Sock } from './sock';
import type { Uarg } from './uarg';
import { ubufAlloc } from './ubuf_alloc';
import type { World } from './world';

/**
 * msg_zerocopy_alloc() (6.1 and 6.12): the owner of one sendmsg(MSG_ZEROCOPY) holds the socket that is told of its completion. (The
 * notification itself is no packet: it is not modelled.)
 */
export function msgZerocopyAlloc(world: World, sk: Sock): Uarg {
  const uarg = ubufAlloc(world, SKBFL_ZEROCOPY_FRAG | SKBFL_DONT_ORPHAN);
  uarg.sk = sk;
  sk.refcnt++;
  sk.destruct = inetSockDestruct;
  return uarg;
}

/** inet_sock_destruct(): what nobody has read goes. */
export function inetSockDestruct(world: World, sk: Sock): void {
  for (const skb of sk.errorQueue) kfreeSkb(world, skb);
  sk.errorQueue.length = 0;
}
