import { defineCommand } from '../define_command';
import { cpuTakes } from '../../model/kernel/dma/dma_ownership';
import type { PageRef } from '../../model/structs/page';
import { getPage } from '../../model/mm/page_alloc';
import { writtenPayload } from '../../model/mm/page_writes';
import { skbAddRxFrag } from '../../model/net/core/skbuff/frags/skb_add_rx_frag';
import type { SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { pageOf, skbOf } from '../objects';
import { concatPayload } from '../../model/lib/payload';
import { pickHandle } from '../pick';
import { drawTruesize, firstWritten, mayAdd, writtenLength } from '../skb/skb_frags';
import { DATAGRAM_MAX, HEADERS_MAX, REGION_MAX, TRUESIZE_MAX } from '../limits';

const COUNT_MAX = 17;
const COUNT_USUAL = [2, 3, 8, 9, 10, 12, 15, 17];
const LONG_MIN = 32768;

function mayAddAll(world: World, skb: SkBuff, ref: PageRef, offset: number, size: number, count: number): boolean {
  if (ref.ofPool || ref.ring === true || skb.data.nrFrags + count > world.abi.maxSkbFrags) return false;
  return skb.len + size * count + HEADERS_MAX <= DATAGRAM_MAX && mayAdd(world, skb, ref, offset, size);
}

/**
 * Calls skb_add_rx_frag `count` times with the same bytes. Each frag gets a page reference of its own; the name keeps
 * its reference. A page that sendfile sends many times arrives like this over a virtual link. One call makes long
 * packets, and packets with MAX_SKB_FRAGS frags.
 */
const SKB_ADD_RX_FRAGS = defineCommand({
  name: 'skb_add_rx_frags',
  opcode: 144,
  system: 'gro',
  args: [
    { name: 'skb', type: 'skb' },
    { name: 'page', type: 'page' },
    { name: 'offset', type: 'int', min: 0, max: REGION_MAX - 1, default: 0 },
    { name: 'size', type: 'int', min: 1, max: REGION_MAX, smallest: 1 },
    { name: 'count', type: 'int', min: 2, max: COUNT_MAX, smallest: 2 },
    { name: 'truesize', type: 'int', min: 1, max: TRUESIZE_MAX, smallest: 1 },
  ],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 160,
  usuallyNext: ['skb_push_headers', 'skb_push_headers', 'skb_push_headers', 'skb_add_rx_frags'],
  expectTruesize(world, args) {
    skbOf(world, args.skb).expectedTruesize += args.count * args.truesize;
  },
  draw(world, draw, args) {
    args.skb = pickHandle(world, draw, 'skb', (skb) => skb.len === 0 && skb.dataOffset >= HEADERS_MAX - 2);
    if (args.skb < 0) args.skb = draw.handle(world, 'skb');
    if (args.skb < 0) return false;
    const skb = skbOf(world, args.skb);
    const suits = (ref: PageRef): boolean => {
      const from = firstWritten(ref);
      return from >= 0 && mayAddAll(world, skb, ref, from - ref.offset, 1, 2);
    };
    args.page = pickHandle(world, draw, 'page', suits);
    if (args.page < 0) return false;
    const ref = pageOf(world, args.page);
    const first = firstWritten(ref);
    args.offset = first - ref.offset;
    args.size = writtenLength(ref, first);
    const room = Math.floor((DATAGRAM_MAX - HEADERS_MAX - skb.len) / args.size);
    // Two packets with more than half of the longest length, or of the most frags, do not fit into one packet.
    const long = Math.ceil((LONG_MIN + 1) / args.size);
    const count = draw.chance(1, 2) && long > 1 && long <= room ? long : draw.pick(COUNT_USUAL);
    args.count = Math.min(count, room, world.abi.maxSkbFrags - skb.data.nrFrags);
    args.truesize = drawTruesize(draw, ref, args.size);
    return args.count >= 2;
  },
  applies(world, args) {
    return (
      args.truesize >= args.size &&
      mayAddAll(world, skbOf(world, args.skb), pageOf(world, args.page), args.offset, args.size, args.count)
    );
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    const ref = pageOf(world, args.page);
    const from = ref.offset + args.offset;
    const bytes = writtenPayload(ref.page, from, args.size) ?? [];
    for (let i = 0; i < args.count; i++) {
      getPage(world, ref.page);
      skbAddRxFrag(world, skb, ref.page, from, args.size, args.truesize);
      skb.payload = concatPayload(skb.payload, bytes);
    }
    cpuTakes(ref.page, from, args.size);
    return 0;
  },
});

export const GRO_FRAG_COMMANDS: readonly Command[] = [SKB_ADD_RX_FRAGS];
