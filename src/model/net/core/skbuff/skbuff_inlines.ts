import type { SkBuff } from '../../../structs/sk_buff';
import {
  SKB_DATAREF_MASK,
  SKB_DATAREF_SHIFT,
  SKBFL_ZEROCOPY_ENABLE,
  SKBFL_MANAGED_FRAG_REFS,
} from '../../../structs/sk_buff';
import type { Uarg } from '../../../structs/uarg';

export function skbHeadlen(skb: SkBuff): number {
  return skb.len - skb.dataLen;
}

export function skbHeadroom(skb: SkBuff): number {
  return skb.dataOffset;
}

/** skb_tailroom(). Returns 0 when the skb is not linear. */
export function skbTailroom(skb: SkBuff): number {
  return skb.dataLen !== 0 ? 0 : skb.data.end - skb.tail;
}

export function skbCloned(skb: SkBuff): boolean {
  return skb.cloned && (skb.data.dataref & SKB_DATAREF_MASK) !== 1;
}

export function skbHeaderCloned(skb: SkBuff): boolean {
  if (!skb.cloned) return false;
  const dataref = skb.data.dataref;
  return (dataref & SKB_DATAREF_MASK) - (dataref >> SKB_DATAREF_SHIFT) !== 1;
}

export function skbShared(skb: SkBuff): boolean {
  return skb.users !== 1;
}

export function skbHeadIsLocked(skb: SkBuff): boolean {
  return !skb.headFrag || skbCloned(skb);
}

/** skb_zcopy(): the uarg while the skb is zerocopy. */
export function skbZcopy(skb: SkBuff): Uarg | null {
  return (skb.data.flags & SKBFL_ZEROCOPY_ENABLE) !== 0 ? skb.data.uarg : null;
}

export function skbZcopyManaged(skb: SkBuff): boolean {
  return (skb.data.flags & SKBFL_MANAGED_FRAG_REFS) !== 0;
}

export function skbHasFragList(skb: SkBuff): boolean {
  return skb.data.fragList !== null;
}
