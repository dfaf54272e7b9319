import { isLeftFromLongerDraw } from '../arg';
import { NO_ID } from '../../model/world/kinds';
import { defineCommand } from '../define_command';
import { dropXdpBuff, xdpBuffHasFrags } from '../../model/net/core/xdp/xdp_buff';
import { xdpBuildSkbFromFrame } from '../../model/net/core/xdp/xdp_build_skb';
import { xdpConvertBuffToFrame, xdpfClone, type ConvertFailure } from '../../model/net/core/xdp/xdp_convert';
import { xdpFrameHasFrags } from '../../model/net/core/xdp/xdp_frame';
import { MEM_TYPE_PAGE_POOL } from '../../model/structs/xdp_mem_info';
import { liveObject } from '../../model/world/handles';
import {
  xdpFlushFrameBulk,
  xdpReturnBuff,
  xdpReturnFrame,
  xdpReturnFrameBulk,
  xdpReturnFrameRxNapi,
  type XdpFrameBulk,
} from '../../model/net/core/xdp/xdp_return';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { consume } from '../objects';
import type { Arg } from '../arg';
import { slicePayload, payloadLength, type Payload } from '../../model/lib/payload';
import { countHandles, nameResult, pickBestOfThree, pickHandle } from '../pick';
import { SKB_NAMES_MAX } from '../skb/skb_contract';
import { FRAME_NAMES_MAX, mayReturnDirect } from './xdp_contract';
import { frameOf, xdpOf } from '../objects';
import type { XdpBuff } from '../../model/structs/xdp_buff';
import type { XdpFrame } from '../../model/structs/xdp_frame';

/** The arguments that are frames of a bulk. */
const BULK = ['frame', 'frame2', 'frame3', 'frame4'] as const;

/** A packet that may be written, or become a frame or an skb: no other holder reads its page. */
export function isWritableBuff(xdp: XdpBuff): boolean {
  return !xdp.readOnly;
}

/** xdp_convert_zc_to_xdp_frame() copies the first buffer only: drivers that redirect require linear packets. */
export function mayBecomeFrame(xdp: XdpBuff): boolean {
  return isWritableBuff(xdp) && (xdp.chunk === null || !xdpBuffHasFrags(xdp));
}

/** The packet leaves its driver: the frame takes over its expected bytes. */
export function movePayload(frame: XdpFrame, payload: Payload, meta: Payload): void {
  frame.payload = payload;
  frame.metaPayload = meta;
}

/** The payload after eth_type_trans(), which pulls the Ethernet header. */
export function withoutMac(payload: Payload): Payload {
  const mac = Math.min(14, payloadLength(payload));
  return slicePayload(payload, mac, payloadLength(payload) - mac);
}

export const CONVERT_FAILURES: readonly ConvertFailure[] = ['no_headroom', 'too_long', 'enomem'];

/** Leaks the page of the packet, as virtio_net does with the page of a linear copy that it cannot send. */
function forgetBuff(world: World, id: number, xdp: XdpBuff): void {
  consume(world, id);
  world.touchPage(xdp.page);
  dropXdpBuff(world, xdp);
}

/** xdp_convert_buff_to_frame(). A buffer of user memory is copied: xdp_convert_zc_to_xdp_frame(). */
const XDP_CONVERT_BUFF_TO_FRAME = defineCommand({
  name: 'xdp_convert_buff_to_frame',
  opcode: 263,
  system: 'xdp',
  args: [{ name: 'xdp', type: 'xdp', consumed: true }],
  result: 'frame',
  outcomes: ['ok', ...CONVERT_FAILURES],
  allocates: true,
  contextual: false,
  weight: 24,
  usuallyNext: [
    'xdp_build_skb_from_frame',
    'xdp_build_skb_from_frame',
    'xdpf_clone',
    'xdpf_clone',
    'xdp_return_frame',
    'xdp_return_frame_bulk',
    'xdp_return_frame_bulk',
    'xdp_return_frame_rx_napi',
    'page_pool_alloc_pages',
    'page_pool_alloc_pages',
  ],
  draw(world, draw, args) {
    if (countHandles(world, 'frame') >= FRAME_NAMES_MAX) return false;
    args.xdp = pickHandle(world, draw, 'xdp', mayBecomeFrame);
    return args.xdp >= 0;
  },
  applies(world, args) {
    return mayBecomeFrame(xdpOf(world, args.xdp));
  },
  run(world, args, result) {
    const xdp = xdpOf(world, args.xdp);
    const { payload, metaPayload } = xdp;
    const frame = xdpConvertBuffToFrame(world, xdp);
    if (typeof frame === 'string') {
      if (!world.rules.driverPutsUnconverted && xdp.chunk === null && !xdp.ofPool) forgetBuff(world, args.xdp, xdp);
      return CONVERT_FAILURES.indexOf(frame) + 1;
    }
    consume(world, args.xdp);
    movePayload(frame, payload, metaPayload);
    nameResult(world, result, 'frame', frame);
    return 0;
  },
});

/** xdp_return_buff(): the driver gives up a packet in its NAPI. */
const XDP_RETURN_BUFF = defineCommand({
  name: 'xdp_return_buff',
  opcode: 264,
  system: 'xdp',
  args: [{ name: 'xdp', type: 'xdp', consumed: true }],
  outcomes: ['ok'],
  allocates: false,
  contextual: true,
  weight: 6,
  draw(world, draw, args) {
    args.xdp = pickHandle(world, draw, 'xdp', (xdp) => mayReturnDirect(world, xdp.rxq.mem));
    return args.xdp >= 0;
  },
  applies(world, args) {
    return mayReturnDirect(world, xdpOf(world, args.xdp).rxq.mem);
  },
  run(world, args) {
    const xdp = xdpOf(world, args.xdp);
    consume(world, args.xdp);
    xdpReturnBuff(world, xdp);
    return 0;
  },
});

const FRAME = { name: 'frame', type: 'frame', consumed: true } as const satisfies Arg;

const XDP_RETURN_FRAME = defineCommand({
  name: 'xdp_return_frame',
  opcode: 265,
  system: 'xdp',
  args: [FRAME],
  outcomes: ['ok'],
  allocates: false,
  contextual: true,
  weight: 4,
  draw(world, draw, args) {
    args.frame = draw.handle(world, 'frame');
    return args.frame >= 0;
  },
  applies() {
    return true;
  },
  run(world, args) {
    const frame = frameOf(world, args.frame);
    consume(world, args.frame);
    xdpReturnFrame(world, frame);
    return 0;
  },
});

/** xdp_return_frame_rx_napi(), with and without xdp_set_return_frame_no_direct(). */
const XDP_RETURN_FRAME_RX_NAPI = defineCommand({
  name: 'xdp_return_frame_rx_napi',
  opcode: 266,
  system: 'xdp',
  args: [FRAME, { name: 'no_direct', type: 'int', min: 0, max: 1, default: 0 }],
  outcomes: ['ok'],
  allocates: false,
  contextual: true,
  weight: 4,
  draw(world, draw, args) {
    args.frame = pickHandle(world, draw, 'frame', (frame) => mayReturnDirect(world, frame.mem));
    args.no_direct = draw.chance(1, 4) ? 1 : 0;
    return args.frame >= 0;
  },
  applies(world, args) {
    return mayReturnDirect(world, frameOf(world, args.frame).mem);
  },
  run(world, args) {
    const frame = frameOf(world, args.frame);
    consume(world, args.frame);
    xdpReturnFrameRxNapi(world, frame, args.no_direct !== 0);
    return 0;
  },
});

function isOfPool({ mem }: XdpFrame): boolean {
  return mem.type === MEM_TYPE_PAGE_POOL;
}

/** A TX completion: xdp_frame_bulk_init(), xdp_return_frame_bulk() of up to four frames, xdp_flush_frame_bulk(). */
const XDP_RETURN_FRAME_BULK = defineCommand({
  name: 'xdp_return_frame_bulk',
  opcode: 267,
  system: 'xdp',
  args: [
    FRAME,
    { name: 'frame2', type: 'frame', consumed: true, optional: true },
    { name: 'frame3', type: 'frame', consumed: true, optional: true },
    { name: 'frame4', type: 'frame', consumed: true, optional: true },
  ],
  outcomes: ['ok'],
  allocates: false,
  contextual: true,
  weight: 32,
  draw(world, draw, args) {
    for (const name of BULK) args[name] = NO_ID;
    args.frame = draw.chance(7, 8) ? pickHandle(world, draw, 'frame', isOfPool) : NO_ID;
    if (args.frame < 0) args.frame = draw.handle(world, 'frame');
    for (let i = 1; i < BULK.length && draw.chance(7, 8); i++) {
      // A bulk must keep frames of several pools apart.
      const { mem } = frameOf(world, args.frame);
      const id = draw.chance(3, 4)
        ? pickHandle(world, draw, 'frame', (other) => other.mem !== mem && other.mem.type === mem.type)
        : draw.handle(world, 'frame');
      if (id < 0) continue;
      if (BULK.some((name) => args[name] === id) || isLeftFromLongerDraw(args, id)) continue;
      args[BULK[i]] = id;
    }
    return args.frame >= 0;
  },
  applies(_world, args) {
    const ids = BULK.map((name) => args[name]).filter((id) => id >= 0);
    return new Set(ids).size === ids.length;
  },
  run(world, args) {
    const bq: XdpFrameBulk = { xa: null, q: [] };
    const frames: XdpFrame[] = [];
    for (const name of BULK) {
      if (args[name] < 0) continue;
      frames.push(frameOf(world, args[name]));
      consume(world, args[name]);
    }
    for (const frame of frames) xdpReturnFrameBulk(world, frame, bq);
    xdpFlushFrameBulk(world, bq);
    return 0;
  },
});

/** The kernel reads the EtherType and passes the packet up; every packet here has an Ethernet header. */
const XDP_BUILD_SKB_FROM_FRAME = defineCommand({
  name: 'xdp_build_skb_from_frame',
  opcode: 268,
  system: 'xdp',
  args: [FRAME],
  result: 'skb',
  outcomes: ['ok', 'enomem'],
  allocates: true,
  contextual: false,
  weight: 16,
  usuallyNext: ['skb_clone', 'skb_try_coalesce', 'kfree_skb', 'napi_consume_skb', 'skb_push'],
  draw(world, draw, args) {
    if (countHandles(world, 'skb') >= SKB_NAMES_MAX) return false;
    args.frame = draw.handle(world, 'frame');
    return args.frame >= 0;
  },
  applies() {
    return true;
  },
  noteBefore(world, args) {
    return charge(world, frameOf(world, args.frame));
  },
  run(world, args, result) {
    const frame = frameOf(world, args.frame);
    const skb = xdpBuildSkbFromFrame(world, frame);
    if (skb === null) return 1;
    consume(world, args.frame);
    skb.payload = withoutMac(frame.payload);
    nameResult(world, result, 'skb', skb);
    return 0;
  },
  expectTruesize(world, _args, outcome, result, { note: truesize }) {
    if (outcome === 'ok') expectCharge(world, result, truesize);
  },
});

/**
 * The expected charge of an skb that is built of the frame: the sk_buff, the buffer of the packet, and a buffer of that
 * size for each frag. __xdp_build_skb_from_frame charges frame_sz for each.
 */
export function charge(world: World, frame: XdpFrame): number {
  const bufferSize = frame.bufferEnd - frame.at;
  const buffers = xdpFrameHasFrags(frame) ? frame.sinfo.nrFrags + 1 : 1;
  return world.abi.skBuffSize + buffers * bufferSize;
}

export function expectCharge(world: World, result: number, truesize: number): void {
  const skb = liveObject(world, result, 'skb');
  if (skb === null) return;
  skb.expectedTruesize = truesize;
  skb.truesizeDebt = 0;
}

/** The frame is linear: dev_map_enqueue_clone refuses others. */
function mayClone(frame: XdpFrame): boolean {
  return !xdpFrameHasFrags(frame);
}

/** xdpf_clone(): for each further device of a broadcast. */
const XDPF_CLONE = defineCommand({
  name: 'xdpf_clone',
  opcode: 269,
  system: 'xdp',
  args: [{ name: 'frame', type: 'frame' }],
  result: 'frame',
  outcomes: ['ok', 'too_long', 'enomem'],
  allocates: true,
  contextual: false,
  weight: 16,
  usuallyNext: ['xdpf_clone', 'xdp_build_skb_from_frame', 'xdp_return_frame_bulk', 'xdp_return_frame'],
  draw(world, draw, args) {
    if (countHandles(world, 'frame') >= FRAME_NAMES_MAX) return false;
    // A clone is made in one page: prefer frames that nearly fill it.
    args.frame = pickBestOfThree(world, draw, 'frame', mayClone, ({ headroom, len }) => headroom + len);
    return args.frame >= 0;
  },
  applies(world, args) {
    return mayClone(frameOf(world, args.frame));
  },
  run(world, args, result) {
    const frame = frameOf(world, args.frame);
    const clone = xdpfClone(world, frame);
    if (typeof clone === 'string') return clone === 'too_long' ? 1 : 2;
    movePayload(clone, frame.payload, frame.metaPayload);
    nameResult(world, result, 'frame', clone);
    return 0;
  },
});

export const XDP_FRAME_COMMANDS: readonly Command[] = [
  XDP_CONVERT_BUFF_TO_FRAME,
  XDP_RETURN_BUFF,
  XDP_RETURN_FRAME,
  XDP_RETURN_FRAME_RX_NAPI,
  XDP_RETURN_FRAME_BULK,
  XDP_BUILD_SKB_FROM_FRAME,
  XDPF_CLONE,
];
