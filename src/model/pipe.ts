/** struct pipe_inode_info. */
export class Pipe {
  id = 0;
  freed = false;
  /** Position in the world's list. */
  index = 0;
}
