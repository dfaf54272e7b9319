import { DESTRUCTOR_SOCK_EFREE, DESTRUCTOR_SOCK_WFREE, type SkBuff } from '../../../structs/sk_buff';
import { isSkbWmem, skbOrphan } from './sock_charge';
import type { World } from '../../../world/world';

/**
 * skb_orphan_partial() (net/core/sock.c, 6.1 and 6.12; netem): the skb is no longer charged, but keeps its socket by a
 * reference of its own (sock_efree).
 */
export function skbOrphanPartial(world: World, skb: SkBuff): void {
  const { sk } = skb;
  if (!world.rules.orphanPartialKeepsTruesize && skb.destructor === DESTRUCTOR_SOCK_WFREE && sk !== null) {
    // The old way: one byte stays charged, which keeps the socket.
    world.touchSkb(skb);
    sk.wmemAlloc -= skb.truesize - 1;
    skb.truesize = 1;
    return;
  }
  const owed = isSkbWmem(skb);
  skbOrphan(world, skb);
  // skb_set_owner_sk_safe(): refcount_inc_not_zero(&sk->sk_refcnt) fails once the user has closed it.
  if (!owed || sk === null || sk.self === 0) return;
  skb.sk = sk;
  skb.destructor = DESTRUCTOR_SOCK_EFREE;
}
