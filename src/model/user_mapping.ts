/** Pages of packets that a process has mapped (tcp_zerocopy_receive). */
export class UserMapping {
  id = 0;
  freed = false;
  /** Position in the world's list. */
  index = 0;
}
