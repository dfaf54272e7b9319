import type { Page } from './page';

/** One skb_frag_t of a multi-buffer packet. */
export interface XdpFrag {
  readonly page: Page;
  /** Bytes from the start of the compound page. */
  readonly offset: number;
  size: number;
  /** The reference behind it is a pool's: kept by who added the frag. */
  readonly ofPool: boolean;
  /** Where the memory that the driver gave for it ends. */
  readonly bufferEnd: number;
}

/**
 * struct skb_shared_info, while it belongs to an xdp_buff or xdp_frame. One object for both: they are the same memory.
 */
export class XdpSharedInfo {
  nrFrags = 0;
  /** Bytes in all frags. */
  xdpFragsSize = 0;
  readonly frags: XdpFrag[] = [];
}
