/** A network device with its rings. */
export class NetDev {
  id = 0;
  freed = false;
  /** Position in the world's list. */
  index = 0;
}
