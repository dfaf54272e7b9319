import type { SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';

/**
 * __copy_skb_header(): copies timestamps, marks and header offsets, which own no memory. pp_recycle, pfmemalloc,
 * head_frag, cloned and fclone precede the `headers` group on purpose. (B1: the marks that make skb_free_head return a
 * head to its pool were inside the group, so a copy inherited them for memory of its own.
 * The memory info of 2018 has the same bug.)
 */
export function copySkbHeader(world: World, to: SkBuff, from: SkBuff): void {
  if (world.rules.copyHeaderCopiesRecycle && from.ppRecycle && from.headFrag) {
    to.ppRecycle = true;
    to.headFrag = true;
  }
  if (world.rules.copyHeaderCopiesUnreadable) to.unreadable = from.unreadable;
  if (world.rules.copyHeaderCopiesHeadFrag) to.headFrag = from.headFrag;
  if (world.rules.copyHeaderCopiesMemInfo) to.memInfo = from.memInfo;
}

/** skb_copy_header(): also copies the gso fields of the shared_info. */
export function skbCopyHeader(world: World, to: SkBuff, from: SkBuff): void {
  copySkbHeader(world, to, from);
  to.data.gsoSize = from.data.gsoSize;
  to.data.gsoType = from.data.gsoType;
  to.data.gsoSegs = from.data.gsoSegs;
}
