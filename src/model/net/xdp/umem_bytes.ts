import { pageAddress } from '../../mm/page_alloc';
import { forgetWrites, writtenPayload } from '../../mm/page_writes';
import { patternStart } from '../../world/memory';
import { DESTRUCTOR_XSK } from '../../structs/sk_buff';
import type { Umem } from '../../structs/umem';
import type { World } from '../../world/world';
import { xpRawGetData, xpValidateDesc } from './xp_validate_desc';

/** The user writes the next pattern into [start, start + len) of its memory. */
export function writeUmem(world: World, umem: Umem, start: number, len: number): void {
  const { pageSize } = world.abi;
  const pattern = patternStart(world.stamp++);
  for (let done = 0; done < len;) {
    const page = umem.pages[Math.floor((start + done) / pageSize)];
    const offset = (start + done) % pageSize;
    const part = Math.min(pageSize - offset, len - done);
    world.memory.copy(pageAddress(world, page) + offset, pattern + done, part);
    forgetWrites(page, offset, offset + part);
    page.writes.push(offset, offset + part, pattern + done);
    world.touchPage(page);
    done += part;
  }
}

/**
 * Returns the user's writes to [start, start + len): pairs (start in the pattern, length). Null if some of these bytes
 * were never written.
 */
export function umemPayload(world: World, umem: Umem, start: number, len: number): readonly number[] | null {
  const { pageSize } = world.abi;
  const payload: number[] = [];
  for (let done = 0; done < len;) {
    const offset = (start + done) % pageSize;
    const part = Math.min(pageSize - offset, len - done);
    const written = writtenPayload(umem.pages[Math.floor((start + done) / pageSize)], offset, part);
    if (written === null) return null;
    payload.push(...written);
    done += part;
  }
  return payload;
}

/**
 * Returns whether the user owns [from, to): no waiting descriptor, no descriptor under way and no frag touches these
 * bytes.
 */
export function userOwns(world: World, umem: Umem, from: number, to: number): boolean {
  for (const xs of umem.sockets) {
    if (xs.closed) continue;
    for (let i = xs.tx.cachedCons; i < xs.tx.producer; i++) {
      const desc = xs.tx.slot(i);
      if (xpValidateDesc(world, umem, desc) && overlaps(umem, desc.addr, desc.len, from, to)) return false;
    }
  }
  for (const skb of world.skbs) {
    if (skb.destructor !== DESTRUCTOR_XSK || skb.tx === null || skb.tx.xs.umem !== umem) continue;
    for (const { addr, len } of skb.tx.descs) if (overlaps(umem, addr, len, from, to)) return false;
  }
  return !isInFrag(world, umem, from, to);
}

function overlaps(umem: Umem, addr: number, len: number, from: number, to: number): boolean {
  const start = xpRawGetData(umem, addr);
  return start < to && from < start + len;
}

function isInFrag(world: World, umem: Umem, from: number, to: number): boolean {
  for (const data of world.datas) {
    for (let i = 0; i < data.nrFrags; i++) {
      const frag = data.frags[i];
      const page = umem.pages.indexOf(frag.page);
      if (page < 0) continue;
      const start = page * world.abi.pageSize + frag.offset;
      if (start < to && from < start + frag.size) return true;
    }
  }
  return false;
}
