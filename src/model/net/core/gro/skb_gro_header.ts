import { groCb, skbGroOffset } from '../../../structs/napi_gro_cb';
import { pageAddress } from '../../../mm/page_alloc';
import { copyFrag, skbFragUnref } from '../skbuff/frags/skb_frag';
import { type SkBuff } from '../../../structs/sk_buff';
import type { World } from '../../../world/world';
import { skbHeadlen } from '../skbuff/skbuff_inlines';
import { pskbMayPull } from '../skbuff/pull_trim/__pskb_pull_tail';

/* GRO reads headers in the linear part, or in the first frag without pulling it (frag0). */

/** skb_gro_reset_offset(). 6.12 uses frag0 for the linear part, too. */
export function skbGroResetOffset(world: World, skb: SkBuff): void {
  const cb = groCb(skb);
  const data = skb.data;
  const headlen = skbHeadlen(skb);
  cb.dataOffset = 0;
  cb.frag0 = world.rules.groFrag0IsLinear ? data.head + skb.dataOffset : -1;
  cb.frag0Len = world.rules.groFrag0IsLinear ? headlen : 0;
  if (headlen > 0 || data.nrFrags === 0) return;
  const first = data.frags[0];
  // skb_frag_page() of a net_iov is NULL.
  if (first.page.netIov) return;
  cb.frag0 = pageAddress(world, first.page) + first.offset;
  cb.frag0Len = Math.min(first.size, data.end - skb.tail);
}

/** skb_gro_may_pull(). */
export function skbGroMayPull(skb: SkBuff, length: number): boolean {
  return length <= groCb(skb).frag0Len;
}

/** skb_gro_header_slow(). Pulls `length` bytes and returns the address of byte `offset`, or -1 when the pull fails. */
export function skbGroHeaderSlow(world: World, skb: SkBuff, length: number, offset: number): number {
  if (!pskbMayPull(world, skb, length)) return -1;
  if (!world.rules.groFrag0IsLinear) {
    groCb(skb).frag0 = -1;
    groCb(skb).frag0Len = 0;
  }
  return skb.data.head + skb.dataOffset + offset;
}

/** skb_gro_header(). */
export function skbGroHeader(world: World, skb: SkBuff, length: number, offset: number): number {
  if (skbGroMayPull(skb, length)) return groCb(skb).frag0 + offset;
  return skbGroHeaderSlow(world, skb, length, offset);
}

/**
 * gro_pull_from_frag0(): copies `grow` bytes of headers to the linear part, and releases the frag when that empties it.
 */
export function groPullFromFrag0(world: World, skb: SkBuff, grow: number): void {
  const data = skb.data;
  const first = data.frags[0];
  world.touchSkb(skb);
  world.memory.copy(data.head + skb.tail, groCb(skb).frag0, grow);
  skb.dataLen -= grow;
  skb.tail += grow;
  first.offset += grow;
  first.size -= grow;
  if (first.size !== 0) return;
  world.touchPage(first.page);
  if (world.rules.groPullPutsEmptyFrag) skbFragUnref(world, skb, 0, 'gro_pull_from_frag0');
  for (let i = 1; i < data.nrFrags; i++) copyFrag(data, i - 1, data, i);
  data.nrFrags--;
}

/** gro_try_pull_from_frag0(): copies the headers that were read in frag0 to the linear part. */
export function groTryPullFromFrag0(world: World, skb: SkBuff): void {
  const grow = skbGroOffset(skb) - skbHeadlen(skb);
  if (grow > 0) groPullFromFrag0(world, skb, grow);
}
