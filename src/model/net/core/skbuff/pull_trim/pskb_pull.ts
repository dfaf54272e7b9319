import { __pskbPullTail } from './__pskb_pull_tail';
import { skbHeadlen, type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';

/** pskb_may_pull(): are the first `len` bytes in the linear part, or can they be brought there? */
export function pskbMayPull(world: World, skb: SkBuff, len: number): boolean {
  const headlen = skbHeadlen(skb);
  if (len <= headlen) return true;
  if (len > skb.len) return false;
  return __pskbPullTail(world, skb, len - headlen);
}

/** pskb_pull(): false is NULL, nothing was pulled. */
export function pskbPull(world: World, skb: SkBuff, len: number): boolean {
  if (!pskbMayPull(world, skb, len)) return false;
  world.touchSkb(skb);
  skb.len -= len;
  skb.dataOffset += len;
  return true;
}
