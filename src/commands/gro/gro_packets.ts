import { times } from '../usual';
import { NO_ID } from '../../model/world/kinds';
import { defineCommand } from '../define_command';
import { deviceWrites } from '../../model/kernel/dma/dma_ownership';
import { read16 } from '../../model/net/headers/net_headers';
import { writeBytes, writePattern } from '../../model/mm/page_writes';
import { skbPush, skbPut } from '../../model/net/core/skbuff/pull_trim/skb_linear';
import { type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { pageOf, skbOf } from '../objects';
import type { Draw } from '../draw';
import { drawHeaders, drawsEthernet } from './gro_draw';
import { buildHeaders, HEADER_ARGS, headerLength, keepBytes, PROTO_ETHERNET } from './packet_headers';
import { concatPayload } from '../../model/lib/payload';
import { pickHandle } from '../pick';
import { isWritable } from '../skb/skb_contract';
import { pickManyFrags } from '../skb/transform_contract';
import { skbHeadlen, skbHeadroom, skbTailroom } from '../../model/net/core/skbuff/skbuff_inlines';
import { ETH_HLEN, ETH_P_IP } from '../../model/structs/if_ether';
import { DATAGRAM_MAX, HEADERS_MAX, REGION_MAX } from '../limits';
import { deviceEnd, deviceStart, drawUnwritten, mayDeviceWrite } from '../page/page';

/** Usual lengths of the payload of a full segment. */
const MSS_USUAL = [64, 200, 512, 1000, 1448];
/** Room for headers and some payload. */
const PUT_ROOM_MIN = 128;
/** A few packets that fill buffers of more than BIG bytes exceed the longest packet when they merge. */
const BIG = 8192;

function mayPushHeaders(skb: SkBuff, length: number): boolean {
  return !skb.owesMark && isWritable(skb) && skbHeadroom(skb) >= length && skb.len + length - ETH_HLEN <= DATAGRAM_MAX;
}

function startsWithEthernet(world: World, skb: SkBuff): boolean {
  return skbHeadlen(skb) >= ETH_HLEN && read16(world, skb.data.head + skb.dataOffset + 12) === ETH_P_IP;
}

/**
 * Pushes headers of a packet of flow `flow` in front of the bytes of the skb: skb_push, and the bytes that a device
 * would have written. `seq` counts from the first sequence number of the flow. The payload has no valid checksum:
 * hardware verified it.
 */
const SKB_PUSH_HEADERS = defineCommand({
  name: 'skb_push_headers',
  opcode: 132,
  system: 'gro',
  args: [{ name: 'skb', type: 'skb' }, ...HEADER_ARGS],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 200,
  usuallyNext: [...times(4, 'napi_gro_receive'), 'skb_set_owner_w'],
  draw(world, draw, args) {
    // Prefer an skb with all payload in frags, of many frags. Otherwise take a packet that is to be forwarded.
    const bare = (skb: SkBuff): boolean => skb.len > 0 && skb.len === skb.dataLen && mayPushHeaders(skb, HEADERS_MAX);
    args.skb = draw.chance(7, 8) ? pickManyFrags(world, draw, bare) : NO_ID;
    // A packet with an Ethernet header rarely gets a second one.
    const again = draw.chance(1, 16);
    const suits = (skb: SkBuff): boolean =>
      mayPushHeaders(skb, ETH_HLEN) && skb.len > 0 && (again || !startsWithEthernet(world, skb));
    if (args.skb < 0) args.skb = pickHandle(world, draw, 'skb', suits);
    if (args.skb < 0) return false;
    const skb = skbOf(world, args.skb);
    drawHeaders(world, draw, args, skb.len);
    if (drawsEthernet(world, draw, skb)) args.proto = PROTO_ETHERNET;
    return true;
  },
  applies(world, args) {
    return mayPushHeaders(skbOf(world, args.skb), headerLength(args));
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    const header = buildHeaders(args, skb.len);
    const kept = keepBytes(world, header);
    world.memory.copy(skbPush(world, skb, header.length), kept, header.length);
    skb.payload = concatPayload([kept, header.length], skb.payload);
    return 0;
  },
});

/**
 * Like device_write: the device writes a packet of a flow into a buffer, headers first, then `len` bytes of the next
 * pattern.
 */
const DEVICE_WRITE_PACKET = defineCommand({
  name: 'device_write_packet',
  opcode: 133,
  system: 'gro',
  args: [
    { name: 'page', type: 'page' },
    { name: 'offset', type: 'int', min: 0, max: REGION_MAX - 1, default: 0 },
    { name: 'len', type: 'int', min: 0, max: REGION_MAX },
    ...HEADER_ARGS,
  ],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 240,
  usuallyNext: ['napi_add_rx_frag', 'napi_add_rx_frag', 'napi_add_rx_frag', 'dma_sync_single_for_cpu'],
  draw(world, draw, args) {
    args.page = drawUnwritten(world, draw);
    if (args.page < 0) return false;
    const ref = pageOf(world, args.page);
    const start = deviceStart(ref);
    const usual = drawHeaders(world, draw, args, -1);
    const room = Math.min(ref.size - headerLength(args), deviceEnd(ref)) - start;
    if (room < 1) return false;
    args.offset = start;
    args.len = drawPayloadLength(draw, usual, room);
    return true;
  },
  applies(world, args) {
    return mayDeviceWrite(world, pageOf(world, args.page), args.offset, headerLength(args) + args.len);
  },
  run(world, args) {
    const ref = pageOf(world, args.page);
    const from = ref.offset + args.offset;
    const header = buildHeaders(args, args.len);
    world.touchPage(ref.page);
    deviceWrites(world, ref.page, from, header.length + args.len);
    writeBytes(world, ref.page, from, header.length, keepBytes(world, header));
    if (args.len > 0) writePattern(world, ref.page, from + header.length, args.len);
    return 0;
  },
});

/** Segments of a flow are mostly of one size; the last one may be shorter. */
function drawPayloadLength(draw: Draw, usual: number, room: number): number {
  if (usual > 0 && usual <= room && draw.chance(7, 8)) {
    // Two segments that the device merged.
    if (2 * usual <= room && draw.chance(1, 12)) return 2 * usual;
    return usual - (draw.chance(1, 16) ? 1 : 0);
  }
  if ((room > BIG && draw.chance(1, 4)) || (usual > room && draw.chance(3, 4))) return room;
  if (draw.chance(1, 2)) return Math.min(room, draw.pick(MSS_USUAL));
  return draw.size(1, room);
}

function putRoom(skb: SkBuff): number {
  const suits = skb.len === 0 && isWritable(skb) && skb.data.fragList === null;
  return suits ? skbTailroom(skb) : -1;
}

/**
 * A driver copies a packet out of its ring into an empty skb: headers, and `len` bytes of the next pattern.
 */
const SKB_PUT_PACKET = defineCommand({
  name: 'skb_put_packet',
  opcode: 143,
  system: 'gro',
  args: [{ name: 'skb', type: 'skb' }, { name: 'len', type: 'int', min: 0, max: REGION_MAX }, ...HEADER_ARGS],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 200,
  usuallyNext: [
    ...times(4, 'napi_gro_receive'),
    'skb_mark_for_recycle',
    'skb_add_rx_frag',
    'skb_set_owner_w',
    'skb_set_owner_w',
    'skb_lro_set',
  ],
  draw(world, draw, args) {
    args.skb = pickHandle(world, draw, 'skb', (skb) => putRoom(skb) >= PUT_ROOM_MIN);
    if (args.skb < 0) return false;
    const usual = drawHeaders(world, draw, args, -1);
    args.len = drawPayloadLength(draw, usual, putRoom(skbOf(world, args.skb)) - headerLength(args));
    return true;
  },
  applies(world, args) {
    return headerLength(args) + args.len <= putRoom(skbOf(world, args.skb));
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    const header = buildHeaders(args, args.len);
    const kept = keepBytes(world, header);
    const at = skbPut(world, skb, header.length + args.len);
    world.memory.copy(at, kept, header.length);
    skb.payload = [kept, header.length];
    if (args.len > 0) {
      const start = world.memory.writeStamp(at + header.length, args.len, world.stamp++);
      skb.payload = concatPayload(skb.payload, [start, args.len]);
    }
    return 0;
  },
});

export const GRO_PACKET_COMMANDS: readonly Command[] = [SKB_PUSH_HEADERS, DEVICE_WRITE_PACKET, SKB_PUT_PACKET];
