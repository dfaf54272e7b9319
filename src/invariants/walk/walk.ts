import type { DmaMapping, Page } from '../../model/structs/page';
import type { SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';

/** A frag_list longer than FRAG_LIST_MAX is a cycle. */
export const FRAG_LIST_MAX = 1024;

/**
 * The result of one walk over the world. The counts are in the `seen…` fields of the objects. A page's counts are
 * valid only if its `seenInWalk` is this walk's number. `pages` lists those pages: each page that is held, and each
 * page that the command touched.
 */
export interface Walk {
  number: number;
  readonly pages: Page[];
  /** One of `pages` is free. If none is, checks skip the pages of every frag. */
  meetsFreed: boolean;
  /** One of `pages` has bytes that a device wrote last. */
  meetsDirty: boolean;
}

/**
 * Counts the references that the objects of one kind, and the program's names for them, hold.
 *
 * @param everything - also count the slots of pool caches and rings, which a command changes only by touching them
 */
export type KindWalker = (world: World, everything: boolean) => void;

/** One object for all walks: walks never overlap, and there is one for each command. */
export const WALK: Walk = { number: 0, pages: [], meetsFreed: false, meetsDirty: false };

/** Returns the page, with its counts at zero when this walk meets it first. */
export function meet(page: Page): Page {
  if (page.seenInWalk !== WALK.number) {
    page.seenInWalk = WALK.number;
    page.seenReferences = 0;
    page.seenPoolReferences = 0;
    page.seenPoolSlots = 0;
    page.seenMappings = 0;
    if (page.freed) WALK.meetsFreed = true;
    if (page.deviceDirty.length !== 0) WALK.meetsDirty = true;
    WALK.pages.push(page);
  }
  return page;
}

/** Counts one reference to a page: to its pool where `ofPool` is set and the page is the pool's, else a plain one. */
export function holdPage(page: Page, ofPool: boolean): void {
  if (ofPool && page.ppSignature) meet(page).seenPoolReferences++;
  else meet(page).seenReferences++;
}

/** Counts one of skb.users. */
export function holdSkb(skb: SkBuff): void {
  skb.seenUsers++;
}

/** Counts a live DMA mapping that a driver or the program holds, not a pool. */
export function holdMapping(mapping: DmaMapping): void {
  meet(mapping.page).seenMappings++;
}

/** The walker of a kind whose objects hold nothing that is counted. */
export function holdsNothing(): void {
  // A device's mappings are counted by those who asked for them.
}
