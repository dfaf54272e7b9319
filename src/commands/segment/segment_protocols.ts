import { usualOf, type Usual } from '../usual';
import { NO_ID } from '../../model/world/kinds';
import type { CommandName } from '../command_name';
import { defineCommand } from '../define_command';
import {
  GSO_BY_FRAGS,
  NETIF_F_GSO_ROBUST,
  NETIF_F_HW_CSUM,
  SKB_GSO_FRAGLIST,
  SKB_GSO_TCP_ACCECN,
  skbGsoOk,
} from '../../model/net/core/gso/gso';
import type { GsoSegments } from '../../model/net/core/gso/gso_charge';
import { tcpGsoSegment, tcpHeaderLength } from '../../model/net/ipv4/tcp_gso_segment';
import { udpGsoSegment } from '../../model/net/ipv4/udp_gso_segment';
import { tcpSetOwnerW } from '../../model/net/core/sock/sock_charge';
import { DESTRUCTOR_SOCK_WFREE, type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { skbOf, sockOf } from '../objects';
import { concatPayload, slicePayload, type Payload } from '../../model/lib/payload';
import type { Draw } from '../draw';
import { countHandles, pickBestOfThree, pickHandle } from '../pick';
import { payloadBytes, tcpHeader, udpHeader, type SegmentPlace } from './segment_headers';
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
import { planSegments, type PlannedSegment } from './segment_plan';
import { isSole, sendsUserPages, SKB_NAMES_MAX } from '../skb/skb_contract';
import { mayReshape } from '../skb/transform_contract';
import { skbHeadlen } from '../../model/net/core/skbuff/skbuff_inlines';
import { TCP_HLEN, UDP_HLEN } from '../../model/net/headers/net_headers';
import { DATAGRAM_MAX } from '../limits';

const TRIES = 8;

interface Protocol extends Usual {
  readonly name: CommandName;
  readonly opcode: number;
  readonly refusals: readonly string[];
  /** Bytes of the header that must be linear before its length can be read. */
  readonly least: number;
  /** Length of the whole header, which the header states itself; 0: the bytes are no header. */
  readonly length: (world: World, skb: SkBuff, headers: number) => number;
  readonly run: (world: World, skb: SkBuff, headers: number, features: number) => GsoSegments;
  readonly header: (world: World, header: readonly number[], skb: number, seg: number, place: SegmentPlace) => Payload;
  /** The header of a segment that the device segments again states all its bytes, not those of one device segment. */
  readonly statesWhole: (world: World) => boolean;
  /** The last segment takes over the charge of an skb that sock_wfree uncharges. */
  readonly swapsSockWfree: boolean;
}

/** Plans the segments; null: the call ends before it segments. */
function planFor(
  world: World,
  protocol: Protocol,
  skb: SkBuff,
  headers: number,
  features: number,
): readonly PlannedSegment[] | null | 'illegal' {
  const headlen = skbHeadlen(skb);
  if (!mayReshape(skb) || sendsUserPages(skb)) return 'illegal';
  if (skb.data.gsoSize === 0 || skb.data.gsoSize === GSO_BY_FRAGS) return 'illegal';
  // Packets that GRO chained take another path: skb_segment_list.
  if ((skb.data.gsoType & SKB_GSO_FRAGLIST) !== 0) return 'illegal';
  if (skb.len > DATAGRAM_MAX || headers + protocol.least > headlen) return 'illegal';
  const length = protocol.length(world, skb, headers);
  // The kernel pulls the rest by pskb_may_pull(). Here it is a contract.
  if (headers + length > headlen) return 'illegal';
  if (length === 0 || skb.len - headers - length <= skb.data.gsoSize) return null;
  if (skbGsoOk(skb, features | NETIF_F_GSO_ROBUST)) return null;
  const segments = planSegments(world, skb, headers + length, features);
  return typeof segments === 'string' ? 'illegal' : segments;
}

function noteOf(world: World, protocol: Protocol, skb: SkBuff, headers: number, features: number): SegmentNote {
  const plan = planFor(world, protocol, skb, headers, features);
  const swapped = protocol.swapsSockWfree && skb.destructor === DESTRUCTOR_SOCK_WFREE;
  return { plan: plan === 'illegal' || plan === null ? [] : plan, swapped };
}

/** Returns how the headers of all segments alike are written. */
function headerRules(skb: SkBuff, features: number): Pick<SegmentPlace, 'sums' | 'keepsCwr'> {
  return {
    sums: (features & NETIF_F_HW_CSUM) === 0,
    keepsCwr: (skb.data.gsoType & SKB_GSO_TCP_ACCECN) !== 0,
  };
}

/**
 * The protocol's gso_segment as skb_mac_gso_segment calls it, for a CHECKSUM_PARTIAL skb. The protocol's header starts
 * `headers` bytes behind data. Any payload there serves as a header: only the length that it states matters. The skb
 * stays.
 */
function protocolCommand(protocol: Protocol): Command {
  const outcomes: readonly string[] = [...SEGMENT_OUTCOMES, ...protocol.refusals];
  return defineCommand({
    name: protocol.name,
    opcode: protocol.opcode,
    system: 'segment',
    args: [{ name: 'skb', type: 'skb' }, { name: 'headers', type: 'int', min: 0, max: HEADERS_MAX }, FEATURES_ARG],
    result: 'skb',
    outcomes,
    allocates: true,
    contextual: true,
    ...usualOf(protocol),
    draw(world, draw, args) {
      if (countHandles(world, 'skb') >= SKB_NAMES_MAX) return false;
      const gso = (skb: SkBuff): boolean =>
        mayReshape(skb) && skb.data.gsoSize > 0 && skbHeadlen(skb) >= protocol.least;
      args.skb = draw.chance(1, 2) ? pickHandle(world, draw, 'skb', (skb) => gso(skb) && skb.destructor !== 0) : NO_ID;
      if (args.skb < 0) args.skb = pickBestOfThree(world, draw, 'skb', gso, pieces);
      if (args.skb < 0) return false;
      const skb = skbOf(world, args.skb);
      // Calls that make no segments find less.
      const atOnce = draw.chance(1, 8);
      for (let tries = 0; tries < TRIES; tries++) {
        args.headers = draw.chance(1, 2)
          ? exactHeaders(world, draw, protocol, skb)
          : drawHeaders(draw, skb, protocol.least);
        args.features = drawFeatures(draw, skb);
        if (args.headers < 0) continue;
        const drawn = planFor(world, protocol, skb, args.headers, args.features);
        if (drawn !== 'illegal' && (drawn !== null || atOnce)) return true;
      }
      return false;
    },
    applies(world, args) {
      return planFor(world, protocol, skbOf(world, args.skb), args.headers, args.features) !== 'illegal';
    },
    noteBefore(world, args) {
      return noteOf(world, protocol, skbOf(world, args.skb), args.headers, args.features);
    },
    run(world, args, result) {
      const skb = skbOf(world, args.skb);
      const headers = args.headers;
      const length = protocol.length(world, skb, headers);
      const { segments, refused } = protocol.run(world, skb, headers, args.features);
      if (segments.first === null) {
        world.ret = segments.err;
        return outcomes.indexOf(refused ?? outcomeOf(segments));
      }
      checkMarks(world, skb, segments.first);
      const before = slicePayload(skb.payload, 0, headers);
      const header = payloadBytes(world, slicePayload(skb.payload, headers, length));
      const how = headerRules(skb, args.features);
      const doffset = headers + length;
      let at = 0;
      nameSegments(world, result, segments.first, (seg, index) => {
        const payload = slicePayload(skb.payload, doffset + at, seg.len - doffset);
        const place = { payload, at, first: index === 0, last: seg.next === null, ...how };
        at += seg.len - doffset;
        const stated = protocol.statesWhole(world) ? seg.len : Math.min(seg.len, doffset + skb.data.gsoSize);
        const own = protocol.header(world, header, skb.len - headers, stated - headers, place);
        return concatPayload(concatPayload(before, own), payload);
      });
      if (doffset + at !== skb.len)
        world.violate('bytes', 'skb', `the segments of skb#${skb.id} hold ${at} of its ${skb.len - doffset} bytes`);
      return outcomes.indexOf(outcomeOf(segments));
    },
    expectTruesize(world, args, _outcome, result, { note }) {
      expectSegments(world, skbOf(world, args.skb), result, note);
    },
  });
}

/**
 * Draws headers that end where the linear part ends, so that frag_list members can become segments unchanged. -1: no
 * length of headers does.
 */
function exactHeaders(world: World, draw: Draw, protocol: Protocol, skb: SkBuff): number {
  const headlen = skbHeadlen(skb);
  const most = Math.min(headlen - protocol.least, HEADERS_MAX);
  const start = draw.below(most + 1);
  for (let i = 0; i <= most; i++) {
    const headers = (start + i) % (most + 1);
    const length = protocol.length(world, skb, headers);
    if (length > 0 && headers + length === headlen) return headers;
  }
  return -1;
}

/** The charge of __tcp_transmit_skb: tcp_gso_segment passes the destructor tcp_wfree on to every segment. */
const TCP_SET_OWNER_W = defineCommand({
  name: 'tcp_set_owner_w',
  opcode: 157,
  system: 'segment',
  args: [
    { name: 'skb', type: 'skb' },
    { name: 'sock', type: 'sock' },
  ],
  outcomes: ['ok'],
  allocates: false,
  contextual: true,
  weight: 48,
  usuallyNext: ['tcp_gso_segment', 'tcp_gso_segment', 'tcp_gso_segment', 'skb_expand_head', 'kfree_skb'],
  draw(world, draw, args) {
    args.skb = pickHandle(world, draw, 'skb', (skb) => isSole(skb) && (skb.data.gsoSize > 0 || draw.chance(1, 4)));
    args.sock = draw.handle(world, 'sock');
    return args.skb >= 0 && args.sock >= 0;
  },
  applies(world, args) {
    const skb = skbOf(world, args.skb);
    return isSole(skb) && !sendsUserPages(skb);
  },
  run(world, args) {
    tcpSetOwnerW(world, skbOf(world, args.skb), sockOf(world, args.sock));
    return 0;
  },
});

export const SEGMENT_PROTOCOL_COMMANDS: readonly Command[] = [
  protocolCommand({
    name: 'tcp_gso_segment',
    opcode: 153,
    refusals: ['short_header', 'too_small', 'device_segments'],
    weight: 128,
    least: TCP_HLEN,
    length(world, skb, headers) {
      const length = tcpHeaderLength(world, skb, headers);
      return length < TCP_HLEN ? 0 : length;
    },
    run: tcpGsoSegment,
    header: tcpHeader,
    statesWhole: () => true,
    swapsSockWfree: true,
  }),
  protocolCommand({
    name: '__udp_gso_segment',
    opcode: 156,
    refusals: ['too_small', 'device_segments'],
    weight: 96,
    least: UDP_HLEN,
    length: () => UDP_HLEN,
    run: udpGsoSegment,
    header: (world, header, _skb, seg, place) => udpHeader(world, header, seg, place),
    statesWhole: (world) => world.rules.udpPartialStatesWhole,
    swapsSockWfree: false,
  }),
  TCP_SET_OWNER_W,
];
