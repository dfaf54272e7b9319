import type { Page, PageRef } from '../../model/structs/page';
import { putPage } from '../../model/mm/page_alloc';
import { pagePoolPutPage, pagePoolPutPageBulk } from '../../model/net/core/page_pool/page_pool_put';
import { pagePoolReleasePage } from '../../model/net/core/page_pool/page_pool_release';
import type { PagePool } from '../../model/structs/page_pool';
import type { World } from '../../model/world/world';
import { consume, pageOf, type Arg, type Command } from '../command';
import { coversDirty, isPoolRef, mayPutDirect, mayRelease } from './page_pool_args';
import { pickHandle } from '../pick';

const SYNC_SIZE_MAX = 32768;
const BULK_MAX = 4;

const PAGE: Arg = { name: 'page', type: 'page', consumed: true };
const ALLOW_DIRECT: Arg = { name: 'allow_direct', type: 'int', min: 0, max: 1, default: 0 };

function mayPut(world: World, ref: PageRef, dmaSyncSize: number, allowDirect: boolean): boolean {
  if (!isPoolRef(ref)) return false;
  if (allowDirect && !mayPutDirect(world, ref.page.pp as PagePool)) return false;
  return coversDirty(world, ref, dmaSyncSize);
}

function put(world: World, id: number, dmaSyncSize: number, allowDirect: boolean): void {
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

const PAGE_POOL_PUT_PAGE: Command = {
  name: 'page_pool_put_page',
  opcode: 33,
  system: 'page_pool',
  args: [
    PAGE,
    { name: 'dma_sync_size', type: 'int', min: -1, max: SYNC_SIZE_MAX, default: -1, smallest: -1 },
    ALLOW_DIRECT,
  ],
  outcomes: ['ok'],
  allocates: false,
  contextual: true,
  draw(world, draw, args) {
    args[0] = pickHandle(world, draw, 'page', isPoolRef);
    if (args[0] < 0) return false;
    const ref = pageOf(world, args[0]);
    const pool = ref.page.pp as PagePool;
    args[1] = draw.chance(1, 2) ? -1 : draw.size(0, Math.max(pool.maxLen, 1));
    if (!coversDirty(world, ref, args[1])) args[1] = -1;
    args[2] = mayPutDirect(world, pool) ? draw.below(2) : 0;
    return true;
  },
  applies(world, args) {
    return mayPut(world, pageOf(world, args[0]), args[1], args[2] !== 0);
  },
  run(world, args) {
    put(world, args[0], args[1], args[2] !== 0);
    return 0;
  },
};

const PAGE_POOL_PUT_FULL_PAGE: Command = {
  name: 'page_pool_put_full_page',
  opcode: 34,
  system: 'page_pool',
  args: [PAGE, ALLOW_DIRECT],
  outcomes: ['ok'],
  allocates: false,
  contextual: true,
  draw(world, draw, args) {
    args[0] = pickHandle(world, draw, 'page', isPoolRef);
    if (args[0] < 0) return false;
    args[1] = mayPutDirect(world, pageOf(world, args[0]).page.pp as PagePool) ? draw.below(2) : 0;
    return true;
  },
  applies(world, args) {
    return mayPut(world, pageOf(world, args[0]), -1, args[1] !== 0);
  },
  run(world, args) {
    put(world, args[0], -1, args[1] !== 0);
    return 0;
  },
};

const PAGE_POOL_RECYCLE_DIRECT: Command = {
  name: 'page_pool_recycle_direct',
  opcode: 35,
  system: 'page_pool',
  args: [PAGE],
  outcomes: ['ok'],
  allocates: false,
  contextual: true,
  draw(world, draw, args) {
    args[0] = pickHandle<PageRef>(world, draw, 'page', (ref) => mayPut(world, ref, -1, true));
    return args[0] >= 0;
  },
  applies(world, args) {
    return mayPut(world, pageOf(world, args[0]), -1, true);
  },
  run(world, args) {
    put(world, args[0], -1, true);
    return 0;
  },
};

/** Up to four references of one pool, each by a name of its own. */
const PAGE_POOL_PUT_PAGE_BULK: Command = {
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
  draw(world, draw, args) {
    args.fill(-1, 0, BULK_MAX);
    args[0] = pickHandle(world, draw, 'page', isPoolRef);
    if (args[0] < 0) return false;
    const pool = pageOf(world, args[0]).page.pp;
    for (let i = 1; i < BULK_MAX && draw.chance(3, 4); i++) {
      const id = pickHandle<PageRef>(world, draw, 'page', (ref) => isPoolRef(ref) && ref.page.pp === pool);
      if (!args.includes(id)) args[i] = id;
    }
    return true;
  },
  applies(world, args) {
    const pool = pageOf(world, args[0]).page.pp;
    for (let i = 0; i < BULK_MAX; i++) {
      if (args[i] < 0) continue;
      const ref = pageOf(world, args[i]);
      if (!isPoolRef(ref) || ref.page.pp !== pool || args.indexOf(args[i]) !== i) return false;
    }
    return true;
  },
  run(world, args) {
    const pages: Page[] = [];
    const pool = pageOf(world, args[0]).page.pp as PagePool;
    for (let i = 0; i < BULK_MAX; i++) {
      if (args[i] < 0) continue;
      pages.push(pageOf(world, args[i]).page);
      consume(world, args[i]);
    }
    pagePoolPutPageBulk(world, pool, pages);
    return 0;
  },
};

/** 6.1, and page_pool_unmap_page of 2018: the page leaves the pool, the name becomes a plain reference. */
const PAGE_POOL_RELEASE_PAGE: Command = {
  name: 'page_pool_release_page',
  opcode: 37,
  system: 'page_pool',
  args: [{ name: 'page', type: 'page' }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  profiles: ['linux-6.1', 'rfc-2018'],
  draw(world, draw, args) {
    args[0] = pickHandle<PageRef>(world, draw, 'page', (ref) => mayRelease(world, ref));
    return args[0] >= 0;
  },
  applies(world, args) {
    return mayRelease(world, pageOf(world, args[0]));
  },
  run(world, args) {
    const ref = pageOf(world, args[0]);
    const pool = ref.page.pp as PagePool;
    pagePoolReleasePage(world, pool, ref.page);
    ref.ofPool = false;
    if (!world.rules.driverReleasesOnce) pagePoolReleasePage(world, pool, ref.page);
    // As if that freed the page.
    if (!world.rules.driverPutsReleasedPage) consume(world, args[0]);
    return 0;
  },
};

export const PAGE_POOL_PUT_COMMANDS: readonly Command[] = [
  PAGE_POOL_PUT_PAGE,
  PAGE_POOL_PUT_FULL_PAGE,
  PAGE_POOL_RECYCLE_DIRECT,
  PAGE_POOL_PUT_PAGE_BULK,
  PAGE_POOL_RELEASE_PAGE,
];
