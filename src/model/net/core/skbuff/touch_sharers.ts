import type { SkBuff } from '../../../structs/sk_buff';
import type { World } from '../../../world/world';
import { skbCloned, skbShared } from './skbuff_inlines';

/**
 * Marks all clones of a cloned skb as touched: the command wrote a shared_info that they share.
 * No function of the kernel.
 */
export function touchSharers(world: World, skb: SkBuff): void {
  if (!skbCloned(skb)) return;
  for (const other of world.skbs) if (other.data === skb.data) world.touchSkb(other);
}

/** Marks all leaders of frag_lists as touched when the command wrote a member that several of them share. */
export function touchLeaders(world: World, member: SkBuff): void {
  if (!skbShared(member)) return;
  for (const other of world.skbs) if (other.data.fragList !== null) world.touchSkb(other);
}
