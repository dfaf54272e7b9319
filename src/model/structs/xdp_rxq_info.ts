import { type XdpMemInfo, NO_MEM_INFO } from './xdp_mem_info';

/** struct xdp_rxq_info: a receive queue and its memory model. */
export class XdpRxqInfo {
  id = 0;
  freed = false;
  regState = 0;
  mem: XdpMemInfo = NO_MEM_INFO;
  /** Bytes of each buffer of a multi-buffer packet, 0 where a program may not grow them. */
  fragSize = 0;
  /** The flags of the last packet, which a driver may have left in the xdp_buff on its stack. */
  lastFlags = 0;
  /** Position in the world's list. */
  index = 0;
}
