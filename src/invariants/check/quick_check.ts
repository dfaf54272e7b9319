import type { Page } from '../../model/structs/page';
import type { SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { BYTES, checkPayload } from '../bytes';
import { checkDataref, DATAREF } from '../dataref';
import { checkAddress, DMA_ADDRESS_KEPT } from '../dma_address_kept';
import { checkDevice, checkDevices, checkMappings, DMA_MAPPED_ONCE } from '../dma_mapped_once';
import { checkFrags, checkReadableFrags, checkResting, DMA_OWNERSHIP } from '../dma_ownership';
import { NO_DOUBLE_FREE } from '../event';
import { checkGeometry, checkRegions, GEOMETRY } from '../geometry';
import type { Check, Invariant } from '../invariant';
import { checkDeferred } from '../kinds/check_deferred';
import { CORE_LOOKS, SYSTEM_LOOKS, type Look } from './looks';
import { checkFragPages, NO_POOL_PAGE_IN_FRAGS } from '../no_pool_page_in_frags';
import { checkUserPages, checkWrites, NO_SHARED_WRITE } from '../no_shared_write';
import { checkNames, checkOwner, checkReached, NO_USE_AFTER_FREE } from '../no_use_after_free';
import { checkPageRefcount, PAGE_REFCOUNT } from '../page_refcount';
import { PFMEMALLOC_IS_REAL } from '../pfmemalloc_is_real';
import { checkInflight, POOL_INFLIGHT } from '../pool_inflight';
import { checkPoolRefcount, POOL_REFCOUNT } from '../pool_refcount';
import { checkRecycled, RECYCLED_IS_EXCLUSIVE } from '../recycled_is_exclusive';
import { INVARIANTS } from '../registry';
import { checkHeadFrag, checkPoolSlots, checkSlots, RETURNS_TO_ITS_POOL } from '../returns_to_its_pool';
import { checkBounds, RING_BOUNDS } from '../ring_bounds';
import { checkUsers, SKB_USERS } from '../skb_users';
import { checkCharge, SOCKET_CHARGE } from '../socket_charge';
import { checkPinned, TRUESIZE_COVERS } from '../truesize_covers';
import { checkTruesize, TRUESIZE_EXACT } from '../truesize_exact';
import { checkUarg, UARG_REFCOUNT } from '../uarg_refcount';
import type { Walk } from '../walk/walk';

/*
 * The invariants after a command, in one pass over each kind of object. Running invariant after invariant goes over the
 * same few objects once for each of them and takes twice the time. The statements themselves are in the invariants'
 * files. Violations come out in another order here, so the checker asks again in order when there are any.
 *
 * The pass is an optimisation only: checks that it does not cover run after it. Results are bits by position in
 * INVARIANTS, of the invariants that could have failed on this world.
 */

const bitOf = (invariant: Invariant): number => 1 << INVARIANTS.indexOf(invariant);

const DOUBLE_FREE = bitOf(NO_DOUBLE_FREE);
const USE_AFTER_FREE = bitOf(NO_USE_AFTER_FREE);
const OWN_POOL = bitOf(RETURNS_TO_ITS_POOL);
const PLAIN_FRAGS = bitOf(NO_POOL_PAGE_IN_FRAGS);
const RECYCLED = bitOf(RECYCLED_IS_EXCLUSIVE);
const POOL_COUNT = bitOf(POOL_REFCOUNT);
const PAGE_COUNT = bitOf(PAGE_REFCOUNT);
const POOLS = bitOf(POOL_INFLIGHT) | bitOf(RING_BOUNDS);
const MAPPED = bitOf(DMA_MAPPED_ONCE);
const ADDRESS = bitOf(DMA_ADDRESS_KEPT);
const OWNERSHIP = bitOf(DMA_OWNERSHIP);
const SHARED_DATA = bitOf(DATAREF);
const USERS = bitOf(SKB_USERS) | bitOf(PFMEMALLOC_IS_REAL);
const UARGS = bitOf(UARG_REFCOUNT);
const SOCKS = bitOf(SOCKET_CHARGE);
const TRUESIZE = bitOf(TRUESIZE_EXACT);
const TOUCHED = bitOf(TRUESIZE_COVERS) | bitOf(GEOMETRY) | bitOf(BYTES);
const REGIONS = bitOf(GEOMETRY);
const SHARED_WRITE = bitOf(NO_SHARED_WRITE);

/** The checks that the pass below covers. */
const COVERED: ReadonlySet<Check | undefined> = new Set(
  [
    ...[NO_DOUBLE_FREE, NO_USE_AFTER_FREE, RETURNS_TO_ITS_POOL, NO_POOL_PAGE_IN_FRAGS, RECYCLED_IS_EXCLUSIVE],
    ...[POOL_REFCOUNT, PAGE_REFCOUNT, POOL_INFLIGHT, RING_BOUNDS, DMA_MAPPED_ONCE, DMA_ADDRESS_KEPT, DMA_OWNERSHIP],
    ...[DATAREF, SKB_USERS, PFMEMALLOC_IS_REAL, UARG_REFCOUNT, SOCKET_CHARGE, TRUESIZE_EXACT, TRUESIZE_COVERS],
    ...[GEOMETRY, BYTES, NO_SHARED_WRITE],
  ].map(({ check }) => check),
);
const COVERED_OF_KINDS: readonly Check[] = [
  ...[checkDevices, checkPoolSlots, checkReadableFrags, checkUserPages, checkDeferred],
];

const isLeft = ({ check }: Look): boolean => !COVERED.has(check) && !COVERED_OF_KINDS.includes(check);

/** Every other check of the core. A new one runs from here until the pass covers it. */
const LEFT = CORE_LOOKS.filter(isLeft);

/** Checks everything that a command can have broken. */
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
  if (checkUserPages(world) > 0) could |= SHARED_WRITE;
  if (world.systems.deferred.length > 0 && checkDeferred(world) > 0) could |= SOCKS;
  could |= run(LEFT, world, walk);
  if (world.systems.live > 0)
    for (const { at, looks } of SYSTEM_LOOKS)
      if (world.systems.inOrder[at].length > 0) could |= run(looks, world, walk);
  return could;
}

function run(looks: readonly Look[], world: World, walk: Walk): number {
  let could = 0;
  for (const { bit, check } of looks) if (check(world, walk, false) > 0) could |= bit;
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

/** True for a live page that is no pool's and whose counts are right: no invariant about pages can fail on it. */
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
