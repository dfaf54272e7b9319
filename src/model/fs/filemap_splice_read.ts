import { EAGAIN } from '../lib/errno';
import { getPage } from '../mm/page_alloc';
import { pipeFull, touchPipe } from './pipe';
import type { World } from '../world/world';
import type { Pipe } from '../structs/pipe';
import type { TmpFile } from '../structs/tmp_file';

/**
 * shmem_file_splice_read(), splice_folio_into_pipe() (mm/shmem.c, mm/filemap.c, 6.12; generic_file_splice_read in 6.1):
 * each page gives the pipe one buffer and one reference. Returns the bytes, or -EAGAIN when there is no room.
 */
export function filemapSpliceRead(world: World, file: TmpFile, pipe: Pipe, offset: number, len: number): number {
  const { pageSize } = world.abi;
  let at = offset;
  const end = offset + len;
  if (pipeFull(pipe)) return -EAGAIN;
  touchPipe(world, pipe);
  while (at < end && !pipeFull(pipe)) {
    const page = file.pages[Math.floor(at / pageSize)];
    const start = at % pageSize;
    const bytes = Math.min(pageSize - start, end - at);
    getPage(world, page);
    pipe.buffers.push({ id: world.newId(), page, tail: 0, offset: start, len: bytes });
    at += bytes;
  }
  return at - offset;
}
