import { NO_ID, type Id } from '../../model/world/kinds';
import { defineCommand } from '../define_command';
import { deviceMayWrite, deviceWrites, mappedByHand } from '../../model/kernel/dma/dma_ownership';
import type { PageRef } from '../../model/structs/page';
import type { PagePool } from '../../model/structs/page_pool';
import { allocPages, getPage, putPage } from '../../model/mm/page_alloc';
import { writePattern } from '../../model/mm/page_writes';
import { regionIsExclusive } from '../../model/world/region_exclusive';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import type { CommandName } from '../command_name';
import type { Draw } from '../draw';
import { consume, pageOf } from '../objects';
import { countHandles, namePage, PAGE_NAMES_MAX, pickHandle } from '../pick';
import { CACHE_LINE, ORDER_MAX, REGION_MAX } from '../limits';
import { numbers } from '../small_numbers';

/**
 * Returns whether the reference is plain and may be put: the driver has not mapped its page by hand, or unmapped it
 * again.
 */
export function mayPutPlain(ref: PageRef): boolean {
  return !ref.ofPool && !mappedByHand(ref.page);
}

/** Returns whether the device, or the CPU where nothing maps the page, may write these bytes of the region. */
export function mayDeviceWrite(world: World, ref: PageRef, offset: number, len: number): boolean {
  if (offset + len > ref.size) return false;
  const from = ref.offset + offset;
  const mapping = ref.page.mapping;
  if (mapping !== null && !deviceMayWrite(mapping, from, len)) return false;
  // The driver stops its device before it destroys the pool.
  if (mapping !== null && ref.page.pp !== null && ref.page.pp.userCnt === 0) return false;
  return regionIsExclusive(world, ref, from, from + len);
}

/** Picks a region for a device. Unwritten pages come first: a driver can receive only bytes that are written. */
export function drawUnwritten(world: World, draw: Draw): Id<'page'> {
  const id = draw.chance(1, 2) ? pickHandle(world, draw, 'page', (ref) => ref.page.writes.length === 0) : NO_ID;
  return id < 0 ? draw.handle(world, 'page') : id;
}

/** Where in a region a device begins to write: bytes from the start of the region. A pool may keep headroom. */
export function deviceStart(ref: PageRef): number {
  const pool = mappingPool(ref);
  return pool !== null && ref.offset < pool.offset ? Math.min(pool.offset - ref.offset, ref.size - 1) : 0;
}

/** Where the bytes end that the pool synced for the device: bytes from the start of the region, or Infinity. */
export function deviceEnd(ref: PageRef): number {
  const pool = mappingPool(ref);
  return pool !== null && pool.dmaSync ? pool.offset + pool.maxLen - ref.offset : Infinity;
}

function mappingPool({ page }: PageRef): PagePool | null {
  return page.mapping !== null ? page.pp : null;
}

const ALLOC_PAGES = defineCommand({
  name: 'alloc_pages',
  opcode: 1,
  system: 'page',
  args: [{ name: 'order', type: 'int', min: 0, max: ORDER_MAX, default: 0 }],
  result: 'page',
  outcomes: ['ok', 'enomem'],
  allocates: true,
  contextual: false,
  weight: 8,
  usuallyNext: ['device_write', 'device_write', 'device_write', 'dma_map_page', 'build_skb', 'set_page_pfmemalloc'],
  draw(world, draw, args) {
    if (countHandles(world, 'page') >= PAGE_NAMES_MAX) return false;
    args.order = draw.chance(3, 4) ? 0 : draw.between(1, ORDER_MAX);
    return true;
  },
  applies() {
    return true;
  },
  run(world, args, result) {
    const page = allocPages(world, args.order);
    if (page === null) return 1;
    namePage(world, result, page, 0, world.abi.pageSize << page.order, false);
    return 0;
  },
});

/** get_page() of any reference gives a plain reference to the same bytes. */
const GET_PAGE = defineCommand({
  name: 'get_page',
  opcode: 2,
  system: 'page',
  args: [{ name: 'page', type: 'page' }],
  result: 'page',
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 6,
  usuallyNext: ['skb_add_rx_frag', 'skb_add_rx_frag', 'device_write', 'skb_fill_page_desc_managed'],
  draw(world, draw, args) {
    if (countHandles(world, 'page') >= PAGE_NAMES_MAX) return false;
    args.page = draw.handle(world, 'page');
    return args.page >= 0;
  },
  applies(world, args) {
    return pageOf(world, args.page).ring !== true;
  },
  run(world, args, result) {
    const ref = pageOf(world, args.page);
    getPage(world, ref.page);
    namePage(world, result, ref.page, ref.offset, ref.size, false);
    return 0;
  },
});

/** A command that drops a plain reference. */
export function putCommand(name: CommandName, opcode: number, system: string): Command {
  return defineCommand({
    name,
    opcode,
    system,
    args: [{ name: 'page', type: 'page', consumed: true }],
    outcomes: ['ok'],
    allocates: false,
    contextual: false,
    draw(world, draw, args) {
      args.page = pickHandle(world, draw, 'page', mayPutPlain);
      return args.page >= 0;
    },
    applies(world, args) {
      return mayPutPlain(pageOf(world, args.page));
    },
    run(world, args) {
      const ref = pageOf(world, args.page);
      consume(world, args.page);
      putPage(world, ref.page);
      return 0;
    },
  });
}

const PUT_PAGE = putCommand('put_page', 3, 'page');

/**
 * The device writes the next pattern bytes at `offset` of the region; the CPU does where nothing maps the page.
 * Contract: no other holder sees the bytes, and as far as the driver knows they are the device's: the pool synced them
 * ([offset, offset + max_len)), or the driver did.
 */
const DEVICE_WRITE = defineCommand({
  name: 'device_write',
  opcode: 4,
  system: 'page',
  args: [
    { name: 'page', type: 'page' },
    { name: 'offset', type: 'int', min: 0, max: REGION_MAX - 1, default: 0 },
    { name: 'len', type: 'int', min: 1, max: REGION_MAX, smallest: 1 },
  ],
  small: { len: numbers('64 | all of the page', ({ page }) => [CACHE_LINE, page?.size ?? CACHE_LINE]) },
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 64,
  usuallyNext: [
    'dma_sync_single_for_cpu',
    'dma_sync_single_for_cpu',
    'skb_add_rx_frag',
    'skb_add_rx_frag',
    'skb_add_rx_frag',
    'skb_fill_page_desc',
    'skb_fill_page_desc_managed',
    'skb_fill_page_desc_managed',
    'get_page',
  ],
  draw(world, draw, args) {
    args.page = drawUnwritten(world, draw);
    if (args.page < 0) return false;
    const ref = pageOf(world, args.page);
    const start = deviceStart(ref);
    const room = Math.min(ref.size, deviceEnd(ref)) - start;
    if (room < 1) return false;
    args.offset = start + (draw.chance(2, 3) ? 0 : draw.below(room));
    // Full buffers are as common as short packets. Only long packets are moved; short ones are copied.
    const left = room - (args.offset - start);
    args.len = draw.chance(1, 2) ? left : draw.size(1, left);
    return true;
  },
  applies(world, args) {
    return mayDeviceWrite(world, pageOf(world, args.page), args.offset, args.len);
  },
  run(world, args) {
    const ref = pageOf(world, args.page);
    const from = ref.offset + args.offset;
    world.touchPage(ref.page);
    deviceWrites(world, ref.page, from, args.len);
    writePattern(world, ref.page, from, args.len);
    return 0;
  },
});

/**
 * No kernel function that drivers call. The page counts as one that the allocator took from the emergency reserves
 * (page->pp_magic bit 1, set_page_pfmemalloc). Contract: the caller is the only owner, and the page does not rest in a
 * pool.
 */
const SET_PAGE_PFMEMALLOC = defineCommand({
  name: 'set_page_pfmemalloc',
  opcode: 5,
  system: 'page',
  args: [{ name: 'page', type: 'page' }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 2,
  draw(world, draw, args) {
    args.page = pickHandle(world, draw, 'page', (ref) => isSoleHolder(world, ref) && !ref.page.pfmemalloc);
    return args.page >= 0;
  },
  applies(world, args) {
    return isSoleHolder(world, pageOf(world, args.page));
  },
  run(world, args) {
    const page = pageOf(world, args.page).page;
    world.touchPage(page);
    page.pfmemalloc = true;
    return 0;
  },
});

/** Returns whether the name holds the whole page, alone. */
function isSoleHolder(world: World, ref: PageRef): boolean {
  return ref.page.refcount === 1 && ref.size === world.abi.pageSize << ref.page.order;
}

export const PAGE_COMMANDS: readonly Command[] = [
  ...[ALLOC_PAGES, GET_PAGE, PUT_PAGE, DEVICE_WRITE, SET_PAGE_PFMEMALLOC],
];
