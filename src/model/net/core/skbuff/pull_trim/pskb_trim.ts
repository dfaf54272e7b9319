import { ENOMEM } from '../../../../lib/errno';
import { pskbExpandHead } from '../head/pskb_expand_head';
import { skbClone } from '../copy/skb_clone';
import { skbCondense } from '../head/skb_condense';
import { skbFragUnref } from '../frags/skb_frag';
import { consumeSkb, kfreeSkbList } from '../free/skb_free';
import { DESTRUCTOR_SOCK_EDEMUX, type SkbData, type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbCloned, skbHeadlen, skbShared } from '../skbuff_inlines';

/** pskb_trim(). Returns 0 or -errno. */
export function pskbTrim(world: World, skb: SkBuff, len: number): number {
  if (len >= skb.len) return 0;
  if (skb.dataLen !== 0) return ___pskbTrim(world, skb, len);
  // __skb_trim() is legal on a clone, because only this skb's tail moves.
  world.touchSkb(skb);
  skb.len = len;
  skb.tail = skb.dataOffset + len;
  return 0;
}

/**
 * ___pskb_trim() (6.1 and 6.12) of a non-linear skb: cuts it to `len` bytes. Returns 0 or -ENOMEM. On failure its
 * length is as before, but the head may have been expanded and shared frag_list members replaced by clones.
 */
export function ___pskbTrim(world: World, skb: SkBuff, len: number): number {
  let offset = skbHeadlen(skb);
  const nfrags = skb.data.nrFrags;
  if (skbCloned(skb)) {
    const err = pskbExpandHead(world, skb, 0, 0);
    if (err !== 0) return err;
  }
  world.touchSkb(skb);
  const data = skb.data;
  let i = 0;
  let insideFrags = offset >= len;
  for (; !insideFrags && i < nfrags; i++) {
    const end = offset + data.frags[i].size;
    if (end < len) {
      offset = end;
      continue;
    }
    data.frags[i].size = len - offset;
    insideFrags = true;
  }
  if (insideFrags) {
    data.nrFrags = i;
    for (; i < nfrags; i++) skbFragUnref(world, skb, i, '___pskb_trim');
    skbDropFragList(world, data);
  } else {
    const err = trimFragList(world, data, offset, len);
    if (err !== 0) return err;
  }
  setLength(skb, len);
  if (data.nrFrags === 0 && data.fragList === null) skb.unreadable = false;
  // An skb that is charged to a socket keeps the charged truesize (c21b48cc1bbf).
  const { trimCondenses } = world.rules;
  const unowned = skb.sk === null || skb.destructor === DESTRUCTOR_SOCK_EDEMUX;
  if (trimCondenses === 'always' || (unowned && trimCondenses === 'unowned')) skbCondense(world, skb);
  return 0;
}

function setLength(skb: SkBuff, len: number): void {
  if (len > skbHeadlen(skb)) {
    skb.dataLen -= skb.len - len;
    skb.len = len;
  } else {
    skb.len = len;
    skb.dataLen = 0;
    skb.tail = skb.dataOffset + len;
  }
}

/** The case that the cut is in the frag_list, which starts `start` bytes into the skb. Returns 0 or -errno. */
function trimFragList(world: World, data: SkbData, start: number, len: number): number {
  let offset = start;
  let previous: SkBuff | null = null;
  let frag = data.fragList;
  while (frag !== null) {
    const end = offset + frag.len;
    if (skbShared(frag)) {
      // The other list keeps the member as it is.
      const nfrag = skbClone(world, frag);
      if (nfrag === null) return -ENOMEM;
      nfrag.next = frag.next;
      consumeSkb(world, frag);
      frag = nfrag;
      if (previous === null) data.fragList = frag;
      else previous.next = frag;
    }
    if (end < len) {
      offset = end;
      previous = frag;
      frag = frag.next;
      continue;
    }
    if (end > len) {
      const err = pskbTrim(world, frag, len - offset);
      if (err !== 0) return err;
    }
    if (frag.next !== null) {
      kfreeSkbList(world, frag.next);
      frag.next = null;
    }
    break;
  }
  return 0;
}

/** skb_drop_fraglist(). */
function skbDropFragList(world: World, data: SkbData): void {
  if (data.fragList === null) return;
  kfreeSkbList(world, data.fragList);
  data.fragList = null;
}
