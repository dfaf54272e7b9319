import { Sock } from './sock';
import type { Page } from './page';
import type { SkBuff } from './sk_buff';

/** The most bytes that a receive can copy: the size of the process's buffer. */
export const COPYBUF_BYTES = 1 << 16;

/**
 * A TCP socket whose file a process has mapped (tcp_mmap), its receive queue, and the pages in the mapping: each page
 * is held by one plain reference of the page table.
 */
export class UserMapping {
  id = 0;
  freed = false;
  /** Position in the world's list. */
  index = 0;
  readonly sk = new Sock();
  /** By page of the mapping, null where nothing is mapped. */
  readonly pages: (Page | null)[] = [];
  /** By page of the mapping: the bytes that it must hold. The commands keep them: see SkBuff.payload. */
  readonly payloads: (readonly number[])[] = [];
  /** sk_receive_queue: the queue is the one user of each. */
  readonly queue: SkBuff[] = [];
  /** Bytes of the first skb of the queue that were received already: tp->copied_seq - TCP_SKB_CB(skb)->seq. */
  consumed = 0;
  /** The answer of the last tcp_zerocopy_receive: length, recv_skip_hint, copybuf_len (bytes or -errno). */
  length = 0;
  recvSkipHint = 0;
  copybufLen = 0;
  /** Arena address of the buffer that bytes are copied to, and the bytes that must be in it. */
  copybuf = 0;
  copied: readonly number[] = [];
  /** Above world.lastIdBefore: the current command worked on it. */
  touchedId = 0;
}
