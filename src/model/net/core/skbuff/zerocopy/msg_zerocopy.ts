import { kfreeSkb } from '../free/skb_free';
import { SKBFL_DONT_ORPHAN, SKBFL_ZEROCOPY_FRAG } from '../../../../structs/sk_buff';
import type { Sock } from '../../../../structs/sock';
import type { Uarg } from '../../../../structs/uarg';
import { ubufAlloc } from './ubuf_alloc';
import type { World } from '../../../../world/world';

/**
 * msg_zerocopy_alloc() (6.1 and 6.12): the uarg of one sendmsg(MSG_ZEROCOPY) holds the socket that is notified of its
 * completion. (The notification itself is no packet, and is not modelled.)
 */
export function msgZerocopyAlloc(world: World, sk: Sock): Uarg {
  const uarg = ubufAlloc(world, SKBFL_ZEROCOPY_FRAG | SKBFL_DONT_ORPHAN);
  uarg.sk = sk;
  sk.refcnt++;
  sk.destruct = inetSockDestruct;
  return uarg;
}

/** inet_sock_destruct(): frees the skbs that were not read. */
export function inetSockDestruct(world: World, sk: Sock): void {
  for (const skb of sk.errorQueue) kfreeSkb(world, skb);
  sk.errorQueue.length = 0;
}
