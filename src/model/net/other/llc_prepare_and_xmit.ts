import { ENOMEM } from '../../lib/errno';
import { pskbExpandHead } from '../core/skbuff/head/pskb_expand_head';
import { skbClone } from '../core/skbuff/copy/skb_clone';
import { consumeSkb } from '../core/skbuff/free/skb_free';
import type { SkBuff } from '../../structs/sk_buff';
import { skbSetOwnerW } from '../core/sock/sock_charge';
import type { World } from '../../world/world';

/**
 * llc_prepare_and_xmit() (net/llc/llc_s_ac.c, 6.1 and 6.12) to a device that needs `headroom` more bytes (skb_cow_head,
 * bonding and vlan devices): sends a clone. The caller keeps the skb. Returns 0 or -ENOMEM.
 */
export function llcPrepareAndXmit(world: World, skb: SkBuff, headroom: number): number {
  const nskb = world.rules.llcSendsClone ? skbClone(world, skb) : skbGet(world, skb);
  if (nskb === null) return -ENOMEM;
  if (nskb !== skb && skb.sk !== null) skbSetOwnerW(world, nskb, skb.sk);
  const err = pskbExpandHead(world, nskb, headroom, 0);
  consumeSkb(world, nskb);
  return err;
}

function skbGet(world: World, skb: SkBuff): SkBuff {
  skb.users++;
  world.touchSkb(skb);
  return skb;
}
