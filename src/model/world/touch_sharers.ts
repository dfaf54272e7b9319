import { skbCloned, skbShared, type SkBuff } from '../structs/sk_buff';
import type { World } from './world';

/** A shared_info was written that clones see, too: the command worked on them. On the kernels' rules there are none. */
export function touchSharers(world: World, skb: SkBuff): void {
  if (!skbCloned(skb)) return;
  for (const other of world.skbs) if (other.data === skb.data) world.touchSkb(other);
}

/** A frag_list member was written that other lists have, too: the command worked on whoever leads one. */
export function touchLeaders(world: World, member: SkBuff): void {
  if (!skbShared(member)) return;
  for (const other of world.skbs) if (other.data.fragList !== null) world.touchSkb(other);
}
