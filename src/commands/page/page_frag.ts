import { defineCommand } from '../define_command';
import {
  PAGE_FRAG_ALIGN_NONE,
  PAGE_FRAG_NULL,
  pageFragAllocAlign,
  pageFragCacheDrain,
  pageFragCacheInit,
} from '../../model/mm/page_frag';
import type { Page } from '../../model/structs/page';
import { PRESSURE_RESERVES } from '../../model/world/world';
import { type Command } from '../command';
import { consume, fragCacheOf } from '../objects';
import { putCommand } from './page';
import { countHandles, FRAG_CACHE_NAMES_MAX, namePage, nameResult, PAGE_NAMES_MAX } from '../pick';
import { numbers } from '../small_numbers';

const FRAG_MAX = 32768;
const USUAL_FRAG_MAX = 4096;

const PAGE_FRAG_CACHE_INIT = defineCommand({
  name: 'page_frag_cache_init',
  opcode: 10,
  system: 'page_frag',
  args: [],
  result: 'frag_cache',
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 2,
  usuallyNext: ['page_frag_alloc'],
  draw(world) {
    return countHandles(world, 'frag_cache') < FRAG_CACHE_NAMES_MAX;
  },
  applies() {
    return true;
  },
  run(world, _args, result) {
    nameResult(world, result, 'frag_cache', pageFragCacheInit(world));
    return 0;
  },
});

const PAGE_FRAG_ALLOC = defineCommand({
  name: 'page_frag_alloc',
  opcode: 11,
  system: 'page_frag',
  args: [
    { name: 'cache', type: 'frag_cache' },
    { name: 'size', type: 'int', min: 1, max: FRAG_MAX, smallest: 1 },
  ],
  result: 'page',
  small: { size: numbers('1 | a page | a page and 1', ({ world: { abi } }) => [1, abi.pageSize, abi.pageSize + 1]) },
  outcomes: ['ok', 'enomem'],
  allocates: true,
  contextual: false,
  weight: 12,
  usuallyNext: ['page_frag_alloc', 'device_write', 'device_write', 'build_skb', 'build_skb_around'],
  draw(world, draw, args) {
    if (countHandles(world, 'page') >= PAGE_NAMES_MAX) return false;
    args.cache = draw.handle(world, 'frag_cache');
    if (args.cache < 0) return false;
    // Sometimes the piece is large: the cache runs out of its 32 kB, and meets its page again.
    args.size = draw.chance(1, 4) ? draw.size(USUAL_FRAG_MAX, FRAG_MAX) : draw.size(1, USUAL_FRAG_MAX);
    return true;
  },
  applies(world, args) {
    // With only single pages of the reserves the kernel looks for a larger one forever (the pfmemalloc branch, 6.1 and
    // 6.12).
    return world.pressure !== PRESSURE_RESERVES || args.size <= world.abi.pageSize;
  },
  run(world, args, result) {
    const cache = fragCacheOf(world, args.cache);
    const offset = pageFragAllocAlign(world, cache, args.size, PAGE_FRAG_ALIGN_NONE);
    if (offset === PAGE_FRAG_NULL) return 1;
    namePage(world, result, cache.page as Page, offset, args.size, false);
    return 0;
  },
});

const PAGE_FRAG_FREE = putCommand('page_frag_free', 12, 'page_frag');

/** The owner of the cache leaves, and drops its references. */
const PAGE_FRAG_CACHE_DRAIN = defineCommand({
  name: 'page_frag_cache_drain',
  opcode: 13,
  system: 'page_frag',
  args: [{ name: 'cache', type: 'frag_cache', consumed: true }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  draw(world, draw, args) {
    args.cache = draw.handle(world, 'frag_cache');
    return args.cache >= 0;
  },
  applies() {
    return true;
  },
  run(world, args) {
    const cache = fragCacheOf(world, args.cache);
    pageFragCacheDrain(world, cache);
    world.remove(world.fragCaches, cache);
    consume(world, args.cache);
    return 0;
  },
});

export const PAGE_FRAG_COMMANDS: readonly Command[] = [
  PAGE_FRAG_CACHE_INIT,
  PAGE_FRAG_ALLOC,
  PAGE_FRAG_FREE,
  PAGE_FRAG_CACHE_DRAIN,
];
