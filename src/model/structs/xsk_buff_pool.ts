import type { Page } from './page';

/** The usual number of chunks of a queue's pool: so few that the pool can run empty. */
export const XSK_CHUNKS = 2;
/** Enough for a packet of several chunks. */
export const XSK_CHUNKS_MAX = 4;

/** struct xdp_buff_xsk: one chunk of user memory, here one page. */
export interface XskChunk {
  readonly pool: XskBuffPool;
  readonly page: Page;
  /** free_list_node (6.1), list_node (6.12) is linked. */
  free: boolean;
}

/** struct xsk_buff_pool, as far as a driver's receive path sees it: a stack of free buffers (free_list). */
export interface XskBuffPool {
  /** Every chunk: the pool pins their pages. */
  readonly chunks: readonly XskChunk[];
  readonly freeList: XskChunk[];
  /** xskb_list (6.6): the further buffers of the packet that is being received. */
  readonly xskbList: XskChunk[];
}
