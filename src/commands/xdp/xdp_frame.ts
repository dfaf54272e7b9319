import { dropXdpBuff, xdpBuffHasFrags } from '../../model/net/core/xdp/xdp_buff';
import { xdpBuildSkbFromFrame } from '../../model/net/core/xdp/xdp_build_skb';
import { xdpConvertBuffToFrame, xdpfClone, type ConvertFailure } from '../../model/net/core/xdp/xdp_convert';
import { xdpFrameHasFrags } from '../../model/net/core/xdp/xdp_frame';
import { MEM_TYPE_PAGE_POOL } from '../../model/structs/xdp_mem_info';
import { liveHandle } from '../../model/world/handles';
import {
  xdpFlushFrameBulk,
  xdpReturnBuff,
  xdpReturnFrame,
  xdpReturnFrameBulk,
  xdpReturnFrameRxNapi,
  type XdpFrameBulk,
} from '../../model/net/core/xdp/xdp_return';
import type { SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { consume, type Arg, type Command } from '../command';
import { slicePayload, payloadLength, type Payload } from '../../model/lib/payload';
import { countHandles, nameResult, pickBestOfThree, pickHandle } from '../pick';
import { SKB_NAMES_MAX } from '../skb/skb_contract';
import { FRAME_NAMES_MAX, frameOf, mayReturnDirect, xdpOf } from './xdp_contract';
import type { XdpBuff } from '../../model/structs/xdp_buff';
import type { XdpFrame } from '../../model/structs/xdp_frame';

const BULK_ARGS = 4;

/** A packet that may be changed, or wrapped up: nobody else reads its page. */
export function isWritableBuff(xdp: XdpBuff): boolean {
  return !xdp.readOnly;
}

/** xdp_convert_zc_to_xdp_frame() copies the first buffer only: drivers ask for linear packets where they redirect. */
export function mayBecomeFrame(xdp: XdpBuff): boolean {
  return isWritableBuff(xdp) && (xdp.chunk === null || !xdpBuffHasFrags(xdp));
}

/** The packet leaves its driver: what it must be goes along. */
export function movePayload(frame: XdpFrame, payload: Payload, meta: Payload): void {
  frame.payload = payload;
  frame.metaPayload = meta;
}

/** After eth_type_trans(): the Ethernet header is no payload any more. */
export function withoutMac(payload: Payload): Payload {
  const mac = Math.min(14, payloadLength(payload));
  return slicePayload(payload, mac, payloadLength(payload) - mac);
}

export const CONVERT_FAILURES: readonly ConvertFailure[] = ['no_headroom', 'too_long', 'enomem'];

/** As virtio_net with a page that it took for a linear copy, once it cannot be sent: nobody puts its memory any more. */
function forgetBuff(world: World, id: number, xdp: XdpBuff): void {
  consume(world, id);
  world.touchPage(xdp.page);
  dropXdpBuff(world, xdp);
}

/** xdp_convert_buff_to_frame(): with user memory behind the buffer a copy, xdp_convert_zc_to_xdp_frame(). */
const XDP_CONVERT_BUFF_TO_FRAME: Command = {
  name: 'xdp_convert_buff_to_frame',
  opcode: 263,
  system: 'xdp',
  args: [{ name: 'xdp', type: 'xdp', consumed: true }],
  result: 'frame',
  outcomes: ['ok', ...CONVERT_FAILURES],
  allocates: true,
  contextual: false,
  draw(world, draw, args) {
    if (countHandles(world, 'frame') >= FRAME_NAMES_MAX) return false;
    args[0] = pickHandle<XdpBuff>(world, draw, 'xdp', mayBecomeFrame);
    return args[0] >= 0;
  },
  applies(world, args) {
    return mayBecomeFrame(xdpOf(world, args[0]));
  },
  run(world, args, result) {
    const xdp = xdpOf(world, args[0]);
    const { payload, metaPayload } = xdp;
    const frame = xdpConvertBuffToFrame(world, xdp);
    if (typeof frame === 'string') {
      if (!world.rules.driverPutsUnconverted && xdp.chunk === null && !xdp.ofPool) forgetBuff(world, args[0], xdp);
      return CONVERT_FAILURES.indexOf(frame) + 1;
    }
    consume(world, args[0]);
    movePayload(frame, payload, metaPayload);
    nameResult(world, result, 'frame', frame);
    return 0;
  },
};

/** xdp_return_buff(): the driver gives up a packet, in its NAPI. */
const XDP_RETURN_BUFF: Command = {
  name: 'xdp_return_buff',
  opcode: 264,
  system: 'xdp',
  args: [{ name: 'xdp', type: 'xdp', consumed: true }],
  outcomes: ['ok'],
  allocates: false,
  contextual: true,
  draw(world, draw, args) {
    args[0] = pickHandle<XdpBuff>(world, draw, 'xdp', (xdp) => mayReturnDirect(world, xdp.rxq.mem));
    return args[0] >= 0;
  },
  applies(world, args) {
    return mayReturnDirect(world, xdpOf(world, args[0]).rxq.mem);
  },
  run(world, args) {
    const xdp = xdpOf(world, args[0]);
    consume(world, args[0]);
    xdpReturnBuff(world, xdp);
    return 0;
  },
};

const FRAME: Arg = { name: 'frame', type: 'frame', consumed: true };

const XDP_RETURN_FRAME: Command = {
  name: 'xdp_return_frame',
  opcode: 265,
  system: 'xdp',
  args: [FRAME],
  outcomes: ['ok'],
  allocates: false,
  contextual: true,
  draw(world, draw, args) {
    args[0] = draw.handle(world, 'frame');
    return args[0] >= 0;
  },
  applies() {
    return true;
  },
  run(world, args) {
    const frame = frameOf(world, args[0]);
    consume(world, args[0]);
    xdpReturnFrame(world, frame);
    return 0;
  },
};

/** xdp_return_frame_rx_napi(), with and without xdp_set_return_frame_no_direct(). */
const XDP_RETURN_FRAME_RX_NAPI: Command = {
  name: 'xdp_return_frame_rx_napi',
  opcode: 266,
  system: 'xdp',
  args: [FRAME, { name: 'no_direct', type: 'int', min: 0, max: 1, default: 0 }],
  outcomes: ['ok'],
  allocates: false,
  contextual: true,
  draw(world, draw, args) {
    args[0] = pickHandle<XdpFrame>(world, draw, 'frame', (frame) => mayReturnDirect(world, frame.mem));
    args[1] = draw.chance(1, 4) ? 1 : 0;
    return args[0] >= 0;
  },
  applies(world, args) {
    return mayReturnDirect(world, frameOf(world, args[0]).mem);
  },
  run(world, args) {
    const frame = frameOf(world, args[0]);
    consume(world, args[0]);
    xdpReturnFrameRxNapi(world, frame, args[1] !== 0);
    return 0;
  },
};

/** xdp_frame_bulk_init(), xdp_return_frame_bulk() of up to four frames, xdp_flush_frame_bulk(): a TX completion. */
function isOfPool({ mem }: XdpFrame): boolean {
  return mem.type === MEM_TYPE_PAGE_POOL;
}

const XDP_RETURN_FRAME_BULK: Command = {
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
  draw(world, draw, args) {
    args.fill(-1, 0, BULK_ARGS);
    args[0] = draw.chance(7, 8) ? pickHandle<XdpFrame>(world, draw, 'frame', isOfPool) : -1;
    if (args[0] < 0) args[0] = draw.handle(world, 'frame');
    for (let i = 1; i < BULK_ARGS && draw.chance(7, 8); i++) {
      // Frames of several pools are what a bulk has to keep apart.
      const { mem } = frameOf(world, args[0]);
      const id = draw.chance(3, 4)
        ? pickHandle<XdpFrame>(world, draw, 'frame', (other) => other.mem !== mem && other.mem.type === mem.type)
        : draw.handle(world, 'frame');
      if (id < 0) continue;
      if (!args.includes(id)) args[i] = id;
    }
    return args[0] >= 0;
  },
  applies(_world, args) {
    for (let i = 0; i < BULK_ARGS; i++) if (args[i] >= 0 && args.indexOf(args[i]) !== i) return false;
    return true;
  },
  run(world, args) {
    const bq: XdpFrameBulk = { xa: null, q: [] };
    const frames: XdpFrame[] = [];
    for (let i = 0; i < BULK_ARGS; i++) {
      if (args[i] < 0) continue;
      frames.push(frameOf(world, args[i]));
      consume(world, args[i]);
    }
    for (const frame of frames) xdpReturnFrameBulk(world, frame, bq);
    xdpFlushFrameBulk(world, bq);
    return 0;
  },
};

/**
 * Names come before frames that go: the payload, the truesize.
 * The kernel reads the EtherType and hands the packet up; a packet without an Ethernet header cannot be here.
 */
const XDP_BUILD_SKB_FROM_FRAME: Command = {
  name: 'xdp_build_skb_from_frame',
  opcode: 268,
  system: 'xdp',
  args: [FRAME],
  result: 'skb',
  outcomes: ['ok', 'enomem'],
  allocates: true,
  contextual: false,
  draw(world, draw, args) {
    if (countHandles(world, 'skb') >= SKB_NAMES_MAX) return false;
    args[0] = draw.handle(world, 'frame');
    return args[0] >= 0;
  },
  applies() {
    return true;
  },
  run(world, args, result) {
    const frame = frameOf(world, args[0]);
    built = charge(world, frame);
    const skb = xdpBuildSkbFromFrame(world, frame);
    if (skb === null) return 1;
    consume(world, args[0]);
    skb.payload = withoutMac(frame.payload);
    nameResult(world, result, 'skb', skb);
    return 0;
  },
  expectTruesize(world, _args, outcome, result) {
    if (outcome === 'ok') expectCharge(world, result, built);
  },
};

/** What the frame of the last call was worth. */
let built = 0;

/** The buffer that the packet lies in, one as large for each frag, and the sk_buff: __xdp_build_skb_from_frame charges frame_sz for each. */
export function charge(world: World, frame: XdpFrame): number {
  const bufferSize = frame.bufferEnd - frame.at;
  const buffers = xdpFrameHasFrags(frame) ? frame.sinfo.nrFrags + 1 : 1;
  return world.abi.skBuffSize + buffers * bufferSize;
}

export function expectCharge(world: World, result: number, truesize: number): void {
  const skb = liveHandle(world, result)?.object as SkBuff | undefined;
  if (skb === undefined) return;
  skb.expectedTruesize = truesize;
  skb.truesizeDebt = 0;
}

/** Linear frames: dev_map_enqueue_clone refuses others. */
function mayClone(frame: XdpFrame): boolean {
  return !xdpFrameHasFrags(frame);
}

/** xdpf_clone(): for each further device of a broadcast. */
const XDPF_CLONE: Command = {
  name: 'xdpf_clone',
  opcode: 269,
  system: 'xdp',
  args: [{ name: 'frame', type: 'frame' }],
  result: 'frame',
  outcomes: ['ok', 'too_long', 'enomem'],
  allocates: true,
  contextual: false,
  draw(world, draw, args) {
    if (countHandles(world, 'frame') >= FRAME_NAMES_MAX) return false;
    // A clone is made in a page: the longer the frame, the nearer to what does not fit.
    args[0] = pickBestOfThree<XdpFrame>(world, draw, 'frame', mayClone, ({ headroom, len }) => headroom + len);
    return args[0] >= 0;
  },
  applies(world, args) {
    return mayClone(frameOf(world, args[0]));
  },
  run(world, args, result) {
    const frame = frameOf(world, args[0]);
    const clone = xdpfClone(world, frame);
    if (typeof clone === 'string') return clone === 'too_long' ? 1 : 2;
    movePayload(clone, frame.payload, frame.metaPayload);
    nameResult(world, result, 'frame', clone);
    return 0;
  },
};

export const XDP_FRAME_COMMANDS: readonly Command[] = [
  XDP_CONVERT_BUFF_TO_FRAME,
  XDP_RETURN_BUFF,
  XDP_RETURN_FRAME,
  XDP_RETURN_FRAME_RX_NAPI,
  XDP_RETURN_FRAME_BULK,
  XDP_BUILD_SKB_FROM_FRAME,
  XDPF_CLONE,
];
