/** struct xdp_sock with its rings. */
export class XdpSock {
  id = 0;
  freed = false;
  /** Position in the world's list. */
  index = 0;
}
