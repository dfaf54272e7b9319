import { ENOMEM } from './errno';
import { pskbExpandHead } from './pskb_expand_head';
import { skbClone } from './skb_clone';
import { consumeSkb } from './skb_free';
import type { SkBuff } from './skbuff';
import { skbSetOwnerW } from './sock_charge';
import type { World } from './world';

/**
 * llc_prepare_and_xmit() (net/llc/llc_s_ac.c, 6.1 and 6.12) to a device that needs `headroom` more bytes (skb_cow_head, bonding and vlan
 * devices): a clone is sent, the caller keeps the skb. 0 or -ENOMEM.
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
