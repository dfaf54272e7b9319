import { clearList } from '../../model/lib/clear_list';
import { BIAS_MAX } from '../../model/structs/page_pool';
import type { DmaMapping, Page, PageRef } from '../../model/structs/page';
import {
  DESTRUCTOR_XSK,
  SKBFL_MANAGED_FRAG_REFS,
  SKBFL_ZEROCOPY_ENABLE,
  type SkbData,
  type SkBuff,
} from '../../model/structs/sk_buff';
import { isSkbWmem } from '../../model/net/core/sock/sock_charge';
import type { Uarg } from '../../model/structs/uarg';
import type { World } from '../../model/world/world';
import { walkSystems } from './walk_systems';
import type { Holds } from './holds';

/** A frag_list longer than this is a cycle. */
export const FRAG_LIST_MAX = 1024;
const SMALL_FRAG_SHIFT = 10;

/**
 * What one walk over the world found. The counts are in the `seen…` fields of the objects; a page counts only if its
 * `seenInWalk` is this walk's number, and `pages` lists those: pages that somebody holds, and pages that the command touched.
 */
export interface Walk {
  number: number;
  readonly pages: Page[];
  /** One of `pages` is free; one has bytes that a device wrote last. Without that nobody need look at the pages of every frag. */
  meetsFreed: boolean;
  meetsDirty: boolean;
}

/** One object for all walks: they come one after the other, one for each command. */
const WALK: Walk = { number: 0, pages: [], meetsFreed: false, meetsDirty: false };

/**
 * Count every reference in the world from the holders' side: names of the program, heads and frags, frag_lists, pool
 * caches, rings and current fragments, page_frag caches, uargs, sockets. No counter of the model is read.
 *
 * @param everything - also recount the slots of pool caches and rings and visit every live page; otherwise pages that
 *   rest in a pool and were not touched by the command are left alone.
 */
export function walkWorld(world: World, everything: boolean): Walk {
  WALK.number++;
  clearList(WALK.pages);
  WALK.meetsFreed = false;
  WALK.meetsDirty = false;
  for (const data of world.datas) {
    data.seenDataref = 0;
    data.seenNohdr = 0;
    data.seenRecycle = false;
  }
  for (const sock of world.socks) {
    sock.seenWmem = sock.self;
    sock.seenRmem = 0;
  }
  for (const uarg of world.uargs) uarg.seenReferences = 0;
  for (const skb of world.skbs) walkSkb(skb);
  for (const { errorQueue, writeQueue } of world.socks) {
    for (const skb of errorQueue) skb.seenUsers++;
    for (const skb of writeQueue) skb.seenUsers++;
  }
  walkNames(world);
  for (const data of world.datas) walkData(data);
  for (const uarg of world.uargs) for (const page of uarg.pinned) meet(page).seenReferences++;
  walkPools(world, everything);
  walkFragCaches(world);
  if (world.systems.live > 0) walkSystems(world, HOLDS);
  if (everything) for (const page of world.pages) meet(page);
  else for (const page of world.touchedPages) meet(page);
  for (const page of WALK.pages)
    if (page.seenPoolReferences > 0 && page.ppSignature && page.pp !== null) page.pp.seenOut++;
  return WALK;
}

/** The page, with its counts at zero when this walk meets it first. */
function meet(page: Page): Page {
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

const HOLDS: Holds = {
  page: meetHeldBy,
  skb(skb) {
    skb.seenUsers++;
  },
  mapping(mapping) {
    meet(mapping.page).seenMappings++;
  },
};

function meetHeldBy(page: Page, ofPool: boolean): void {
  meetHeld(page, ofPool);
}

function walkNames(world: World): void {
  for (const { object } of world.skbNames) {
    const skb = object as SkBuff;
    skb.seenUsers++;
    walkSegments(skb.next);
  }
  for (const { object } of world.pageNames) {
    const ref = object as PageRef;
    if (ref.ofPool) meet(ref.page).seenPoolReferences++;
    else meet(ref.page).seenReferences++;
  }
  for (const { object } of world.uargNames) (object as Uarg).seenReferences++;
  // Live DMA mappings that the program holds by name, not through a pool.
  for (const { object } of world.mappingNames) meet((object as DmaMapping).page).seenMappings++;
}

/** The list that skb_segment made: each holds the next. */
function walkSegments(first: SkBuff | null): void {
  let members = 0;
  for (let skb = first; skb !== null && members < FRAG_LIST_MAX; skb = skb.next, members++) skb.seenUsers++;
}

/** What the skb itself holds; who holds the skb is counted after this, from 0. */
function walkSkb(skb: SkBuff): void {
  const data = skb.data;
  skb.seenUsers = 0;
  data.seenDataref++;
  if (skb.nohdr) data.seenNohdr++;
  if (skb.ppRecycle || skb.owesMark || skb.memInfo !== null) data.seenRecycle = true;
  if (skb.sk !== null) {
    if (isSkbWmem(skb) || skb.destructor === DESTRUCTOR_XSK) skb.sk.seenWmem += skb.truesize;
    else if (skb.destructor === 2) skb.sk.seenRmem += skb.truesize;
  }
}

function walkData(data: SkbData): void {
  const recycle = data.seenRecycle;
  if (data.page !== null) meetHeld(data.page, recycle);
  if (data.slab !== null) meet(data.slab).seenReferences++;
  if ((data.flags & SKBFL_MANAGED_FRAG_REFS) === 0) {
    for (let i = 0; i < data.nrFrags; i++) meetHeld(data.frags[i].page, recycle);
  } else if (data.nrFrags > 0) {
    // Pages of the uarg's: this walk may not have met them.
    WALK.meetsFreed = true;
    WALK.meetsDirty = true;
  }
  if ((data.flags & SKBFL_ZEROCOPY_ENABLE) !== 0 && data.uarg !== null) data.uarg.seenReferences++;
  let members = 0;
  for (let member = data.fragList; member !== null && members < FRAG_LIST_MAX; member = member.next, members++)
    member.seenUsers++;
}

/** A head or frag: a pool reference when the skb recycles and the page is the pool's, else a plain one. */
function meetHeld(page: Page, recycle: boolean): void {
  if (recycle && page.ppSignature) meet(page).seenPoolReferences++;
  else meet(page).seenReferences++;
}

function walkPools(world: World, everything: boolean): void {
  for (const pool of world.pools) {
    pool.seenOut = 0;
    if (pool.fragPage !== null) meet(pool.fragPage).seenPoolReferences += BIAS_MAX - pool.fragUsers;
    if (!everything) continue;
    for (const page of pool.cache) meet(page).seenPoolSlots++;
    for (const page of pool.ring) meet(page).seenPoolSlots++;
  }
}

function walkFragCaches(world: World): void {
  for (const { frag } of world.socks) if (frag.page !== null) meet(frag.page).seenReferences++;
  for (const cache of world.fragCaches) if (cache.page !== null) meet(cache.page).seenReferences += cache.pagecntBias;
  const napi = world.napiFragCache;
  if (napi !== null && napi.page !== null) meet(napi.page).seenReferences += napi.pagecntBias;
  // page_frag_alloc_1k keeps one reference for each kilobyte that it has not handed out yet.
  if (world.napiSmallPage !== null)
    meet(world.napiSmallPage).seenReferences += world.napiSmallOffset >> SMALL_FRAG_SHIFT;
}
