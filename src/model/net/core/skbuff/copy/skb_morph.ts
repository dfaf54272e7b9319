import { __skbClone } from './skb_clone';
import { skbReleaseAll } from '../free/skb_free';
import { skbAlive } from '../alloc/skb_slab';
import type { SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';

/**
 * skb_morph(): `dst` releases everything and becomes a clone of `src`. Its struct (and its half of an fclone pair)
 * stays. Unlike skb_clone it does not orphan zerocopy frags: the caller must know that `src` has none.
 */
export function skbMorph(world: World, dst: SkBuff, src: SkBuff): SkBuff {
  if (!skbAlive(world, dst, 'skb_morph') || !skbAlive(world, src, 'skb_morph')) return dst;
  skbReleaseAll(world, dst);
  return __skbClone(world, dst, src);
}
