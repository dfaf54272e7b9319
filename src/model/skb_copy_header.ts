import type { SkBuff } from './skbuff';
import type { World } from './world';

/**
 * __copy_skb_header(): timestamps, marks, header offsets: nothing that owns memory. pp_recycle, pfmemalloc, head_frag,
 * cloned and fclone lie before the `headers` group on purpose. (B1 had pp_recycle inside the group.)
 */
export function copySkbHeader(world: World, to: SkBuff, from: SkBuff): void {
  if (world.rules.copyHeaderCopiesRecycle) to.ppRecycle = from.ppRecycle;
}

/** skb_copy_header(): and the gso fields of the shared_info. */
export function skbCopyHeader(world: World, to: SkBuff, from: SkBuff): void {
  copySkbHeader(world, to, from);
  to.data.gsoSize = from.data.gsoSize;
  to.data.gsoType = from.data.gsoType;
}
