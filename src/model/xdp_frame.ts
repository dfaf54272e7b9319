/** struct xdp_frame, in the headroom of its own packet. */
export class XdpFrame {
  id = 0;
  freed = false;
  /** Position in the world's list. */
  index = 0;
}
