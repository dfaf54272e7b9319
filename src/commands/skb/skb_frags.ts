import type { Usual } from '../usual';
import { NO_ID, type Id } from '../../model/world/kinds';
import type { CommandName } from '../command_name';
import { defineCommand, type CommandRecord } from '../define_command';
import { cpuMayRead, cpuTakes } from '../../model/kernel/dma/dma_ownership';
import type { PageRef } from '../../model/structs/page';
import { writtenPayload } from '../../model/mm/page_writes';
import { skbAddRxFrag, skbCoalesceRxFrag } from '../../model/net/core/skbuff/frags/skb_add_rx_frag';
import { DESTRUCTOR_NONE, type Frag, type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { consume, pageOf, skbOf } from '../objects';
import type { Arg, DrawnArgs } from '../arg';
import type { Draw } from '../draw';
import { concatPayload } from '../../model/lib/payload';
import { pickHandle } from '../pick';
import { pickManyFrags } from './transform_contract';
import { holdsPoolPage, isWritable } from './skb_contract';
import { skbHasFragList, skbZcopy, skbZcopyManaged } from '../../model/net/core/skbuff/skbuff_inlines';
import { REGION_MAX, TRUESIZE_MAX } from '../limits';

/**
 * Returns whether frags may be added. They would come before the bytes of a frag_list, a charged skb must keep its
 * truesize, and managed frags come alone.
 */
function takesFrags(skb: SkBuff): boolean {
  return isWritable(skb) && !skbHasFragList(skb) && !skbZcopyManaged(skb) && skb.destructor === DESTRUCTOR_NONE;
}

/** A receive skb: no user pages. */
function isReceived(skb: SkBuff): boolean {
  return skbZcopy(skb) === null;
}

/**
 * Returns whether the skb may hold the reference. One mark covers all pool pages of the skb, so all of them must be
 * pool references, or none.
 */
function mayHold(world: World, skb: SkBuff, ref: PageRef): boolean {
  // In the design of 2018 a page that still carries the state of its pool is never a frag: the driver releases it
  // first.
  if (world.rules.poolReturn === 'mem_info') return !ref.page.ppSignature && !skb.owesMark;
  if (ref.ofPool) return skb.ppRecycle || skb.owesMark || !holdsPoolPage(skb);
  return !skb.owesMark && !(skb.ppRecycle && ref.page.ppSignature);
}

/** skb_shinfo(skb)->frags has room for MAX_SKB_FRAGS. */
function hasRoom(world: World, skb: SkBuff): boolean {
  return skb.data.nrFrags < world.abi.maxSkbFrags || !world.rules.driverBoundsFrags;
}

export function mayAdd(world: World, skb: SkBuff, ref: PageRef, offset: number, size: number): boolean {
  if (!takesFrags(skb) || !hasRoom(world, skb) || !mayHold(world, skb, ref)) return false;
  if (size < 1 || offset + size > ref.size) return false;
  // "no mixing and matching of device memory frags (unaccessible) with host memory frags (accessible) in the same skb"
  // ("net: add support for skbs with unreadable frags", 65249feb6b3d).
  if (ref.ofUser === true || (skb.data.nrFrags > 0 && ref.page.netIov !== skb.unreadable)) return false;
  // A driver owns the pages that it receives into, whole: no other owner has a number in struct page.
  if (ref.page.ownerWord !== 0) return false;
  const from = ref.offset + offset;
  // The bytes must be known: bytes that were never written differ from machine to machine.
  return cpuMayRead(world, ref, from, size) && writtenPayload(ref.page, from, size) !== null;
}

/** Returns the first written byte of the region, -1 when there is none. */
export function firstWritten(ref: PageRef): number {
  const writes = ref.page.writes;
  let first = -1;
  for (let i = 0; i < writes.length; i += 3) {
    const from = Math.max(writes[i], ref.offset);
    if (from < Math.min(writes[i + 1], ref.offset + ref.size) && (first < 0 || from < first)) first = from;
  }
  return first;
}

/** Returns the number of written bytes from `from` on, within the region. */
export function writtenLength(ref: PageRef, from: number): number {
  const writes = ref.page.writes;
  let at = from;
  for (let moved = true; moved;) {
    moved = false;
    for (let i = 0; i < writes.length; i += 3) {
      if (writes[i] <= at && at < writes[i + 1]) {
        at = writes[i + 1];
        moved = true;
      }
    }
  }
  return Math.min(at, ref.offset + ref.size) - from;
}

/** Draws the truesize that drivers account: mostly the whole region, sometimes the bare minimum. */
export function drawTruesize(draw: Draw, ref: PageRef, size: number): number {
  if (draw.chance(3, 4)) return Math.max(size, Math.min(ref.size, TRUESIZE_MAX));
  return draw.size(size, Math.max(size, Math.min(ref.size * 2, TRUESIZE_MAX)));
}

const FRAG_ARGS = [
  { name: 'skb', type: 'skb' },
  { name: 'page', type: 'page', consumed: true },
  { name: 'offset', type: 'int', min: 0, max: REGION_MAX - 1, default: 0 },
  { name: 'size', type: 'int', min: 1, max: REGION_MAX, smallest: 1 },
  { name: 'truesize', type: 'int', min: 1, max: TRUESIZE_MAX, smallest: 1 },
] as const satisfies readonly Arg[];

function drawAdd(world: World, draw: Draw, args: DrawnArgs<typeof FRAG_ARGS>): boolean {
  const takesMore = (skb: SkBuff): boolean => takesFrags(skb) && hasRoom(world, skb);
  args.skb = draw.chance(1, 2) ? pickManyFrags(world, draw, takesMore) : pickHandle(world, draw, 'skb', takesMore);
  if (args.skb < 0) return false;
  const skb = skbOf(world, args.skb);
  const suits = (ref: PageRef): boolean => {
    const from = firstWritten(ref);
    return from >= 0 && mayAdd(world, skb, ref, from - ref.offset, 1);
  };
  // Most drivers add pool references, and most rules are about them.
  args.page = draw.chance(1, 2) ? pickHandle(world, draw, 'page', (ref) => ref.ofPool && suits(ref)) : NO_ID;
  if (args.page < 0) args.page = pickHandle(world, draw, 'page', suits);
  if (args.page < 0) return false;
  const ref = pageOf(world, args.page);
  const first = firstWritten(ref);
  const length = writtenLength(ref, first);
  const skip = draw.chance(2, 3) ? 0 : draw.below(length);
  args.offset = first + skip - ref.offset;
  args.size = draw.chance(1, 2) ? length - skip : draw.size(1, length - skip);
  args.truesize = drawTruesize(draw, ref, args.size);
  return true;
}

/** The facts in which the commands differ. */
type FragFacts = Usual & Partial<Pick<CommandRecord<typeof FRAG_ARGS>, 'system' | 'takesNetIovs' | 'since'>>;

function fragCommand(
  name: CommandName,
  opcode: number,
  extra: (skb: SkBuff, ref: PageRef) => boolean,
  usual: FragFacts = {},
): Command {
  return defineCommand({
    name,
    opcode,
    system: 'skb',
    args: FRAG_ARGS,
    outcomes: ['ok'],
    allocates: false,
    contextual: false,
    ...usual,
    draw: drawAdd,
    applies(world, args) {
      const skb = skbOf(world, args.skb);
      return (
        args.truesize >= args.size &&
        extra(skb, pageOf(world, args.page)) &&
        mayAdd(world, skb, pageOf(world, args.page), args.offset, args.size)
      );
    },
    run(world, args) {
      const skb = skbOf(world, args.skb);
      const ref = pageOf(world, args.page);
      const from = ref.offset + args.offset;
      consume(world, args.page);
      skbAddRxFrag(world, skb, ref.page, from, args.size, args.truesize);
      cpuTakes(ref.page, from, args.size);
      skb.payload = concatPayload(skb.payload, writtenPayload(ref.page, from, args.size) ?? []);
      if (ref.ofPool && !skb.ppRecycle) skb.owesMark = true;
      return 0;
    },
    expectTruesize(_world, args, _outcome, _result, { first: skb }) {
      if (skb !== null) skb.expectedTruesize += args.truesize;
    },
  });
}

/** Transmit paths also append to an skb with user pages. Their pages are never of a pool. */
function mayFill(skb: SkBuff, ref: PageRef): boolean {
  return !skb.owesMark && (isReceived(skb) || !ref.ofPool);
}

const COALESCE_ARGS = [
  { name: 'skb', type: 'skb' },
  { name: 'page', type: 'page' },
  { name: 'size', type: 'int', min: 1, max: REGION_MAX, smallest: 1 },
  { name: 'truesize', type: 'int', min: 1, max: TRUESIZE_MAX, smallest: 1 },
] as const satisfies readonly Arg[];

/** Returns the offset in the page where the last frag ends, when the region has it; -1 otherwise. */
function continuesAt(skb: SkBuff, ref: PageRef): number {
  const { frags, nrFrags } = skb.data;
  if (nrFrags === 0) return -1;
  const last: Frag = frags[nrFrags - 1];
  const end = last.offset + last.size;
  return last.page === ref.page && end >= ref.offset && end < ref.offset + ref.size ? end : -1;
}

function mayCoalesce(world: World, skb: SkBuff, ref: PageRef, size: number): boolean {
  if (!takesFrags(skb) || !isReceived(skb)) return false;
  const from = continuesAt(skb, ref);
  if (ref.ring === true) return false;
  if (from < 0 || from + size > ref.offset + ref.size) return false;
  return cpuMayRead(world, ref, from, size) && writtenPayload(ref.page, from, size) !== null;
}

/**
 * The step of drivers when the next buffer follows the last frag in the same page: the reference of the frag holds
 * both. The name keeps its own.
 */
const SKB_COALESCE_RX_FRAG = defineCommand({
  name: 'skb_coalesce_rx_frag',
  opcode: 75,
  system: 'skb',
  args: COALESCE_ARGS,
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 160,
  usuallyNext: ['skb_coalesce_rx_frag', 'skb_mark_for_recycle', 'skb_try_coalesce', 'skb_shift'],
  draw(world, draw, args) {
    args.page = pickHandle(world, draw, 'page', (ref) => findContinued(world, ref) >= 0);
    if (args.page < 0) return false;
    const ref = pageOf(world, args.page);
    args.skb = findContinued(world, ref);
    args.size = draw.size(1, writtenLength(ref, continuesAt(skbOf(world, args.skb), ref)));
    args.truesize = drawTruesize(draw, ref, args.size);
    return true;
  },
  applies(world, args) {
    return (
      args.truesize >= args.size && mayCoalesce(world, skbOf(world, args.skb), pageOf(world, args.page), args.size)
    );
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    const ref = pageOf(world, args.page);
    const from = continuesAt(skb, ref);
    skbCoalesceRxFrag(world, skb, args.size, args.truesize);
    cpuTakes(ref.page, from, args.size);
    skb.payload = concatPayload(skb.payload, writtenPayload(ref.page, from, args.size) ?? []);
    return 0;
  },
  expectTruesize(_world, args, _outcome, _result, { first: skb }) {
    if (skb !== null) skb.expectedTruesize += args.truesize;
  },
});

/** Returns the skb whose last frag the region continues. There is at most one, and its clones, which take no frags. */
function findContinued(world: World, ref: PageRef): Id<'skb'> {
  for (const { id, object } of world.namesOf('skb')) if (mayCoalesce(world, object, ref, 1)) return id;
  return NO_ID;
}

export const SKB_FRAG_COMMANDS: readonly Command[] = [
  fragCommand('skb_add_rx_frag', 74, isReceived, {
    weight: 160,
    usuallyNext: [
      'skb_mark_for_recycle',
      'skb_mark_for_recycle',
      'skb_coalesce_rx_frag',
      'skb_coalesce_rx_frag',
      'skb_shift',
      'skb_coalesce_rx_frag',
      '__pskb_pull_tail',
      'skb_clone',
      'skb_try_coalesce',
      'get_page',
    ],
  }),
  /** The packet of a device that splits headers: they are in the head, the frags are net_iovs. */
  fragCommand('skb_add_rx_frag_netmem', 77, isReceived, {
    system: 'netmem',
    weight: 160,
    takesNetIovs: true,
    since: '7.3',
    usuallyNext: ['skb_mark_for_recycle', 'skb_mark_for_recycle', 'page_pool_alloc_netmems'],
  }),
  SKB_COALESCE_RX_FRAG,
  /** The callers set len, data_len and truesize afterwards. */
  fragCommand('skb_fill_page_desc', 76, mayFill, {
    weight: 64,
    usuallyNext: ['skb_mark_for_recycle', 'skb_coalesce_rx_frag', 'skb_shift', 'skb_copy_ubufs', 'skb_try_coalesce'],
  }),
];
