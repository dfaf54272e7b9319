import { skbClone } from '../../net/core/skbuff/copy/skb_clone';
import { skbCopy } from '../../net/core/skbuff/copy/skb_copy';
import { consumeSkb } from '../../net/core/skbuff/free/skb_free';
import { type SkBuff } from '../../structs/sk_buff';
import type { World } from '../../world/world';
import { skbCloned } from '../../net/core/skbuff/skbuff_inlines';

/**
 * dev_map_redirect_clone() and dev_map_generic_redirect() (kernel/bpf/devmap.c, 6.1 and 6.12). They run for each device
 * of a broadcast but the last, here with a program in its map entry. Returns the skb that the program sees and may
 * write to, or null when there is no memory.
 */
export function devMapRedirectClone(world: World, skb: SkBuff): SkBuff | null {
  const clone = skbClone(world, skb);
  if (clone === null) return null;
  if (!skbCloned(clone) || !world.rules.devmapProgramGetsCopy) return clone;
  const nskb = skbCopy(world, clone);
  consumeSkb(world, clone);
  return nskb;
}
