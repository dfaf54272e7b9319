import type { Page } from './page';
import { type XdpMemInfo, NO_MEM_INFO } from './xdp_mem_info';
import { XdpSharedInfo } from './xdp_shared_info';
import type { NetDev } from './netdev';

/**
 * struct xdp_frame: lies in the headroom of the packet that it describes. Positions are bytes from the start of the
 * compound page.
 */
export class XdpFrame {
  id = 0;
  freed = false;
  page!: Page;
  /** The reference to the page is a pool's. The maker of the frame keeps this. */
  ofPool = false;
  /** The position of the struct itself. */
  at = 0;
  data = 0;
  len = 0;
  headroom = 0;
  metasize = 0;
  mem: XdpMemInfo = NO_MEM_INFO;
  frameSz = 0;
  flags = 0;
  sinfo = new XdpSharedInfo();
  /** The device that received the packet (used by cpumap); null: a device of no interest. */
  devRx: NetDev | null = null;

  /** The real end of the memory that the frame lies in. frame_sz may not exceed it. */
  bufferEnd = 0;
  /** The expected packet, with the metadata in front of it: see SkBuff.payload. */
  payload: readonly number[] = [];
  metaPayload: readonly number[] = [];

  /** Position in the world's list. */
  index = 0;
  hashedInObservation = 0;
}
