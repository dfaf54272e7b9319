import { __pskbPullTail } from './__pskb_pull_tail';
import { ENOMEM } from '../../../../lib/errno';
import type { SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';

/** skb_linearize(). Returns 0 or -ENOMEM. */
export function skbLinearize(world: World, skb: SkBuff): number {
  if (skb.dataLen === 0) return 0;
  return __pskbPullTail(world, skb, skb.dataLen) ? 0 : -ENOMEM;
}
