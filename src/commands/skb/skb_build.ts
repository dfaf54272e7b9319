import type { Usual } from '../usual';
import type { Arg, DrawnArgs } from '../arg';
import type { CommandName } from '../command_name';
import { defineCommand } from '../define_command';
import { buildSkb, buildSkbAround, napiBuildSkb } from '../../model/net/core/skbuff/alloc/build_skb';
import { cpuMayRead, cpuTakes } from '../../model/kernel/dma/dma_ownership';
import type { Page, PageRef } from '../../model/structs/page';
import { forgetWrites } from '../../model/mm/page_writes';
import { regionIsExclusive } from '../../model/world/region_exclusive';
import { type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { consume, pageOf, skbOf } from '../objects';
import type { Draw } from '../draw';
import { countHandles, nameResult, pickHandle } from '../pick';
import { holdsPoolPage, isWritable, SKB_NAMES_MAX } from './skb_contract';
import { skbZcopy } from '../../model/net/core/skbuff/skbuff_inlines';

const FRAG_SIZE_MAX = 32768;

/** The smallest size that leaves a cache line before the shared_info. */
function smallestFrag(world: World): number {
  return world.abi.sharedInfoSize + world.abi.smpCacheBytes;
}

/**
 * Returns whether a driver may build an skb around the first `fragSize` bytes of the region. skb_shared_info must be
 * aligned, the driver alone may see the bytes (headers will be written there), and the device must be done with them.
 */
function mayBuild(world: World, ref: PageRef, fragSize: number): boolean {
  const line = world.abi.smpCacheBytes;
  if (fragSize % line !== 0 || ref.offset % line !== 0) return false;
  if (fragSize < smallestFrag(world) || fragSize > ref.size) return false;
  if (!cpuMayRead(world, ref, ref.offset, fragSize)) return false;
  return regionIsExclusive(world, ref, ref.offset, ref.offset + fragSize);
}

const BUILD_ARGS = [
  { name: 'page', type: 'page', consumed: true },
  { name: 'frag_size', type: 'int', min: 0, max: FRAG_SIZE_MAX },
] as const satisfies readonly Arg[];

function drawBuild(world: World, draw: Draw, args: DrawnArgs<typeof BUILD_ARGS>): boolean {
  if (countHandles(world, 'skb') >= SKB_NAMES_MAX) return false;
  const line = world.abi.smpCacheBytes;
  const smallest = smallestFrag(world);
  args.page = pickHandle(world, draw, 'page', (ref) => mayBuild(world, ref, smallest));
  if (args.page < 0) return false;
  const largest = Math.min(pageOf(world, args.page).size, FRAG_SIZE_MAX);
  const size = draw.chance(1, 2) ? largest : draw.size(smallest, largest);
  args.frag_size = size - (size % line);
  return true;
}

type Build = (world: World, page: Page, offset: number, fragSize: number) => SkBuff | null;

const BUILT = ['skb_put', 'skb_mark_for_recycle', 'skb_mark_for_recycle', 'skb_reserve'] as const;

function buildCommand(name: CommandName, opcode: number, allocates: boolean, build: Build, usual: Usual = {}): Command {
  return defineCommand({
    name,
    opcode,
    system: 'skb',
    args: BUILD_ARGS,
    result: 'skb',
    outcomes: allocates ? ['ok', 'enomem'] : ['ok'],
    allocates,
    contextual: false,
    ...usual,
    draw: drawBuild,
    applies(world, args) {
      return mayBuild(world, pageOf(world, args.page), args.frag_size);
    },
    run(world, args, result) {
      const ref = pageOf(world, args.page);
      const room = world.rules.buildSizeHoldsSharedInfo ? 0 : world.abi.sharedInfoSize;
      const skb = build(world, ref.page, ref.offset, args.frag_size + room);
      if (skb === null) return 1;
      // The bytes behind the buffer belong to another owner or another packet.
      if (room > 0) skb.data.bufferSize = args.frag_size;
      consume(world, args.page);
      forgetWrites(ref.page, ref.offset, ref.offset + args.frag_size);
      cpuTakes(ref.page, ref.offset, args.frag_size);
      skb.owesMark = ref.ofPool;
      nameResult(world, result, 'skb', skb);
      return 0;
    },
  });
}

/**
 * Contract: every reference of the skb to a page of a pool is a pool reference, and nothing shares the head (each
 * sharer would need the mark).
 */
const SKB_MARK_FOR_RECYCLE = defineCommand({
  name: 'skb_mark_for_recycle',
  opcode: 68,
  system: 'skb',
  args: [{ name: 'skb', type: 'skb' }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 24,
  usuallyNext: [
    'skb_clone',
    'skb_clone',
    'skb_try_coalesce',
    'skb_try_coalesce',
    'skb_copy',
    'pskb_copy',
    'pskb_expand_head',
    'skb_append_frag_list',
  ],
  draw(world, draw, args) {
    args.skb = pickHandle(world, draw, 'skb', (skb) => skb.owesMark);
    // Marking an skb without pool pages is legal, and mostly keeps the skb from being merged.
    if (args.skb < 0 && draw.chance(1, 2)) args.skb = pickHandle(world, draw, 'skb', (skb) => mayMark(world, skb));
    return args.skb >= 0;
  },
  applies(world, args) {
    return mayMark(world, skbOf(world, args.skb));
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    if (world.rules.driverMarksForRecycle) skb.ppRecycle = true;
    skb.owesMark = false;
    world.touchSkb(skb);
    return 0;
  },
});

function mayMark(world: World, skb: SkBuff): boolean {
  if (!isWritable(skb) || skbZcopy(skb) !== null) return false;
  return skb.owesMark || skb.ppRecycle || world.rules.markMayMeetPlainReferences || !holdsPoolPage(skb);
}

export const SKB_BUILD_COMMANDS: readonly Command[] = [
  buildCommand('build_skb', 64, true, buildSkb, { weight: 24, usuallyNext: [...BUILT, 'skb_add_rx_frag'] }),
  buildCommand('build_skb_around', 65, true, buildSkbAround, { usuallyNext: BUILT }),
  buildCommand('napi_build_skb', 66, false, napiBuildSkb, { usuallyNext: BUILT }),
  SKB_MARK_FOR_RECYCLE,
];
