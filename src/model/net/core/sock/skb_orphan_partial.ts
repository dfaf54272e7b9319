import { DESTRUCTOR_SOCK_EFREE, DESTRUCTOR_SOCK_WFREE, type SkBuff } from '../../../structs/sk_buff';
import { isSkbWmem, skbOrphan } from './sock_charge';
import type { World } from '../../../world/world';

/** skb_orphan_partial() (net/core/sock.c, 6.1 and 6.12; netem): no longer charged, but the socket is known, by a reference of its own (sock_efree). */
export function skbOrphanPartial(world: World, skb: SkBuff): void {
  const { sk } = skb;
  if (!world.rules.orphanPartialKeepsTruesize && skb.destructor === DESTRUCTOR_SOCK_WFREE && sk !== null) {
    // As it was: one byte stays charged, so that the socket stays.
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
