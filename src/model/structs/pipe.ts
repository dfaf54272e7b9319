import type { Page } from './page';

/** struct pipe_buffer: one plain reference to a page, and the bytes of it that are in the pipe. */
export interface PipeBuffer {
  /** Buffers with a higher id than world.lastIdBefore were put in by the current command. */
  readonly id: number;
  readonly page: Page;
  /** The index of buf->page in its compound page; 0: its head. */
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
  /** The bytes that the pipe must contain. The commands keep them: see SkBuff.payload. */
  payload: readonly number[] = [];
  /** Above world.lastIdBefore: the current command worked on it. */
  touchedId = 0;
}
