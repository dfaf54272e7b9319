/** The costs of packets, counted since the world was emptied, for `skbcheck costs`. The model never reads them. */
export class Work {
  /** Pages taken from the page allocator; a compound page is one, each of a bulk is one. */
  pageAllocs = 0;
  /** struct sk_buffs, fclone pairs counted once. */
  skbAllocs = 0;
  /** Heads taken from kmalloc or the small-head cache. */
  headAllocs = 0;
  dmaMaps = 0;
  dmaSyncs = 0;

  reset(): void {
    this.pageAllocs = 0;
    this.skbAllocs = 0;
    this.headAllocs = 0;
    this.dmaMaps = 0;
    this.dmaSyncs = 0;
  }
}
