import type { Page } from '../structs/page';
import { putPage } from '../mm/page_alloc';
import type { World } from '../world/world';

/** struct pipe_buffer: one plain reference to a page, and the bytes of it that are in the pipe. */
export interface PipeBuffer {
  /** Buffers with a higher id than world.lastIdBefore were put in by the current command. */
  readonly id: number;
  readonly page: Page;
  /** Which page of a compound one buf->page is; 0: its head. */
  readonly tail: number;
  /** Bytes from the start of the (compound) page. */
  offset: number;
  /** Bytes. */
  len: number;
}

/** struct pipe_inode_info. */
export class Pipe {
  id = 0;
  freed = false;
  /** Position in the world's list. */
  index = 0;
  /** pipe->max_usage. */
  slots = 0;
  /** pipe->readers. */
  readers = 0;
  /** From pipe->tail to pipe->head. */
  readonly buffers: PipeBuffer[] = [];
  /** What the bytes in it must be, kept by the commands: see SkBuff.payload. */
  payload: readonly number[] = [];
  /** Above world.lastIdBefore: the current command worked on it. */
  touchedId = 0;
}

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

/** pipe_buf_release() of the oldest buffer (generic_pipe_buf_release): its reference goes. */
function releaseOldest(world: World, pipe: Pipe): void {
  const buffer = pipe.buffers.shift();
  if (buffer !== undefined && world.rules.pipeReleasePutsPage) putPage(world, buffer.page);
}

/**
 * The end of pipe_read() and of splice_to_socket() (fs/pipe.c, fs/splice.c): `len` bytes were taken, and buffers that are
 * empty are released.
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

/** free_pipe_info(): every buffer that is left is released. */
export function freePipeInfo(world: World, pipe: Pipe): void {
  while (pipe.buffers.length > 0) releaseOldest(world, pipe);
  pipe.freed = true;
  world.removeSystem(world.systems.pipes, pipe);
}
