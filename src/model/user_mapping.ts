import type { Page } from './page';
import type { SkBuff } from './skbuff';
import { Sock } from './sock';
import type { World } from './world';

/**
 * A TCP socket whose file a process has mapped (tcp_mmap), its receive queue, and the pages in the mapping: each page is
 * held by one plain reference of the page table.
 */
export class UserMapping {
  id = 0;
  freed = false;
  /** Position in the world's list. */
  index = 0;
  sk!: Sock;
  /** By page of the mapping, null where nothing is mapped. */
  readonly pages: (Page | null)[] = [];
  /** By page of the mapping: what its bytes must be, see SkBuff.payload. Kept by the commands. */
  readonly payloads: (readonly number[])[] = [];
  /** sk_receive_queue: each is held by its one user. */
  readonly queue: SkBuff[] = [];
  /** Bytes of the first skb of the queue that were received already: tp->copied_seq - TCP_SKB_CB(skb)->seq. */
  consumed = 0;
  /** What the last tcp_zerocopy_receive answered: length, recv_skip_hint, copybuf_len. */
  length = 0;
  recvSkipHint = 0;
  copybufLen = 0;
  /** Above world.lastIdBefore: the current command worked on it. */
  touchedId = 0;
}

export function touchMapping(world: World, mapping: UserMapping): void {
  mapping.touchedId = world.newId();
}
