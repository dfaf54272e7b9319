/** struct xdp_umem: memory of a user's, in chunks. */
export class Umem {
  id = 0;
  freed = false;
  /** Position in the world's list. */
  index = 0;
}
