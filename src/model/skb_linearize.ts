import { __pskbPullTail } from './__pskb_pull_tail';
import { ENOMEM } from './errno';
import type { SkBuff } from './skbuff';
import type { World } from './world';

/** skb_linearize(): 0, or -ENOMEM. */
export function skbLinearize(world: World, skb: SkBuff): number {
  if (skb.dataLen === 0) return 0;
  return __pskbPullTail(world, skb, skb.dataLen) ? 0 : -ENOMEM;
}
