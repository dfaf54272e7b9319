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
 * __skb_tstamp_tx() (6.1 and 6.12) without SOF_TIMESTAMPING_OPT_TSONLY: a clone of the packet waits in the error queue for whoever wants
 * the time stamp, charged to the socket. Its user pages are copied, whatever their owner says: it may wait for ever, and the owner
 * holds the socket (50749f2dd685). Null: no memory.
 */
export function skbTstampTx(world: World, orig: SkBuff, sk: Sock): SkBuff | null {
  const skb = skbClone(world, orig);
  if (skb === null) return null;
  // skb_orphan_frags_rx().
  if (world.rules.tstampOrphansFrags && skbZcopy(skb) !== null && skbCopyUbufs(world, skb) !== 0) {
    if (world.rules.tstampFreesOnFailure) kfreeSkb(world, skb);
    return null;
  }
  // sock_queue_err_skb(): sock_rmem_free() does to memory what sock_rfree() does.
  skbSetOwnerR(world, skb, sk);
  sk.errorQueue.push(skb);
  sk.destruct = inetSockDestruct;
  return skb;
}
