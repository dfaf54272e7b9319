import type { Page, DmaMapping } from '../../model/structs/page';
import type { SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';

/** What the walkers of the systems around the core count with. */
export interface Holds {
  /** One reference to a page: to its pool where `ofPool` and the page is the pool's, else a plain one. */
  page(page: Page, ofPool: boolean): void;
  /** One of skb.users. */
  skb(skb: SkBuff): void;
  /** A live DMA mapping that a driver holds and no name stands for. */
  mapping(mapping: DmaMapping): void;
}

/** Counts what the objects of one system hold. */
export type SystemWalker = (world: World, holds: Holds) => void;
