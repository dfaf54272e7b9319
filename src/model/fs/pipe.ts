import { putPage } from '../mm/page_alloc';
import type { World } from '../world/world';
import { Pipe } from '../structs/pipe';

/** alloc_pipe_info(), with pipe->max_usage as fcntl(F_SETPIPE_SZ) sets it. */
export function allocPipeInfo(world: World, slots: number, readers: number): Pipe {
  const pipe = new Pipe();
  pipe.id = world.newId();
  pipe.slots = slots;
  pipe.readers = readers;
  touchPipe(world, pipe);
  return world.addSystem(world.systems.pipes, pipe);
}

export function touchPipe(world: World, pipe: Pipe): void {
  pipe.touchedId = world.newId();
}

/** pipe_full(). */
export function pipeFull(pipe: Pipe): boolean {
  return pipe.buffers.length >= pipe.slots;
}

/** pipe_buf_release() of the oldest buffer (generic_pipe_buf_release): drops its reference. */
function releaseOldest(world: World, pipe: Pipe): void {
  const buffer = pipe.buffers.shift();
  if (buffer !== undefined && world.rules.pipeReleasePutsPage) putPage(world, buffer.page);
}

/**
 * The end of pipe_read() and of splice_to_socket() (fs/pipe.c, fs/splice.c): removes `len` bytes, and releases the
 * buffers that are empty then.
 */
export function pipeConsume(world: World, pipe: Pipe, len: number): void {
  touchPipe(world, pipe);
  let left = len;
  while (left > 0 && pipe.buffers.length > 0) {
    const buffer = pipe.buffers[0];
    const taken = Math.min(left, buffer.len);
    buffer.offset += taken;
    buffer.len -= taken;
    left -= taken;
    if (buffer.len === 0) releaseOldest(world, pipe);
  }
}

/** free_pipe_info(): releases every buffer that is left. */
export function freePipeInfo(world: World, pipe: Pipe): void {
  while (pipe.buffers.length > 0) releaseOldest(world, pipe);
  pipe.freed = true;
  world.removeSystem(world.systems.pipes, pipe);
}
