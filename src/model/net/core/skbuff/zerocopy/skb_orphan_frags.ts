import { skbCopyUbufs } from './skb_copy_ubufs';
import { SKBFL_DONT_ORPHAN, skbZcopy, type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';

/**
 * skb_orphan_frags(): user pages that someone may keep are copied first, unless the uarg says DONT_ORPHAN.
 * False when that failed. Never on a cloned skb that has something to copy: skb_copy_ubufs would unclone, and that would
 * orphan again, for ever. skb_clone orphans before it clones, so the kernel does not get there.
 */
export function skbOrphanFrags(world: World, skb: SkBuff): boolean {
  if (skbZcopy(skb) === null) return true;
  if ((skb.data.flags & SKBFL_DONT_ORPHAN) !== 0) return true;
  return skbCopyUbufs(world, skb) === 0;
}
