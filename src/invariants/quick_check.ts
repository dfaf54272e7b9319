import type { Page } from '../model/structs/page';
import type { SkBuff } from '../model/structs/sk_buff';
import type { World } from '../model/world/world';
import { BYTES, checkPayload } from './bytes';
import { checkDataref, DATAREF } from './dataref';
import { checkAddress, DMA_ADDRESS_KEPT } from './dma_address_kept';
import { checkDevice, checkMappings, DMA_MAPPED_ONCE } from './dma_mapped_once';
import { checkFrags, checkResting, DMA_OWNERSHIP } from './dma_ownership';
import { quickCheckSystems } from './systems/check_systems';
import { NO_DOUBLE_FREE } from './event';
import { checkGeometry, checkRegions, GEOMETRY } from './geometry';
import type { Invariant } from './invariant';
import { checkFragPages, NO_POOL_PAGE_IN_FRAGS } from './no_pool_page_in_frags';
import { checkUserPages, checkWrites, NO_SHARED_WRITE } from './no_shared_write';
import { checkNames, checkOwner, checkReached, NO_USE_AFTER_FREE } from './no_use_after_free';
import { checkPageRefcount, PAGE_REFCOUNT } from './page_refcount';
import { PFMEMALLOC_IS_REAL } from './pfmemalloc_is_real';
import { checkInflight, POOL_INFLIGHT } from './pool_inflight';
import { checkPoolRefcount, POOL_REFCOUNT } from './pool_refcount';
import { checkRecycled, RECYCLED_IS_EXCLUSIVE } from './recycled_is_exclusive';
import { INVARIANTS } from './registry';
import { checkHeadFrag, checkSlots, RETURNS_TO_ITS_POOL } from './returns_to_its_pool';
import { checkBounds, RING_BOUNDS } from './ring_bounds';
import { checkUsers, SKB_USERS } from './skb_users';
import { checkCharge, SOCKET_CHARGE } from './socket_charge';
import { checkPinned, TRUESIZE_COVERS } from './truesize_covers';
import { checkTruesize, TRUESIZE_EXACT } from './truesize_exact';
import { checkUarg, UARG_REFCOUNT } from './uarg_refcount';
import type { Walk } from './walk/walk';
import { XSK_COMPLETION } from './xsk_completion';

/*
 * All invariants after a command in one pass over each kind of object, where the checker would go over the same few objects
 * once for each invariant: half of its time. The statements themselves are in the invariants' files. Violations come out in
 * another order here, so that the checker asks again in order when there are any.
 *
 * What is returned are bits, by position in INVARIANTS: of those that could have failed on this world.
 */

const bit = (invariant: Invariant): number => 1 << INVARIANTS.indexOf(invariant);

const DOUBLE_FREE = bit(NO_DOUBLE_FREE);
const USE_AFTER_FREE = bit(NO_USE_AFTER_FREE);
const OWN_POOL = bit(RETURNS_TO_ITS_POOL);
const PLAIN_FRAGS = bit(NO_POOL_PAGE_IN_FRAGS);
const RECYCLED = bit(RECYCLED_IS_EXCLUSIVE);
const POOL_COUNT = bit(POOL_REFCOUNT);
const PAGE_COUNT = bit(PAGE_REFCOUNT);
const POOLS = bit(POOL_INFLIGHT) | bit(RING_BOUNDS);
const MAPPED = bit(DMA_MAPPED_ONCE);
const ADDRESS = bit(DMA_ADDRESS_KEPT);
const OWNERSHIP = bit(DMA_OWNERSHIP);
const SHARED_DATA = bit(DATAREF);
const USERS = bit(SKB_USERS) | bit(PFMEMALLOC_IS_REAL);
const UARGS = bit(UARG_REFCOUNT);
const SOCKS = bit(SOCKET_CHARGE);
const TRUESIZE = bit(TRUESIZE_EXACT);
const TOUCHED = bit(TRUESIZE_COVERS) | bit(GEOMETRY) | bit(BYTES);
const REGIONS = bit(GEOMETRY);
const SHARED_WRITE = bit(NO_SHARED_WRITE);

const CHECKED =
  DOUBLE_FREE |
  USE_AFTER_FREE |
  OWN_POOL |
  PLAIN_FRAGS |
  RECYCLED |
  POOL_COUNT |
  PAGE_COUNT |
  POOLS |
  MAPPED |
  ADDRESS |
  OWNERSHIP |
  SHARED_DATA |
  USERS |
  UARGS |
  SOCKS |
  TRUESIZE |
  TOUCHED |
  SHARED_WRITE |
  // With the systems: quickCheckSystems().
  bit(XSK_COMPLETION);

for (const invariant of INVARIANTS) {
  const missing = invariant.check !== undefined && (CHECKED & bit(invariant)) === 0;
  if (missing) throw new Error(`quick_check.ts does not look at ${invariant.name}: it would hold only after settle`);
}

/** Everything that a command can have broken. */
export function quickCheck(world: World, walk: Walk): number {
  let could = checkPages(world, walk.pages) | checkSkbs(world, walk.meetsFreed) | checkPools(world);
  for (const device of world.devices) checkDevice(world, device);
  const plainFrags = world.rules.poolReturn === 'mem_info';
  for (const data of world.datas) {
    could |= SHARED_DATA;
    checkDataref(world, data);
    if (walk.meetsDirty && data.nrFrags > 0 && checkFrags(world, data) > 0) could |= OWNERSHIP;
    if (plainFrags && checkFragPages(world, data) > 0) could |= PLAIN_FRAGS;
  }
  for (const uarg of world.uargs) {
    could |= UARGS;
    checkUarg(world, uarg);
  }
  for (const sock of world.socks) {
    could |= SOCKS;
    checkCharge(world, sock);
  }
  for (const skb of world.touchedSkbs) if (!skb.freed) could |= checkTouched(world, skb);
  if (checkWrites(world) > 0) could |= SHARED_WRITE;
  if (world.userPages && checkUserPages(world) > 0) could |= SHARED_WRITE;
  if (world.systems.live > 0) could |= quickCheckSystems(world, bit);
  return could;
}

function checkPages(world: World, pages: readonly Page[]): number {
  let could = 0;
  for (const page of pages) {
    could |= DOUBLE_FREE | PAGE_COUNT;
    if (isPlain(page)) continue;
    checkOwner(world, page);
    checkPageRefcount(world, page);
    if (checkRecycled(world, page) > 0) could |= RECYCLED;
    if (checkPoolRefcount(world, page) > 0) could |= POOL_COUNT;
    if (checkMappings(world, page) > 0) could |= MAPPED;
    if (checkAddress(world, page) > 0) could |= ADDRESS;
    if (checkResting(world, page) > 0) could |= OWNERSHIP;
  }
  return could;
}

/** No pool's, and right: what the statements about pages of pools have nothing to say about. */
function isPlain(page: Page): boolean {
  return (
    !page.ppSignature &&
    !page.freed &&
    page.poolSlots === 0 &&
    page.seenPoolReferences === 0 &&
    page.refcount === page.seenReferences &&
    page.mappings === page.seenMappings
  );
}

/** @param reachesFreed - a head or frag may be in a page that is free */
function checkSkbs(world: World, reachesFreed: boolean): number {
  let could = 0;
  if (world.names.length > 0) could = USE_AFTER_FREE;
  checkNames(world);
  checkRegions(world);
  if (world.pageNames.length > 0) could |= REGIONS;
  for (const skb of world.skbs) {
    could |= DOUBLE_FREE | USE_AFTER_FREE | USERS;
    if (reachesFreed || skb.data.freed || skb.data.fragList !== null) checkReached(world, skb);
    checkUsers(world, skb);
  }
  return could;
}

function checkPools(world: World): number {
  let could = 0;
  for (const pool of world.pools) {
    could |= POOLS;
    if (checkSlots(world, pool, false) > 0) could |= OWN_POOL;
    checkInflight(world, pool);
    checkBounds(world, pool);
  }
  return could;
}

function checkTouched(world: World, skb: SkBuff): number {
  checkHeadFrag(world, skb);
  checkTruesize(world, skb);
  if (skb.data.freed) return TRUESIZE;
  checkPinned(world, skb);
  checkGeometry(world, skb);
  checkPayload(world, skb);
  return TRUESIZE | TOUCHED;
}
