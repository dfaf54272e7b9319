import type { Page, PageRef } from '../../model/structs/page';
import { DESTRUCTOR_NONE, type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { isSole } from '../skb/skb_contract';
import { skbHasFragList, skbHeadlen, skbZcopy } from '../../model/net/core/skbuff/skbuff_inlines';

/**
 * Contract of whoever decrypts: a packet on its way up, whose bytes nobody has yet but those that the marker and the clone count tell
 * of. A driver kept no reference, no reader got them, no second skb was made of them by pskb_copy and its like, of which neither
 * says anything. Pages of the page cache are what the marker is for: they are not looked at here.
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

/** Does anybody but frag `own` of the skb (-1: its linear part) see bytes [from, to) of the page? */
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
  // Linear bytes in a pipe: __skb_splice_bits copied them, or handedOut tells of it.
  for (const pipe of own >= 0 ? world.systems.pipes : []) {
    for (const buffer of pipe.buffers)
      if (buffer.page === page && buffer.offset < to && from < buffer.offset + buffer.len) return true;
  }
  for (const mapping of world.systems.userMappings) if (mapping.pages.includes(page)) return true;
  return false;
}
