import { PUT_PAGE_POINTS } from '../points';
import { isLeftFromLongerDraw } from '../arg';
import { NO_ID, type Id } from '../../model/world/kinds';
import { defineCommand } from '../define_command';
import type { Page, PageRef } from '../../model/structs/page';
import { putPage } from '../../model/mm/page_alloc';
import { pagePoolPutPage, pagePoolPutPageBulk } from '../../model/net/core/page_pool/page_pool_put';
import { pagePoolReleasePage } from '../../model/net/core/page_pool/page_pool_release';
import type { PagePool } from '../../model/structs/page_pool';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { consume, pageOf } from '../objects';
import type { Arg } from '../arg';
import { coversDirty, isPoolRef, mayPutDirect, mayRelease } from './page_pool_args';
import { pickHandle } from '../pick';
import { CACHE_LINE } from '../limits';
import { these } from '../small_numbers';

const SYNC_SIZE_MAX = 32768;
/** The arguments of a bulk. */
const BULK = ['page', 'page2', 'page3', 'page4'] as const;

const PAGE = { name: 'page', type: 'page', consumed: true } as const satisfies Arg;
const ALLOW_DIRECT = { name: 'allow_direct', type: 'int', min: 0, max: 1, default: 0 } as const satisfies Arg;

export function mayPut(world: World, ref: PageRef, dmaSyncSize: number, allowDirect: boolean): boolean {
  if (!isPoolRef(ref)) return false;
  if (allowDirect && !mayPutDirect(world, ref.page.pp as PagePool)) return false;
  return coversDirty(world, ref, dmaSyncSize);
}

export function put(world: World, id: Id<'page'>, dmaSyncSize: number, allowDirect: boolean): void {
  const page = pageOf(world, id).page;
  const pool = page.pp as PagePool;
  if (world.rules.driverForgetsPutPage) consume(world, id);
  if (!world.rules.driverPutsToPool) {
    putPage(world, page);
    return;
  }
  pagePoolPutPage(world, pool, page, dmaSyncSize, allowDirect);
  if (!world.rules.driverPutsOnce) pagePoolPutPage(world, pool, page, dmaSyncSize, allowDirect);
}

const PAGE_POOL_PUT_PAGE = defineCommand({
  name: 'page_pool_put_page',
  opcode: 33,
  system: 'page_pool',
  args: [
    PAGE,
    { name: 'dma_sync_size', type: 'int', min: -1, max: SYNC_SIZE_MAX, default: -1, smallest: -1 },
    ALLOW_DIRECT,
  ],
  small: { dma_sync_size: these(-1, 0, CACHE_LINE) },
  outcomes: ['ok'],
  allocates: false,
  contextual: true,
  points: PUT_PAGE_POINTS,
  draw(world, draw, args) {
    args.page = pickHandle(world, draw, 'page', isPoolRef);
    if (args.page < 0) return false;
    const ref = pageOf(world, args.page);
    const pool = ref.page.pp as PagePool;
    args.dma_sync_size = draw.chance(1, 2) ? -1 : draw.size(0, Math.max(pool.maxLen, 1));
    if (!coversDirty(world, ref, args.dma_sync_size)) args.dma_sync_size = -1;
    args.allow_direct = mayPutDirect(world, pool) ? draw.below(2) : 0;
    return true;
  },
  applies(world, args) {
    return mayPut(world, pageOf(world, args.page), args.dma_sync_size, args.allow_direct !== 0);
  },
  run(world, args) {
    put(world, args.page, args.dma_sync_size, args.allow_direct !== 0);
    return 0;
  },
});

const PAGE_POOL_PUT_FULL_PAGE = defineCommand({
  name: 'page_pool_put_full_page',
  opcode: 34,
  system: 'page_pool',
  args: [PAGE, ALLOW_DIRECT],
  outcomes: ['ok'],
  allocates: false,
  contextual: true,
  points: PUT_PAGE_POINTS,
  draw(world, draw, args) {
    args.page = pickHandle(world, draw, 'page', isPoolRef);
    if (args.page < 0) return false;
    args.allow_direct = mayPutDirect(world, pageOf(world, args.page).page.pp as PagePool) ? draw.below(2) : 0;
    return true;
  },
  applies(world, args) {
    return mayPut(world, pageOf(world, args.page), -1, args.allow_direct !== 0);
  },
  run(world, args) {
    put(world, args.page, -1, args.allow_direct !== 0);
    return 0;
  },
});

const PAGE_POOL_RECYCLE_DIRECT = defineCommand({
  name: 'page_pool_recycle_direct',
  opcode: 35,
  system: 'page_pool',
  args: [PAGE],
  outcomes: ['ok'],
  allocates: false,
  contextual: true,
  points: PUT_PAGE_POINTS,
  draw(world, draw, args) {
    args.page = pickHandle(world, draw, 'page', (ref) => mayPut(world, ref, -1, true));
    return args.page >= 0;
  },
  applies(world, args) {
    return mayPut(world, pageOf(world, args.page), -1, true);
  },
  run(world, args) {
    put(world, args.page, -1, true);
    return 0;
  },
});

/** Up to four references of one pool, each by a name of its own. */
const PAGE_POOL_PUT_PAGE_BULK = defineCommand({
  name: 'page_pool_put_page_bulk',
  opcode: 36,
  system: 'page_pool',
  args: [
    PAGE,
    { name: 'page2', type: 'page', consumed: true, optional: true },
    { name: 'page3', type: 'page', consumed: true, optional: true },
    { name: 'page4', type: 'page', consumed: true, optional: true },
  ],
  outcomes: ['ok'],
  allocates: false,
  contextual: true,
  points: PUT_PAGE_POINTS,
  draw(world, draw, args) {
    for (const name of BULK) args[name] = NO_ID;
    args.page = pickHandle(world, draw, 'page', isPoolRef);
    if (args.page < 0) return false;
    const pool = pageOf(world, args.page).page.pp;
    for (let i = 1; i < BULK.length && draw.chance(3, 4); i++) {
      const id = pickHandle(world, draw, 'page', (ref) => isPoolRef(ref) && ref.page.pp === pool);
      if (BULK.some((name) => args[name] === id) || isLeftFromLongerDraw(args, id)) continue;
      args[BULK[i]] = id;
    }
    return true;
  },
  applies(world, args) {
    const pool = pageOf(world, args.page).page.pp;
    const ids = BULK.map((name) => args[name]).filter((id) => id >= 0);
    if (new Set(ids).size < ids.length) return false;
    return ids.every((id) => {
      const ref = pageOf(world, id);
      return isPoolRef(ref) && ref.page.pp === pool;
    });
  },
  run(world, args) {
    const pages: Page[] = [];
    const pool = pageOf(world, args.page).page.pp as PagePool;
    for (const name of BULK) {
      if (args[name] < 0) continue;
      pages.push(pageOf(world, args[name]).page);
      consume(world, args[name]);
    }
    pagePoolPutPageBulk(world, pool, pages);
    return 0;
  },
});

/** 6.1, and page_pool_unmap_page of 2018: the page leaves the pool, and the name becomes a plain reference. */
const PAGE_POOL_RELEASE_PAGE = defineCommand({
  name: 'page_pool_release_page',
  opcode: 37,
  system: 'page_pool',
  args: [{ name: 'page', type: 'page' }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  before: { after: '6.1', by: '6.12' },
  draw(world, draw, args) {
    args.page = pickHandle(world, draw, 'page', (ref) => mayRelease(world, ref));
    return args.page >= 0;
  },
  applies(world, args) {
    return mayRelease(world, pageOf(world, args.page));
  },
  run(world, args) {
    const ref = pageOf(world, args.page);
    const pool = ref.page.pp as PagePool;
    pagePoolReleasePage(world, pool, ref.page);
    ref.ofPool = false;
    if (!world.rules.driverReleasesOnce) pagePoolReleasePage(world, pool, ref.page);
    // This driver acts as if the release freed the page.
    if (!world.rules.driverPutsReleasedPage) consume(world, args.page);
    return 0;
  },
});

export const PAGE_POOL_PUT_COMMANDS: readonly Command[] = [
  PAGE_POOL_PUT_PAGE,
  PAGE_POOL_PUT_FULL_PAGE,
  PAGE_POOL_RECYCLE_DIRECT,
  PAGE_POOL_PUT_PAGE_BULK,
  PAGE_POOL_RELEASE_PAGE,
];
