import { EIO, ENOMEM } from '../../../../lib/errno';
import { skbZcopySet } from './skb_zcopy';
import { type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbZcopy } from '../skbuff_inlines';
import { skbCopyUbufs } from '../head/pskb_expand_head';

/**
 * skb_zerocopy_clone(nskb, orig, gfp) (6.1 and 6.12): `nskb`, which shares frags with `orig`, takes a reference to its
 * uarg. Returns 0 or -errno.
 *
 * @param mayCopy - gfp_mask != 0: copies the user pages of an `nskb` with another uarg first. skb_split passes 0.
 */
export function skbZerocopyClone(world: World, nskb: SkBuff, orig: SkBuff, mayCopy = true): number {
  const uarg = skbZcopy(orig);
  if (uarg === null) return 0;
  const held = skbZcopy(nskb);
  if (held !== null) {
    // WARN_ON_ONCE: callers without gfp are verified to have !skb_zcopy(nskb).
    if (!mayCopy) return -ENOMEM;
    if (held === uarg) return 0;
    if (skbCopyUbufs(world, nskb) !== 0) return -EIO;
  }
  skbZcopySet(world, nskb, uarg);
  return 0;
}
