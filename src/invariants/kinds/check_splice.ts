import { pageAddress } from '../../model/mm/page_alloc';
import type { Page } from '../../model/structs/page';
import type { World } from '../../model/world/world';
import { BYTES, comparePayload } from '../bytes';
import { GEOMETRY } from '../geometry';
import { NO_SHARED_WRITE } from '../no_shared_write';
import { NO_USE_AFTER_FREE } from '../no_use_after_free';
import { RING_BOUNDS } from '../ring_bounds';
import type { KindCheck } from './kind_record';

/** The statements about pipes. */
export const PIPE_CHECKS: readonly KindCheck[] = [
  { invariant: NO_USE_AFTER_FREE, check: checkReachedByPipes },
  { invariant: GEOMETRY, check: checkPipeGeometry },
  { invariant: NO_SHARED_WRITE, check: checkPipeWrites },
  { invariant: BYTES, check: checkPipeBytes },
  { invariant: RING_BOUNDS, check: checkPipeBounds },
];

/** The statements about files in the page cache. */
export const FILE_CHECKS: readonly KindCheck[] = [
  { invariant: NO_USE_AFTER_FREE, check: checkReachedByFiles },
  { invariant: NO_SHARED_WRITE, check: checkFileWrites },
];

/** The statements about pages that a process has mapped by TCP zerocopy receive. */
export const USER_MAPPING_CHECKS: readonly KindCheck[] = [
  { invariant: NO_USE_AFTER_FREE, check: checkReachedByMappings },
  { invariant: NO_SHARED_WRITE, check: checkMappedWrites },
  { invariant: NO_SHARED_WRITE, check: checkMappedPages },
  { invariant: BYTES, check: checkMappedBytes },
];

/** Reports a page that the object holds without a name, and that is free. */
function reach(world: World, kind: string, id: number, page: Page): void {
  if (page.freed) world.violate('no-use-after-free', 'page', `${kind}#${id} holds page#${page.id}, which is free`);
}

function checkReachedByPipes(world: World): number {
  let checked = 0;
  for (const { id, buffers } of world.systems.pipes) {
    checked += buffers.length;
    for (const { page } of buffers) reach(world, 'pipe', id, page);
  }
  return checked;
}

function checkReachedByFiles(world: World): number {
  let checked = 0;
  for (const { id, pages } of world.systems.files) {
    checked += pages.length;
    for (const page of pages) reach(world, 'file', id, page);
  }
  return checked;
}

function checkReachedByMappings(world: World): number {
  let checked = 0;
  for (const { id, pages } of world.systems.userMappings) {
    for (const page of pages) {
      if (page === null) continue;
      checked++;
      reach(world, 'mm', id, page);
    }
  }
  return checked;
}

function checkPipeGeometry(world: World): number {
  let checked = 0;
  for (const pipe of world.systems.pipes) {
    for (const { page, offset, len } of pipe.buffers) {
      checked++;
      if (len <= 0 || offset < 0 || offset + len > world.abi.pageSize << page.order)
        world.violate('geometry', 'pipe', `a buffer of pipe#${pipe.id} covers [${offset}, ${offset + len}) of a page`);
    }
  }
  return checked;
}

function checkPipeBounds(world: World): number {
  for (const { id, buffers, slots } of world.systems.pipes) {
    if (buffers.length > slots)
      world.violate('ring-bounds', 'pipe', `pipe#${id} has ${buffers.length} buffers, max_usage is ${slots}`);
  }
  return world.systems.pipes.length;
}

/** Returns whether the command wrote to the `len` bytes at `offset` of the page. */
function isWritten(world: World, page: Page, offset: number, len: number): boolean {
  if (page.address < 0) return false;
  const { writes } = world.memory;
  const from = page.address + offset;
  for (let i = 0; i < writes.length; i += 2)
    if (writes[i] < from + len && from < writes[i] + writes[i + 1]) return true;
  return false;
}

/**
 * Readers have the bytes of a pipe, so no writer may change them. Returns 0: NO_SHARED_WRITE itself counts the writes.
 */
function checkPipeWrites(world: World): number {
  for (const pipe of world.systems.pipes) {
    for (const { id, page, offset, len } of pipe.buffers) {
      // The file reports a write to a page of the page cache, however many others hold the page.
      if (id > world.lastIdBefore || page.file !== null) continue;
      if (isWritten(world, page, offset, len))
        world.violate('no-shared-write', 'pipe', `bytes of page#${page.id} were written that pipe#${pipe.id} holds`);
    }
  }
  return 0;
}

/** The page cache is written by no skb. Returns 0: NO_SHARED_WRITE itself counts the writes. */
function checkFileWrites(world: World): number {
  for (const file of world.systems.files) {
    if (file.id > world.lastIdBefore) continue;
    for (const page of file.pages) {
      if (isWritten(world, page, 0, world.abi.pageSize))
        world.violate('no-shared-write', 'file', `page#${page.id} was written in place, which is in the page cache`);
    }
  }
  return 0;
}

/** A process reads the pages that it has mapped. Returns 0: NO_SHARED_WRITE itself counts the writes. */
function checkMappedWrites(world: World): number {
  for (const { id, pages } of world.systems.userMappings) {
    for (const page of pages) {
      if (page !== null && isWritten(world, page, 0, world.abi.pageSize))
        world.violate('no-shared-write', 'mm', `page#${page.id} was written, which mm#${id} has mapped`);
    }
  }
  return 0;
}

/**
 * A process gets whole pages of order 0 that have no other owner. A page in the page cache is not the receiver's
 * (577e4432f3ac), and a page of a compound one shows its other contents.
 */
function checkMappedPages(world: World): number {
  let checked = 0;
  for (const { id, pages } of world.systems.userMappings) {
    for (const page of pages) {
      if (page === null) continue;
      checked++;
      if (page.order > 0 || page.file !== null)
        world.violate(
          'no-shared-write',
          'mm',
          `mm#${id} has mapped page#${page.id}, which is not the receiver's alone`,
        );
    }
  }
  return checked;
}

/** Looks at pipes that the command worked on. NO_SHARED_WRITE covers the others. */
function checkPipeBytes(world: World): number {
  let checked = 0;
  for (const pipe of world.systems.pipes) {
    if (pipe.touchedId <= world.lastIdBefore) continue;
    checked++;
    const stretches = pipe.buffers.flatMap(({ page, offset, len }) => [pageAddress(world, page) + offset, len]);
    if (!comparePayload(world, pipe.payload, stretches))
      world.violate('bytes', 'pipe', `the buffers of pipe#${pipe.id} do not hold what was put into the pipe`);
  }
  return checked;
}

/** Looks at mappings that the command worked on. NO_SHARED_WRITE covers the others. */
function checkMappedBytes(world: World): number {
  let checked = 0;
  for (const mapping of world.systems.userMappings) {
    if (mapping.touchedId <= world.lastIdBefore) continue;
    checked++;
    if (!comparePayload(world, mapping.copied, [mapping.copybuf, payloadLength(mapping.copied)]))
      world.violate('bytes', 'mm', `what was copied to the process of mm#${mapping.id} is not what was received`);
    for (let i = 0; i < mapping.pages.length; i++) {
      const page = mapping.pages[i];
      if (page === null) continue;
      if (!comparePayload(world, mapping.payloads[i], [pageAddress(world, page), world.abi.pageSize]))
        world.violate('bytes', 'mm', `page ${i} of mm#${mapping.id} does not show the bytes that were received`);
    }
  }
  return checked;
}

function payloadLength(payload: readonly number[]): number {
  let length = 0;
  for (let i = 1; i < payload.length; i += 2) length += payload[i];
  return length;
}
