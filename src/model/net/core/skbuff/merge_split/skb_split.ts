import { copyFrag, skbFragRef } from '../frags/skb_frag';
import { skbPut } from '../pull_trim/skb_linear';
import { skbZcopyDowngradeManaged } from '../zerocopy/skb_zcopy';
import { skbZerocopyClone } from '../zerocopy/skb_zerocopy_clone';
import { SKBFL_PURE_ZEROCOPY, SKBFL_SHARED_FRAG, type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbHeadlen } from '../skbuff_inlines';

/**
 * skb_split() (6.1 and 6.12): moves the bytes from `len` on to the empty `skb1`. A frag that is cut in two gets a plain
 * page reference for the second half (such skbs hold no pages of a pool). The caller adjusts truesize.
 */
export function skbSplit(world: World, skb: SkBuff, skb1: SkBuff, len: number): void {
  const pos = skbHeadlen(skb);
  world.touchSkb(skb);
  world.touchSkb(skb1);
  skbZcopyDowngradeManaged(world, skb);
  const kept = world.rules.splitKeepsSharedFrag ? SKBFL_SHARED_FRAG | SKBFL_PURE_ZEROCOPY : SKBFL_PURE_ZEROCOPY;
  skb1.data.flags |= skb.data.flags & kept;
  skbZerocopyClone(world, skb1, skb, false);
  if (len < pos) splitInsideHeader(world, skb, skb1, len, pos);
  else splitNoHeader(world, skb, skb1, len, pos);
}

/** skb_split_inside_header(): copies the end of the linear part, and "move data appendix as is". */
function splitInsideHeader(world: World, skb: SkBuff, skb1: SkBuff, len: number, pos: number): void {
  world.memory.copy(skbPut(world, skb1, pos - len), skb.data.head + skb.dataOffset + len, pos - len);
  for (let i = 0; i < skb.data.nrFrags; i++) copyFrag(skb1.data, i, skb.data, i);
  skb1.data.nrFrags = skb.data.nrFrags;
  skb.data.nrFrags = 0;
  skb1.unreadable = skb.unreadable;
  skb1.dataLen = skb.dataLen;
  skb1.len += skb1.dataLen;
  skb.dataLen = 0;
  skb.len = len;
  skb.tail = skb.dataOffset + len;
}

/** skb_split_no_header(): "second chunk has no header, nothing to copy". */
function splitNoHeader(world: World, skb: SkBuff, skb1: SkBuff, len: number, headlen: number): void {
  const nfrags = skb.data.nrFrags;
  let pos = headlen;
  let k = 0;
  skb.data.nrFrags = 0;
  skb1.dataLen = skb.len - len;
  skb1.len = skb1.dataLen;
  skb.len = len;
  skb.dataLen = len - pos;
  for (let i = 0; i < nfrags; i++) {
    const frag = skb.data.frags[i];
    const size = frag.size;
    if (pos + size > len) {
      copyFrag(skb1.data, k, skb.data, i);
      if (pos < len) {
        skbFragRef(world, skb, i);
        const rest = skb1.data.frags[0];
        rest.offset += len - pos;
        rest.size -= len - pos;
        frag.size = len - pos;
        skb.data.nrFrags++;
      }
      k++;
    } else {
      skb.data.nrFrags++;
    }
    pos += size;
  }
  skb1.data.nrFrags = k;
  skb1.unreadable = skb.unreadable;
}
