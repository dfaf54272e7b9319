import { clearList } from '../lib/clear_list';
import type { DeferredSkb } from '../structs/deferred_skb';
import { emptyLists, SYSTEM_KINDS, type ObjectOf, type SystemKind } from './kinds';

export { SYSTEM_KINDS, type SystemKind, type SystemObject } from './kinds';

/**
 * Live objects of the systems around the core: all other objects that can hold a page or an skb. They are apart from
 * the core's lists, so that a world without them pays for one test of `live` only.
 */
export class Systems {
  /** Objects in all lists together. */
  live = 0;
  readonly byKind = emptyLists<{ readonly [K in SystemKind]: ObjectOf[K][] }>(SYSTEM_KINDS);
  /** The same in the order of SYSTEM_KINDS. */
  readonly inOrder: readonly (readonly unknown[])[] = SYSTEM_KINDS.map((kind) => this.byKind[kind]);
  readonly napis = this.byKind.napi;
  readonly rxqs = this.byKind.rxq;
  readonly xdpBuffs = this.byKind.xdp;
  readonly frames = this.byKind.frame;
  readonly cpumaps = this.byKind.cpumap;
  readonly netdevs = this.byKind.netdev;
  readonly umems = this.byKind.umem;
  readonly xdpSocks = this.byKind.xsk;
  readonly pipes = this.byKind.pipe;
  readonly userMappings = this.byKind.mm;
  readonly files = this.byKind.file;
  readonly ports = this.byKind.port;
  /** softnet_data.defer_list of the other CPU, on which the skbs were allocated. The newest is last. */
  readonly deferred: DeferredSkb[] = [];
  private readonly lists: readonly unknown[][] = [...Object.values(this.byKind), this.deferred];

  reset(): void {
    if (this.live === 0) return;
    for (const list of this.lists) clearList(list);
    this.live = 0;
  }
}
