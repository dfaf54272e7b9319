import { __skbClone } from './skb_clone';
import { skbReleaseAll } from '../free/skb_free';
import { skbAlive } from '../alloc/skb_slab';
import type { SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';

/**
 * skb_morph(): `dst` drops what it has and becomes a clone of `src`; its struct (and its half of an fclone pair) stays.
 * Zerocopy frags are not orphaned, unlike in skb_clone: a caller has to know that `src` has none.
 */
export function skbMorph(world: World, dst: SkBuff, src: SkBuff): SkBuff {
  if (!skbAlive(world, dst, 'skb_morph') || !skbAlive(world, src, 'skb_morph')) return dst;
  skbReleaseAll(world, dst);
  return __skbClone(world, dst, src);
}
