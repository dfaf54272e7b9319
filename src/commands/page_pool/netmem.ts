import { PUT_PAGE_POINTS } from '../points';
import { defineCommand } from '../define_command';
import { DMA_FROM_DEVICE } from '../../model/structs/device';
import { mpInit } from '../../model/net/core/page_pool/memory_provider';
import { pagePoolAllocPages } from '../../model/net/core/page_pool/page_pool_alloc';
import { pagePoolAllocFrag } from '../../model/net/core/page_pool/page_pool_frag';
import { pagePoolCreate } from '../../model/net/core/page_pool/page_pool_create';
import { writePattern } from '../../model/mm/page_writes';
import type { Page } from '../../model/structs/page';
import type { PagePool } from '../../model/structs/page_pool';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { pageOf, poolOf } from '../objects';
import { countHandles, namePage, nameResult, PAGE_NAMES_MAX, pickHandle, POOL_NAMES_MAX } from '../pick';
import { isPoolRef, mayAllocate, mayPutDirect, POOL_SIZE_MAX } from './page_pool_args';
import { mayPut, put } from './page_pool_put';

/** Net memory without pages: pools with a memory provider, and net_iovs. The device writes what it receives. */

const NIOVS_MAX = 8;
/** A net_iov has begun with a netmem_desc since 6.18; the module knows those of 7.3. */
const SINCE = '7.3';
const PAGE_SIZE_MAX = 4096;

function isProvided(pool: PagePool): boolean {
  return pool.provider !== null && mayAllocate(pool);
}

/** A pool whose memory comes from a provider that has `niovs` net_iovs (io_uring zero copy, dmabuf). */
const PAGE_POOL_CREATE_MP = defineCommand({
  name: 'page_pool_create_mp',
  opcode: 40,
  system: 'netmem',
  since: SINCE,
  args: [
    { name: 'niovs', type: 'int', min: 1, max: NIOVS_MAX, smallest: 1 },
    { name: 'pool_size', type: 'int', min: 1, max: POOL_SIZE_MAX, default: POOL_SIZE_MAX, smallest: POOL_SIZE_MAX },
    { name: 'napi', type: 'int', min: 0, max: 1, default: 0 },
  ],
  result: 'pool',
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 8,
  usuallyNext: ['page_pool_alloc_netmems', 'page_pool_alloc_netmems', 'page_pool_alloc_frag_netmem'],
  draw(world, draw, args) {
    if (countHandles(world, 'pool') >= POOL_NAMES_MAX) return false;
    args.niovs = draw.between(1, NIOVS_MAX);
    args.pool_size = draw.chance(1, 2) ? draw.between(1, 4) : POOL_SIZE_MAX;
    args.napi = draw.below(2);
    return true;
  },
  applies: () => true,
  run(world, args, result) {
    const { pool_size: poolSize, napi } = args;
    const pool = pagePoolCreate(world, {
      ...{ device: null, order: 0, poolSize, flags: 0, dmaDir: DMA_FROM_DEVICE },
      ...{ offset: 0, maxLen: world.abi.pageSize, napi: napi !== 0 },
    }) as PagePool;
    mpInit(world, pool, args.niovs);
    nameResult(world, result, 'pool', pool);
    return 0;
  },
});

function receive(world: World, page: Page, offset: number, len: number): void {
  if (len > 0) writePattern(world, page, offset, len);
}

/** A whole net_iov, of which the device writes `len` bytes. The outcome `empty`: the provider has no more. */
const PAGE_POOL_ALLOC_NETMEMS = defineCommand({
  name: 'page_pool_alloc_netmems',
  opcode: 41,
  system: 'netmem',
  since: SINCE,
  args: [
    { name: 'pool', type: 'pool' },
    { name: 'len', type: 'int', min: 1, max: PAGE_SIZE_MAX, smallest: 1 },
  ],
  result: 'page',
  outcomes: ['ok', 'empty'],
  allocates: false,
  contextual: false,
  weight: 48,
  usuallyNext: ['skb_add_rx_frag_netmem', 'skb_add_rx_frag_netmem', 'page_pool_put_full_netmem', 'alloc_skb'],
  draw(world, draw, args) {
    if (countHandles(world, 'page') >= PAGE_NAMES_MAX) return false;
    args.pool = pickHandle(world, draw, 'pool', isProvided);
    args.len = draw.chance(1, 2) ? PAGE_SIZE_MAX : draw.size(1, PAGE_SIZE_MAX);
    return args.pool >= 0;
  },
  applies(world, args) {
    return isProvided(poolOf(world, args.pool));
  },
  run(world, args, result) {
    const niov = pagePoolAllocPages(world, poolOf(world, args.pool));
    if (niov === null) return 1;
    receive(world, niov, 0, args.len);
    namePage(world, result, niov, 0, world.abi.pageSize, true);
    return 0;
  },
});

/** A piece of a net_iov, which the device fills. */
const PAGE_POOL_ALLOC_FRAG_NETMEM = defineCommand({
  name: 'page_pool_alloc_frag_netmem',
  opcode: 42,
  system: 'netmem',
  since: SINCE,
  args: [
    { name: 'pool', type: 'pool' },
    { name: 'size', type: 'int', min: 1, max: PAGE_SIZE_MAX, smallest: 1 },
  ],
  result: 'page',
  outcomes: ['ok', 'empty'],
  allocates: false,
  contextual: false,
  weight: 48,
  usuallyNext: ['skb_add_rx_frag_netmem', 'skb_add_rx_frag_netmem', 'page_pool_alloc_frag_netmem'],
  draw(world, draw, args) {
    if (countHandles(world, 'page') >= PAGE_NAMES_MAX) return false;
    args.pool = pickHandle(world, draw, 'pool', isProvided);
    args.size = draw.chance(1, 2) ? PAGE_SIZE_MAX >> draw.between(0, 3) : draw.size(1, PAGE_SIZE_MAX);
    return args.pool >= 0;
  },
  applies(world, args) {
    return isProvided(poolOf(world, args.pool));
  },
  run(world, args, result) {
    const pool = poolOf(world, args.pool);
    const offset = pagePoolAllocFrag(world, pool, args.size);
    if (offset < 0) return 1;
    const niov = pool.fragPage as Page;
    receive(world, niov, offset, args.size);
    namePage(world, result, niov, offset, args.size, true);
    return 0;
  },
});

const PAGE_POOL_PUT_FULL_NETMEM = defineCommand({
  name: 'page_pool_put_full_netmem',
  opcode: 43,
  system: 'netmem',
  since: SINCE,
  takesNetIovs: true,
  args: [
    { name: 'page', type: 'page', consumed: true },
    { name: 'allow_direct', type: 'int', min: 0, max: 1, default: 0 },
  ],
  outcomes: ['ok'],
  allocates: false,
  contextual: true,
  weight: 16,
  points: PUT_PAGE_POINTS,
  draw(world, draw, args) {
    args.page = pickHandle(world, draw, 'page', (ref) => ref.page.netIov && isPoolRef(ref));
    if (args.page < 0) return false;
    args.allow_direct = mayPutDirect(world, pageOf(world, args.page).page.pp as PagePool) ? draw.below(2) : 0;
    return true;
  },
  applies(world, args) {
    const ref = pageOf(world, args.page);
    return ref.page.netIov && mayPut(world, ref, -1, args.allow_direct !== 0);
  },
  run(world, args) {
    put(world, args.page, -1, args.allow_direct !== 0);
    return 0;
  },
});

export const NETMEM_COMMANDS: readonly Command[] = [
  PAGE_POOL_CREATE_MP,
  PAGE_POOL_ALLOC_NETMEMS,
  PAGE_POOL_ALLOC_FRAG_NETMEM,
  PAGE_POOL_PUT_FULL_NETMEM,
];
