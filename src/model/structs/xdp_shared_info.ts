import type { Page } from './page';

/** One skb_frag_t of a multi-buffer packet. */
export interface XdpFrag {
  readonly page: Page;
  /** Bytes from the start of the compound page. */
  readonly offset: number;
  size: number;
  /** The reference behind it is a pool's. The function that added the frag keeps this. */
  readonly ofPool: boolean;
  /** The end of the memory that the driver gave for the frag. */
  readonly bufferEnd: number;
}

/**
 * struct skb_shared_info, while it belongs to an xdp_buff or xdp_frame. Both have one object, because they are the same
 * memory.
 */
export class XdpSharedInfo {
  nrFrags = 0;
  /** Bytes in all frags. */
  xdpFragsSize = 0;
  readonly frags: XdpFrag[] = [];
}
