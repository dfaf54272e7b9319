import type { Page, PageRef } from '../structs/page';
import { systemsSee } from './systems_see';
import type { World } from './world';

/**
 * Returns whether `ref` alone sees bytes [from, to) of its page. The function looks at other names of the page, heads
 * and frags, and at pages that a zerocopy owner pins.
 */
export function regionIsExclusive(world: World, ref: PageRef, from: number, to: number): boolean {
  const page = ref.page;
  for (const { object } of world.namesOf('page')) {
    const other = object as PageRef;
    if (other !== ref && other.page === page && other.offset < to && from < other.offset + other.size) return false;
  }
  for (const data of world.datas) {
    if (data.page === page && headOverlaps(page, data.head, data.allocSize, from, to)) return false;
    for (let i = 0; i < data.nrFrags; i++) {
      const frag = data.frags[i];
      if (frag.page === page && frag.offset < to && from < frag.offset + frag.size) return false;
    }
  }
  if (world.systems.live > 0 && !readersAreElsewhere(world, page, from, to)) return false;
  for (const uarg of world.uargs) if (uarg.pinned.includes(page)) return false;
  return world.systems.live === 0 || !systemsSee(world, page, from, to);
}

function headOverlaps(page: Page, head: number, size: number, from: number, to: number): boolean {
  const start = head - page.address;
  return start < to && from < start + size;
}

/** Returns whether no pipe has the bytes and no process has them mapped. */
function readersAreElsewhere(world: World, page: Page, from: number, to: number): boolean {
  for (const pipe of world.systems.pipes) {
    for (const buffer of pipe.buffers) {
      if (buffer.page === page && buffer.offset < to && from < buffer.offset + buffer.len) return false;
    }
  }
  for (const mapping of world.systems.userMappings) if (mapping.pages.includes(page)) return false;
  return true;
}
