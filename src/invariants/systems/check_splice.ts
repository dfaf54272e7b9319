import { pageAddress } from '../../model/mm/page_alloc';
import type { Page } from '../../model/structs/page';
import type { World } from '../../model/world/world';
import { BYTES, comparePayload } from '../bytes';
import { GEOMETRY } from '../geometry';
import { NO_SHARED_WRITE } from '../no_shared_write';
import { NO_USE_AFTER_FREE } from '../no_use_after_free';
import { RING_BOUNDS } from '../ring_bounds';
import type { SystemCheck } from './system_check';
import type { Pipe } from '../../model/structs/pipe';

function checkPipeBytes(world: World, pipe: Pipe): void {
  const stretches = pipe.buffers.flatMap(({ page, offset, len }) => [pageAddress(world, page) + offset, len]);
  if (!comparePayload(world, pipe.payload, stretches))
    world.violate('bytes', 'pipe', `the buffers of pipe#${pipe.id} do not hold what was put into the pipe`);
}

/** Of pipes and mappings that the command worked on: `no-shared-write` looks after the others. */
const CHECK_BYTES: SystemCheck = {
  invariant: BYTES,
  check(world) {
    let checked = 0;
    for (const pipe of world.systems.pipes) {
      if (pipe.touchedId <= world.lastIdBefore) continue;
      checked++;
      checkPipeBytes(world, pipe);
    }
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
  },
};

const CHECK_GEOMETRY: SystemCheck = {
  invariant: GEOMETRY,
  check(world) {
    let checked = 0;
    for (const pipe of world.systems.pipes) {
      for (const { page, offset, len } of pipe.buffers) {
        checked++;
        if (len <= 0 || offset < 0 || offset + len > world.abi.pageSize << page.order)
          world.violate(
            'geometry',
            'pipe',
            `a buffer of pipe#${pipe.id} covers [${offset}, ${offset + len}) of a page`,
          );
      }
    }
    return checked;
  },
};

const CHECK_BOUNDS: SystemCheck = {
  invariant: RING_BOUNDS,
  check(world) {
    for (const { id, buffers, slots } of world.systems.pipes) {
      if (buffers.length > slots)
        world.violate('ring-bounds', 'pipe', `pipe#${id} has ${buffers.length} buffers, max_usage is ${slots}`);
    }
    return world.systems.pipes.length;
  },
};

/** Is a write of the command's in the `len` bytes at `offset` of the page? */
function isWritten(world: World, page: Page, offset: number, len: number): boolean {
  if (page.address < 0) return false;
  const { writes } = world.memory;
  const from = page.address + offset;
  for (let i = 0; i < writes.length; i += 2)
    if (writes[i] < from + len && from < writes[i] + writes[i + 1]) return true;
  return false;
}

/** Readers have it, so nobody may write: what a pipe holds, what the page cache holds, what a process has mapped. */
const CHECK_WRITES: SystemCheck = {
  invariant: NO_SHARED_WRITE,
  check(world) {
    for (const pipe of world.systems.pipes) {
      for (const { id, page, offset, len } of pipe.buffers) {
        // A page of the page cache: the file says it, whoever has it besides.
        if (id > world.lastIdBefore || page.file !== null) continue;
        if (isWritten(world, page, offset, len))
          world.violate('no-shared-write', 'pipe', `bytes of page#${page.id} were written that pipe#${pipe.id} holds`);
      }
    }
    for (const file of world.systems.files) {
      if (file.id > world.lastIdBefore) continue;
      for (const page of file.pages) {
        if (isWritten(world, page, 0, world.abi.pageSize))
          world.violate('no-shared-write', 'file', `page#${page.id} was written in place, which is in the page cache`);
      }
    }
    for (const mapping of world.systems.userMappings) checkMappedWrites(world, mapping.id, mapping.pages);
    // Writes are counted where skbs are asked.
    return 0;
  },
};

function checkMappedWrites(world: World, id: number, pages: readonly (Page | null)[]): void {
  for (const page of pages) {
    if (page !== null && isWritten(world, page, 0, world.abi.pageSize))
      world.violate('no-shared-write', 'mm', `page#${page.id} was written, which mm#${id} has mapped`);
  }
}

/**
 * A process gets whole pages of order 0 that nobody else owns: what is in the page cache is not the receiver's (577e4432f3ac), and a
 * page of a compound one shows what else lies in it.
 */
const CHECK_MAPPED: SystemCheck = {
  invariant: NO_SHARED_WRITE,
  check(world) {
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
  },
};

/** Whoever holds a page without a name for it. */
const CHECK_REACHED: SystemCheck = {
  invariant: NO_USE_AFTER_FREE,
  check(world) {
    let checked = 0;
    const reach = (kind: string, id: number, page: Page): void => {
      checked++;
      if (page.freed) world.violate('no-use-after-free', 'page', `${kind}#${id} holds page#${page.id}, which is free`);
    };
    for (const pipe of world.systems.pipes) for (const { page } of pipe.buffers) reach('pipe', pipe.id, page);
    for (const file of world.systems.files) for (const page of file.pages) reach('file', file.id, page);
    for (const mapping of world.systems.userMappings)
      for (const page of mapping.pages) if (page !== null) reach('mm', mapping.id, page);
    return checked;
  },
};

/** What the invariants say about pipes, the page cache and user mappings. */
export const SPLICE_CHECKS: readonly SystemCheck[] = [
  CHECK_REACHED,
  CHECK_GEOMETRY,
  CHECK_WRITES,
  CHECK_MAPPED,
  CHECK_BYTES,
  CHECK_BOUNDS,
];

function payloadLength(payload: readonly number[]): number {
  let length = 0;
  for (let i = 1; i < payload.length; i += 2) length += payload[i];
  return length;
}
