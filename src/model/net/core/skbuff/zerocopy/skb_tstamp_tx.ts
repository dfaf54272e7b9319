import { inetSockDestruct } from './msg_zerocopy';
import { skbClone } from '../copy/skb_clone';
import { kfreeSkb } from '../free/skb_free';
import { type SkBuff } from '../../../../structs/sk_buff';
import type { Sock } from '../../../../structs/sock';
import { skbSetOwnerR } from '../../sock/sock_charge';
import type { World } from '../../../../world/world';
import { skbZcopy } from '../skbuff_inlines';
import { skbCopyUbufs } from '../head/pskb_expand_head';

/**
 * __skb_tstamp_tx() (6.1 and 6.12) without SOF_TIMESTAMPING_OPT_TSONLY: queues a clone of the packet, charged to the
 * socket, in the error queue for a reader of the time stamp. It copies the user pages even with SKBFL_DONT_ORPHAN,
 * because the clone may wait endlessly and the uarg holds the socket (50749f2dd685).
 * Returns null when there is no memory.
 */
export function skbTstampTx(world: World, orig: SkBuff, sk: Sock): SkBuff | null {
  const skb = skbClone(world, orig);
  if (skb === null) return null;
  // skb_orphan_frags_rx().
  if (world.rules.tstampOrphansFrags && skbZcopy(skb) !== null && skbCopyUbufs(world, skb) !== 0) {
    if (world.rules.tstampFreesOnFailure) kfreeSkb(world, skb);
    return null;
  }
  // sock_queue_err_skb(): its destructor sock_rmem_free() has the same effect on memory as sock_rfree().
  skbSetOwnerR(world, skb, sk);
  sk.errorQueue.push(skb);
  sk.destruct = inetSockDestruct;
  return skb;
}
