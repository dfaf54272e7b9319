/** struct bpf_cpu_map_entry: a bulk queue, a ring, and the kthread that empties it. */
export class CpuMapEntry {
  id = 0;
  freed = false;
  /** Position in the world's list. */
  index = 0;
}
