import { times } from '../usual';
import { RETURN_PAGE_POINTS, SCRUB_POINTS } from '../points';
import { NO_ID } from '../../model/world/kinds';
import type { DrawnArgs } from '../arg';
import { defineCommand } from '../define_command';
import { EINVAL } from '../../model/lib/errno';
import { DMA_BIDIRECTIONAL, DMA_FROM_DEVICE, DMA_TO_DEVICE } from '../../model/structs/device';
import { pagePoolAllocPages } from '../../model/net/core/page_pool/page_pool_alloc';
import { pagePoolCreate } from '../../model/net/core/page_pool/page_pool_create';
import { pagePoolDestroy, pagePoolReleaseRetry } from '../../model/net/core/page_pool/page_pool_destroy';
import { pagePoolAllocFrag } from '../../model/net/core/page_pool/page_pool_frag';
import type { Page } from '../../model/structs/page';
import { PP_FLAG_DMA_MAP, PP_FLAG_DMA_SYNC_DEV, PP_FLAG_PAGE_FRAG } from '../../model/structs/page_pool';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { poolOf } from '../objects';
import type { Draw } from '../draw';
import {
  CREATE_ARGS,
  hasFragFlag,
  mayAllocateFrags,
  mayAllocatePages,
  mayCreate,
  ORDER_MAX,
  poolParams,
  POOL_SIZE_MAX,
} from './page_pool_args';
import { PAGE_POOL_PUT_COMMANDS } from './page_pool_put';
import { countHandles, namePage, nameResult, PAGE_NAMES_MAX, pickHandle, POOL_NAMES_MAX } from '../pick';
import { CACHE_LINE } from '../limits';
import { numbers } from '../small_numbers';

const SMALL_RING_MAX = 8;
const FRAG_SIZE_MAX = 16384;
const HEADROOM_LINES_MAX = 8;

const PAGE_POOL_CREATE = defineCommand({
  name: 'page_pool_create',
  opcode: 30,
  system: 'page_pool',
  args: CREATE_ARGS,
  result: 'pool',
  outcomes: ['ok', 'einval'],
  allocates: false,
  contextual: false,
  weight: 6,
  usuallyNext: ['page_pool_alloc_pages', 'page_pool_alloc_pages', 'page_pool_alloc_frag'],
  draw(world, draw, args) {
    if (countHandles(world, 'pool') >= POOL_NAMES_MAX) return false;
    args.device = draw.chance(1, 2) ? draw.handle(world, 'device') : NO_ID;
    args.order = draw.chance(4, 5) ? 0 : draw.between(1, ORDER_MAX);
    // Small rings fill up. With 32 slots and more the consumer gives slots back in batches.
    args.pool_size = draw.chance(3, 4) ? draw.between(1, SMALL_RING_MAX) : draw.between(0, POOL_SIZE_MAX);
    args.napi = draw.below(2);
    drawFlags(world, draw, args);
    drawWindow(world, draw, args);
    return true;
  },
  applies(world, args) {
    return mayCreate(world, poolParams(world, args));
  },
  run(world, args, result) {
    const pool = pagePoolCreate(world, poolParams(world, args));
    if (pool === null) {
      world.ret = -EINVAL;
      return 1;
    }
    nameResult(world, result, 'pool', pool);
    return 0;
  },
});

function drawFlags(world: World, draw: Draw, args: DrawnArgs<typeof CREATE_ARGS>): void {
  let flags = draw.chance(2, 3) ? PP_FLAG_DMA_MAP : 0;
  if (flags !== 0 && draw.chance(2, 3)) flags |= PP_FLAG_DMA_SYNC_DEV;
  if (hasFragFlag(world) && draw.chance(1, 2)) flags |= PP_FLAG_PAGE_FRAG;
  args.dma_dir = draw.chance(3, 4) ? DMA_FROM_DEVICE : DMA_BIDIRECTIONAL;
  // Refused: a direction that receives nothing, or a sync without a mapping.
  if (draw.chance(1, 24)) args.dma_dir = DMA_TO_DEVICE;
  if (draw.chance(1, 24)) flags = (flags | PP_FLAG_DMA_SYNC_DEV) & ~PP_FLAG_DMA_MAP;
  args.flags = flags;
}

function drawWindow(world: World, draw: Draw, args: DrawnArgs<typeof CREATE_ARGS>): void {
  const size = world.abi.pageSize << args.order;
  args.offset = draw.chance(1, 2) ? 0 : CACHE_LINE * draw.between(1, HEADROOM_LINES_MAX);
  args.max_len = draw.chance(1, 2) ? size - args.offset : draw.size(1, size - args.offset);
  if (draw.chance(1, 24)) args.max_len = 0;
}

const PAGE_POOL_ALLOC_PAGES = defineCommand({
  name: 'page_pool_alloc_pages',
  opcode: 31,
  system: 'page_pool',
  args: [{ name: 'pool', type: 'pool' }],
  result: 'page',
  outcomes: ['ok', 'enomem'],
  allocates: true,
  contextual: false,
  weight: 24,
  usuallyNext: ['device_write', 'device_write', 'device_write', 'build_skb', 'napi_build_skb', 'get_page'],
  draw(world, draw, args) {
    if (countHandles(world, 'page') >= PAGE_NAMES_MAX) return false;
    args.pool = pickHandle(world, draw, 'pool', (pool) => mayAllocatePages(world, pool));
    return args.pool >= 0;
  },
  applies(world, args) {
    return mayAllocatePages(world, poolOf(world, args.pool));
  },
  run(world, args, result) {
    const page = pagePoolAllocPages(world, poolOf(world, args.pool));
    if (page === null) return 1;
    namePage(world, result, page, 0, world.abi.pageSize << page.order, true);
    return 0;
  },
});

const PAGE_POOL_ALLOC_FRAG = defineCommand({
  name: 'page_pool_alloc_frag',
  opcode: 32,
  system: 'page_pool',
  args: [
    { name: 'pool', type: 'pool' },
    { name: 'size', type: 'int', min: 1, max: FRAG_SIZE_MAX, smallest: 1 },
  ],
  result: 'page',
  small: {
    // An odd size shows where the next fragment of the page begins.
    size: numbers('63 | half a page | a page', ({ world: { abi } }) => [
      ...[CACHE_LINE - 1, abi.pageSize / 2, abi.pageSize],
    ]),
  },
  outcomes: ['ok', 'enomem'],
  allocates: true,
  contextual: false,
  weight: 24,
  usuallyNext: ['page_pool_alloc_frag', 'device_write', 'device_write', 'build_skb', 'napi_build_skb'],
  points: ['page_pool_unref_page: count read', ...RETURN_PAGE_POINTS],
  draw(world, draw, args) {
    if (countHandles(world, 'page') >= PAGE_NAMES_MAX) return false;
    args.pool = pickHandle(world, draw, 'pool', (pool) => mayAllocateFrags(world, pool));
    if (args.pool < 0) return false;
    const size = world.abi.pageSize << poolOf(world, args.pool).order;
    args.size = draw.chance(1, 2) ? size >> draw.between(0, 2) : draw.size(1, size);
    return true;
  },
  applies(world, args) {
    const pool = poolOf(world, args.pool);
    return mayAllocateFrags(world, pool) && args.size <= world.abi.pageSize << pool.order;
  },
  run(world, args, result) {
    const pool = poolOf(world, args.pool);
    const offset = pagePoolAllocFrag(world, pool, args.size);
    if (offset < 0) return 1;
    namePage(world, result, pool.fragPage as Page, offset, args.size, true);
    return 0;
  },
});

/** The name stays while the pool lives: pages that are out keep the pool. The call may sleep: process context. */
const PAGE_POOL_DESTROY = defineCommand({
  name: 'page_pool_destroy',
  opcode: 38,
  system: 'page_pool',
  args: [{ name: 'pool', type: 'pool' }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 2,
  usuallyNext: [
    'page_pool_release_retry',
    'page_pool_release_retry',
    'page_pool_put_full_page',
    'kfree_skb',
    'device_remove',
  ],
  points: [
    'page_pool_unref_page: count read',
    // Only pools that map pages pass this point. They have the most to lose.
    ...times(8, 'page_pool_scrub: taken out of dma_mapped'),
    ...SCRUB_POINTS,
  ],
  draw(world, draw, args) {
    args.pool = pickHandle(world, draw, 'pool', (pool) => pool.userCnt === 1);
    return args.pool >= 0;
  },
  applies(world, args) {
    return poolOf(world, args.pool).userCnt === 1;
  },
  run(world, args) {
    pagePoolDestroy(world, poolOf(world, args.pool));
    return 0;
  },
});

/** The delayed worker of a destroyed pool runs. */
const PAGE_POOL_RELEASE_RETRY = defineCommand({
  name: 'page_pool_release_retry',
  opcode: 39,
  system: 'page_pool',
  args: [{ name: 'pool', type: 'pool' }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  points: SCRUB_POINTS,
  draw(world, draw, args) {
    args.pool = pickHandle(world, draw, 'pool', (pool) => pool.releasePending);
    return args.pool >= 0;
  },
  applies(world, args) {
    return poolOf(world, args.pool).releasePending;
  },
  run(world, args) {
    pagePoolReleaseRetry(world, poolOf(world, args.pool));
    return 0;
  },
});

export const PAGE_POOL_COMMANDS: readonly Command[] = [
  PAGE_POOL_CREATE,
  PAGE_POOL_ALLOC_PAGES,
  PAGE_POOL_ALLOC_FRAG,
  ...PAGE_POOL_PUT_COMMANDS,
  PAGE_POOL_DESTROY,
  PAGE_POOL_RELEASE_RETRY,
];
