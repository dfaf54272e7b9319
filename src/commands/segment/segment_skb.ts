import { times } from '../usual';
import { defineCommand } from '../define_command';
import { SKB_GSO_DODGY } from '../../model/net/core/gso/gso';
import { skbPull } from '../../model/net/core/skbuff/pull_trim/skb_linear';
import { skbSegment } from '../../model/net/core/skbuff/segment/skb_segment';
import { DESTRUCTOR_SOCK_WFREE, type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { skbOf } from '../objects';
import { concatPayload, slicePayload } from '../../model/lib/payload';
import { countHandles, pickBestOfThree } from '../pick';
import {
  checkMarks,
  drawFeatures,
  drawHeaders,
  expectSegments,
  FEATURES_ARG,
  HEADERS_MAX,
  nameSegments,
  outcomeOf,
  pieces,
  SEGMENT_OUTCOMES,
  type SegmentNote,
} from './segment_gso';
import { planSegments } from './segment_plan';
import { sendsUserPages, SKB_NAMES_MAX } from '../skb/skb_contract';
import { mayReshape } from '../skb/transform_contract';
import { skbHeadlen } from '../../model/net/core/skbuff/skbuff_inlines';

const PROTOCOLS = ['ip', 'none'] as const;
const OUTCOMES: readonly string[] = [...SEGMENT_OUTCOMES, 'no_protocol'];

function maySegment(world: World, skb: SkBuff, headers: number, features: number): boolean {
  if (!mayReshape(skb) || sendsUserPages(skb) || skb.data.gsoSize === 0 || headers > skbHeadlen(skb)) return false;
  const planned = planSegments(world, skb, headers, features);
  if (typeof planned !== 'string') return true;
  // "gso_size is untrusted": the kernel is meant to accept any value.
  return world.provokes && planned !== 'too_many' && (skb.data.gsoType & SKB_GSO_DODGY) !== 0;
}

/**
 * skb_segment of an skb whose first `headers` bytes are its headers, as a protocol's gso_segment calls it: the protocol
 * pulls the headers, and skb_segment pushes them again. The skb stays. The result is the first segment, which leads the
 * list.
 */
const SKB_SEGMENT = defineCommand({
  name: 'skb_segment',
  opcode: 151,
  system: 'segment',
  args: [
    { name: 'skb', type: 'skb' },
    { name: 'headers', type: 'int', min: 0, max: HEADERS_MAX },
    FEATURES_ARG,
    { name: 'protocol', type: 'enum', words: PROTOCOLS, default: 0 },
  ],
  result: 'skb',
  outcomes: OUTCOMES,
  allocates: true,
  contextual: true,
  weight: 160,
  usuallyNext: [
    ...times(4, 'skb_gather_list'),
    'skb_mark_not_on_list',
    'skb_mark_not_on_list',
    'kfree_skb',
    'skb_segment',
    'net_zcopy_put',
  ],
  draw(world, draw, args) {
    if (countHandles(world, 'skb') >= SKB_NAMES_MAX) return false;
    const gso = (skb: SkBuff): boolean => mayReshape(skb) && skb.data.gsoSize > 0;
    args.skb = pickBestOfThree(world, draw, 'skb', gso, pieces);
    if (args.skb < 0) return false;
    args.protocol = draw.chance(1, 64) ? 1 : 0;
    const skb = skbOf(world, args.skb);
    for (let tries = 0; tries < 4; tries++) {
      args.headers = drawHeaders(draw, skb, 0);
      args.features = drawFeatures(draw, skb);
      if (args.headers >= 0 && maySegment(world, skb, args.headers, args.features)) return true;
    }
    return false;
  },
  applies(world, args) {
    return maySegment(world, skbOf(world, args.skb), args.headers, args.features);
  },
  noteBefore(world, args): SegmentNote {
    const skb = skbOf(world, args.skb);
    const planned = planSegments(world, skb, args.headers, args.features);
    const plan = typeof planned === 'string' ? [] : planned;
    return { plan, swapped: skb.destructor === DESTRUCTOR_SOCK_WFREE };
  },
  run(world, args, result) {
    const skb = skbOf(world, args.skb);
    const headers = args.headers;
    const known = args.protocol === 0;
    skbPull(world, skb, headers);
    const segments = skbSegment(world, skb, headers, args.features, known);
    if (segments.first === null) {
      world.ret = segments.err;
      return OUTCOMES.indexOf(known ? outcomeOf(segments) : 'no_protocol');
    }
    checkMarks(world, skb, segments.first);
    const header = slicePayload(skb.payload, 0, headers);
    let at = headers;
    nameSegments(world, result, segments.first, (seg) => {
      const payload = slicePayload(skb.payload, at, seg.len - headers);
      at += seg.len - headers;
      return concatPayload(header, payload);
    });
    if (at !== skb.len)
      world.violate('bytes', 'skb', `the segments of skb#${skb.id} hold ${at} of its ${skb.len} bytes`);
    return OUTCOMES.indexOf(outcomeOf(segments));
  },
  expectTruesize(world, args, _outcome, result, { note }) {
    expectSegments(world, skbOf(world, args.skb), result, note);
  },
});

export const SEGMENT_SKB_COMMANDS: readonly Command[] = [SKB_SEGMENT];
