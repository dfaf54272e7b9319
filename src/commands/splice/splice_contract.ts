import type { Page, PageRef } from '../../model/structs/page';
import { DESTRUCTOR_NONE, type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { isSole, isWhole, sendsUserPages } from '../skb/skb_contract';
import { skbHasFragList, skbHeadlen, skbZcopy } from '../../model/net/core/skbuff/skbuff_inlines';

/** More names of these kinds do not make a generated program find more. */
export const PIPE_NAMES_MAX = 2;
export const FILE_NAMES_MAX = 2;
export const MM_NAMES_MAX = 2;

/**
 * The skb has reached its reader: skb_orphan_frags_rx copied the user pages of the skb and of its frag_list on the way
 * up.
 */
export function isReceived(skb: SkBuff): boolean {
  if (!isWhole(skb) || skbZcopy(skb) !== null || sendsUserPages(skb)) return false;
  for (let member = skb.data.fragList; member !== null; member = member.next) if (!isReceived(member)) return false;
  return true;
}

/**
 * Contract of a caller that decrypts in place: the packet is on its way up, and only holders that SKBFL_SHARED_FRAG or
 * the clone count announce can see its bytes. The driver kept no reference, no reader got the bytes, and pskb_copy or a
 * similar function made no second skb of them: neither sign shows these holders. Pages of the page cache are not
 * checked, since SKBFL_SHARED_FRAG exists for them.
 */
export function mayBeDecrypted(world: World, skb: SkBuff): boolean {
  if (!isSole(skb) || skb.len === 0 || skbHasFragList(skb) || skbZcopy(skb) !== null) return false;
  if (skb.destructor !== DESTRUCTOR_NONE || skb.data.handedOut) return false;
  const data = skb.data;
  const linear = data.head + skb.dataOffset;
  if (data.page !== null && skbHeadlen(skb) > 0) {
    const from = linear - data.page.address;
    if (seenElsewhere(world, skb, -1, data.page, from, from + skbHeadlen(skb))) return false;
  }
  for (let i = 0; i < data.nrFrags; i++) {
    const { page, offset, size } = data.frags[i];
    if (page.file === null && seenElsewhere(world, skb, i, page, offset, offset + size)) return false;
  }
  return true;
}

/** Returns whether anything but frag `own` of the skb (-1: its linear part) refers to bytes [from, to) of the page. */
function seenElsewhere(world: World, skb: SkBuff, own: number, page: Page, from: number, to: number): boolean {
  for (const { object } of world.namesOf('page')) {
    const ref = object as PageRef;
    if (ref.page === page && ref.offset < to && from < ref.offset + ref.size) return true;
  }
  for (const data of world.datas) {
    if (data.page === page && (data !== skb.data || own >= 0)) {
      const start = data.head - page.address;
      if (start < to && from < start + data.allocSize) return true;
    }
    for (let i = 0; i < data.nrFrags; i++) {
      const frag = data.frags[i];
      if (data === skb.data && i === own) continue;
      if (frag.page === page && frag.offset < to && from < frag.offset + frag.size) return true;
    }
  }
  for (const uarg of world.uargs) if (uarg.pinned.includes(page)) return true;
  // Linear bytes in a pipe: __skb_splice_bits copied them, or handedOut is set.
  for (const pipe of own >= 0 ? world.systems.pipes : []) {
    for (const buffer of pipe.buffers)
      if (buffer.page === page && buffer.offset < to && from < buffer.offset + buffer.len) return true;
  }
  for (const mapping of world.systems.userMappings) if (mapping.pages.includes(page)) return true;
  return false;
}
