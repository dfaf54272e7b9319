import { EAGAIN, EPIPE } from '../lib/errno';
import { putPage } from '../mm/page_alloc';
import { pipeFull, touchPipe } from './pipe';
import type { World } from '../world/world';
import type { Pipe, PipeBuffer } from '../structs/pipe';

/**
 * splice_to_pipe() (fs/splice.c, 6.1 and 6.12): moves the pages of a splice_pipe_desc, with their references, to
 * buffers of the pipe, as far as there is room. It drops the references of the rest (spd_release). Returns the bytes,
 * -EAGAIN, or -EPIPE without a reader.
 */
export function spliceToPipe(world: World, pipe: Pipe, pages: readonly PipeBuffer[]): number {
  let moved = 0;
  let ret = 0;
  if (pages.length === 0) return 0;
  touchPipe(world, pipe);
  if (pipe.readers === 0) {
    ret = -EPIPE;
  } else {
    while (moved < pages.length && !pipeFull(pipe)) {
      const buffer = pages[moved++];
      pipe.buffers.push(buffer);
      ret += buffer.len;
    }
    if (ret === 0) ret = -EAGAIN;
  }
  if (world.rules.spliceToPipeReleasesRest) {
    for (; moved < pages.length; moved++) putPage(world, pages[moved].page);
  }
  return ret;
}
