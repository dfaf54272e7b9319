/** struct xdp_rxq_info: a receive queue and its memory model. */
export class XdpRxqInfo {
  id = 0;
  freed = false;
  /** Position in the world's list. */
  index = 0;
}
