import { EFAULT, ENOMEM } from '../../../../lib/errno';
import { kmallocReserve } from '../alloc/kmalloc_reserve';
import { pskbTrim } from './pskb_trim';
import { skbClone } from '../copy/skb_clone';
import { freeSkbData } from '../alloc/skb_head';
import { copyFrag, skbFragRef } from '../frags/skb_frag';
import { consumeSkb, kfreeSkb, kfreeSkbList, netZcopyGet, skbFreeHead, skbReleaseData } from '../free/skb_free';
import { cloneFragList, copySharedInfo } from '../copy/skb_shinfo';
import { skbZcopyDowngradeManaged } from '../zerocopy/skb_zcopy';
import { SKBFL_SHARED_FRAG, type SkbData, type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbCloned, skbHeadlen, skbShared, skbZcopy } from '../skbuff_inlines';
import { skbOrphanFrags } from '../head/pskb_expand_head';

/**
 * pskb_extract() (6.1 and 6.12, for RDS): returns a clone with bytes [off, off + toCopy) only, in an unshared head.
 * Returns null when there is no memory, or when user pages could not be orphaned. truesize stays the clone's, unless
 * the trim condenses the skb.
 */
export function pskbExtract(world: World, skb: SkBuff, off: number, toCopy: number): SkBuff | null {
  const clone = skbClone(world, skb);
  if (clone === null) return null;
  if (pskbCarve(world, clone, off) < 0 || pskbTrim(world, clone, toCopy) !== 0) {
    kfreeSkb(world, clone);
    return null;
  }
  return clone;
}

/** pskb_carve(): removes the first `off` bytes. Returns 0 or -errno. */
function pskbCarve(world: World, skb: SkBuff, off: number): number {
  const headlen = skbHeadlen(skb);
  return off < headlen ? carveInsideHeader(world, skb, off, headlen) : carveInsideNonlinear(world, skb, off, headlen);
}

/** pskb_carve_inside_header(): copies the rest of the linear part to a new head. */
function carveInsideHeader(world: World, skb: SkBuff, off: number, headlen: number): number {
  const data = kmallocReserve(world, skb.data.end, skb.pfmemalloc);
  if (data === null) return -ENOMEM;
  world.memory.copy(data.head, skb.data.head + skb.dataOffset + off, headlen - off);
  skb.len -= off;
  if (world.rules.carveDowngradesManaged) skbZcopyDowngradeManaged(world, skb);
  copySharedInfo(data, skb.data);
  keepMarker(world, data);
  if (skbCloned(skb)) {
    if (!skbOrphanFrags(world, skb)) {
      freeSkbData(world, data);
      return -ENOMEM;
    }
    holdUarg(world, skb);
    if (world.rules.carveTakesPageReferences) for (let i = 0; i < skb.data.nrFrags; i++) skbFragRef(world, skb, i);
    cloneFragList(skb.data);
    skbReleaseData(world, skb);
  } else {
    skbFreeHead(world, skb);
  }
  takeHead(world, skb, data);
  return 0;
}

/** pskb_carve_inside_nonlinear(): removes the whole linear part and the paged bytes before `off`. */
function carveInsideNonlinear(world: World, skb: SkBuff, off: number, headlen: number): number {
  const data = kmallocReserve(world, skb.data.end, skb.pfmemalloc);
  if (data === null) return -ENOMEM;
  if (world.rules.carveDowngradesManaged) skbZcopyDowngradeManaged(world, skb);
  copySharedInfo(data, skb.data);
  keepMarker(world, data);
  if (!skbOrphanFrags(world, skb)) {
    freeSkbData(world, data);
    return -ENOMEM;
  }
  const past = keepFrags(world, skb, data, off, headlen);
  cloneFragList(skb.data);
  if (data.nrFrags === 0 && carveFragList(world, data, off - past) !== 0) {
    kfreeSkbList(world, skb.data.fragList);
    freeSkbData(world, data);
    return -ENOMEM;
  }
  holdUarg(world, skb);
  skbReleaseData(world, skb);
  skb.len -= off;
  skb.dataLen = skb.len;
  takeHead(world, skb, data);
  return 0;
}

/**
 * Copies the frags behind `off` to the new head with references of their own.
 * Returns the position behind the last frag.
 */
function keepFrags(world: World, skb: SkBuff, data: SkbData, off: number, headlen: number): number {
  let pos = headlen;
  let k = 0;
  for (let i = 0; i < skb.data.nrFrags; i++) {
    const { size } = skb.data.frags[i];
    if (pos + size > off) {
      copyFrag(data, k, skb.data, i);
      if (pos < off) {
        data.frags[0].offset += off - pos;
        data.frags[0].size -= off - pos;
      }
      if (world.rules.carveTakesPageReferences) skbFragRef(world, skb, i);
      k++;
    }
    pos += size;
  }
  data.nrFrags = k;
  return pos;
}

/** pskb_carve_frag_list(): removes the first `bytes` of the new head's list, whose members the old head shares. */
function carveFragList(world: World, data: SkbData, bytes: number): number {
  let eat = bytes;
  let list = data.fragList;
  let clone: SkBuff | null = null;
  // The first member that stays.
  let insp: SkBuff | null;
  do {
    if (list === null) return -EFAULT;
    if (list.len <= eat) {
      eat -= list.len;
      list = list.next;
      insp = list;
    } else {
      if (skbShared(list)) {
        clone = skbClone(world, list);
        if (clone === null) return -ENOMEM;
        insp = list.next;
        list = clone;
      } else {
        insp = list;
      }
      if (pskbCarve(world, list, eat) < 0) {
        if (clone !== null) kfreeSkb(world, clone);
        return -ENOMEM;
      }
      break;
    }
  } while (eat > 0);
  while (data.fragList !== insp) {
    const eaten = data.fragList as SkBuff;
    data.fragList = eaten.next;
    consumeSkb(world, eaten);
  }
  if (clone !== null) {
    clone.next = data.fragList;
    data.fragList = clone;
  }
  return 0;
}

/** Takes a reference to the uarg for the new shared_info (98d0912e9f84). */
function holdUarg(world: World, skb: SkBuff): void {
  const uarg = skbZcopy(skb);
  if (uarg !== null && world.rules.carveTakesUargReference) netZcopyGet(world, uarg);
}

function keepMarker(world: World, data: SkbData): void {
  if (!world.rules.carveKeepsSharedFrag) data.flags &= ~SKBFL_SHARED_FRAG;
}

/** Installs the new head, whose linear part starts at its first byte. */
function takeHead(world: World, skb: SkBuff, data: SkbData): void {
  skb.data = data;
  skb.headFrag = false;
  skb.dataOffset = 0;
  skb.tail = skbHeadlen(skb);
  skb.cloned = false;
  skb.hdrLen = 0;
  skb.nohdr = false;
  data.dataref = 1;
  world.touchSkb(skb);
}
