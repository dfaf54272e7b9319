import { clearList } from '../lib/clear_list';
import type { Page } from '../structs/page';
import { pageAddress } from './page_alloc';
import type { World } from '../world/world';

/*
 * The bytes of a page that come from pattern writes. Page.writes holds disjoint triples (from, to, position of `from`
 * in the pattern). The `bytes` invariant needs them: payload that enters an skb with a page must be known.
 */

/** Writes `len` bytes of the next pattern write at `offset` of the page, and remembers the write. */
export function writePattern(world: World, page: Page, offset: number, len: number): void {
  const from = world.memory.writeStamp(pageAddress(world, page) + offset, len, world.stamp++);
  noteWrite(page, offset, len, from);
}

/** The same for bytes that are no new pattern write: copies them from `from` in packet memory. */
export function writeBytes(world: World, page: Page, offset: number, len: number, from: number): void {
  world.memory.copy(pageAddress(world, page) + offset, from, len);
  noteWrite(page, offset, len, from);
}

function noteWrite(page: Page, offset: number, len: number, from: number): void {
  forgetWrites(page, offset, offset + len);
  page.writes.push(offset, offset + len, from);
  page.writtenFrom = page.writtenFrom === page.writtenTo ? offset : Math.min(page.writtenFrom, offset);
  page.writtenTo = Math.max(page.writtenTo, offset + len);
}

/** Forgets the writes of bytes [from, to), because another writer owns them from now on. */
export function forgetWrites(page: Page, from: number, to: number): void {
  const writes = page.writes;
  for (let i = writes.length - 3; i >= 0; i -= 3) {
    const start = writes[i];
    const end = writes[i + 1];
    if (start >= to || end <= from) continue;
    const pattern = writes[i + 2];
    writes.splice(i, 3);
    if (start < from) writes.push(start, from, pattern);
    if (end > to) writes.push(to, end, pattern + (to - start));
  }
}

/** Forgets all writes, because the page is handed out anew. */
export function forgetAllWrites(page: Page): void {
  clearList(page.writes);
  page.writtenFrom = 0;
  page.writtenTo = 0;
}

/**
 * Returns bytes [offset, offset + len) of the page as payload: pairs (start in the pattern, length). Null if some of
 * them were never written.
 */
export function writtenPayload(page: Page, offset: number, len: number): number[] | null {
  const writes = page.writes;
  const payload: number[] = [];
  const end = offset + len;
  let at = offset;
  while (at < end) {
    let found = -1;
    for (let i = 0; i < writes.length; i += 3) {
      if (writes[i] <= at && at < writes[i + 1]) {
        found = i;
        break;
      }
    }
    if (found < 0) return null;
    const take = Math.min(end, writes[found + 1]) - at;
    payload.push(writes[found + 2] + (at - writes[found]), take);
    at += take;
  }
  return payload;
}
