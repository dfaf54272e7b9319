/** struct xdp_buff, as it stands on a driver's stack while a program looks at the packet. */
export class XdpBuff {
  id = 0;
  freed = false;
  /** Position in the world's list. */
  index = 0;
}
