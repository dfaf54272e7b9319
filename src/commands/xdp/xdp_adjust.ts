import type { Id } from '../../model/world/kinds';
import { defineCommand } from '../define_command';
import { EACCES, EINVAL, EOPNOTSUPP } from '../../model/lib/errno';
import { bpfXdpAdjustHead, bpfXdpAdjustMeta, bpfXdpAdjustTail } from '../../model/net/core/filter/bpf_xdp_adjust';
import type { Page } from '../../model/structs/page';
import { xdpBuffHasFrags, xdpDataHardEnd, xdpGetBuffLen, xdpGetMetalen } from '../../model/net/core/xdp/xdp_buff';
import type { World } from '../../model/world/world';
import type { Command } from '../command';
import type { Draw } from '../draw';
import { concatPayload, payloadLength, slicePayload, type Payload } from '../../model/lib/payload';
import { pickHandle } from '../pick';
import { xdpOf } from '../objects';
import { XDP_FRAME_SIZE, type XdpBuff } from '../../model/structs/xdp_buff';

const OFFSET_MAX = 32768;

/** A helper gives uninitialized bytes to the program, which writes the next pattern there. */
function programWrites(world: World, page: Page, offset: number, len: number): Payload {
  const from = world.memory.writeStamp(page.address + offset, len, world.stamp++);
  return [from, len];
}

function mayAdjust(xdp: XdpBuff): boolean {
  return !xdp.readOnly;
}

function pickAdjustable(world: World, draw: Draw, args: { xdp: Id<'xdp'> }): boolean {
  args.xdp = pickHandle(world, draw, 'xdp', mayAdjust);
  return args.xdp >= 0;
}

/** Draws mostly from [min, max], and sometimes just beyond one of the ends. */
function drawOffset(draw: Draw, min: number, max: number): number {
  if (draw.chance(1, 8)) return min - draw.between(1, 4);
  if (draw.chance(1, 8)) return max + draw.between(1, 4);
  if (draw.chance(1, 4)) return draw.chance(1, 2) ? min : max;
  return draw.chance(1, 2) ? -draw.size(0, Math.max(0, -min)) : draw.size(0, Math.max(0, max));
}

function clamp(offset: number): number {
  return Math.max(-OFFSET_MAX, Math.min(OFFSET_MAX, offset));
}

/** bpf_xdp_adjust_head(); a program that gains bytes writes its headers there. */
const BPF_XDP_ADJUST_HEAD = defineCommand({
  name: 'bpf_xdp_adjust_head',
  opcode: 260,
  system: 'xdp',
  args: [
    { name: 'xdp', type: 'xdp' },
    { name: 'offset', type: 'int', min: -OFFSET_MAX, max: OFFSET_MAX, smallest: 0 },
  ],
  outcomes: ['ok', 'einval'],
  allocates: false,
  contextual: false,
  weight: 16,
  usuallyNext: ['bpf_xdp_adjust_meta', 'bpf_xdp_adjust_tail', 'xdp_convert_buff_to_frame', 'bpf_prog_run_xdp'],
  draw(world, draw, args) {
    if (!pickAdjustable(world, draw, args)) return false;
    const xdp = xdpOf(world, args.xdp);
    const front = xdp.data - xdp.dataHardStart - XDP_FRAME_SIZE - xdpGetMetalen(xdp);
    args.offset = clamp(drawOffset(draw, -front, xdp.dataEnd - xdp.data - 14));
    return true;
  },
  applies(world, args) {
    return mayAdjust(xdpOf(world, args.xdp));
  },
  run(world, args) {
    const xdp = xdpOf(world, args.xdp);
    const offset = args.offset;
    world.ret = bpfXdpAdjustHead(world, xdp, offset);
    if (world.ret < 0) return 1;
    if (offset < 0) xdp.payload = concatPayload(programWrites(world, xdp.page, xdp.data, -offset), xdp.payload);
    else xdp.payload = slicePayload(xdp.payload, offset, payloadLength(xdp.payload) - offset);
    return 0;
  },
});

/** bpf_xdp_adjust_meta(); the program writes its metadata. */
const BPF_XDP_ADJUST_META = defineCommand({
  name: 'bpf_xdp_adjust_meta',
  opcode: 261,
  system: 'xdp',
  args: [
    { name: 'xdp', type: 'xdp' },
    { name: 'offset', type: 'int', min: -OFFSET_MAX, max: OFFSET_MAX, smallest: 0 },
  ],
  outcomes: ['ok', 'einval', 'eacces', 'enotsupp'],
  allocates: false,
  contextual: false,
  weight: 16,
  usuallyNext: ['bpf_xdp_adjust_meta', 'bpf_xdp_adjust_head', 'xdp_convert_buff_to_frame', 'bpf_prog_run_xdp'],
  draw(world, draw, args) {
    if (!pickAdjustable(world, draw, args)) return false;
    const xdp = xdpOf(world, args.xdp);
    const front = xdp.dataMeta - xdp.dataHardStart - XDP_FRAME_SIZE;
    // Mostly whole words up to the longest metadata; otherwise any offset.
    const longest = Math.min(front, world.rules.xdpMetalenMax);
    args.offset = draw.chance(3, 4)
      ? -4 * draw.below((longest >> 2) + 1)
      : drawOffset(draw, -front, xdpGetMetalen(xdp));
    return true;
  },
  applies(world, args) {
    return mayAdjust(xdpOf(world, args.xdp));
  },
  run(world, args) {
    const xdp = xdpOf(world, args.xdp);
    const offset = args.offset;
    world.ret = bpfXdpAdjustMeta(world, xdp, offset);
    if (world.ret < 0) return world.ret === -EINVAL ? 1 : world.ret === -EACCES ? 2 : 3;
    if (offset < 0)
      xdp.metaPayload = concatPayload(programWrites(world, xdp.page, xdp.dataMeta, -offset), xdp.metaPayload);
    else xdp.metaPayload = slicePayload(xdp.metaPayload, offset, payloadLength(xdp.metaPayload) - offset);
    return 0;
  },
});

/** The program writes the gained bytes at the end of the packet: in its last frag, or in the first buffer. */
function growTail(world: World, xdp: XdpBuff, offset: number): Payload {
  if (!xdpBuffHasFrags(xdp)) return programWrites(world, xdp.page, xdp.dataEnd - offset, offset);
  const frag = xdp.sinfo.frags[xdp.sinfo.nrFrags - 1];
  return programWrites(world, frag.page, frag.offset + frag.size - offset, offset);
}

function drawTail(world: World, draw: Draw, xdp: XdpBuff): number {
  const len = xdpGetBuffLen(xdp);
  if (!xdpBuffHasFrags(xdp))
    return drawOffset(draw, -(xdp.dataEnd - xdp.data - 14), xdpDataHardEnd(world, xdp) - xdp.dataEnd);
  const frag = xdp.sinfo.frags[xdp.sinfo.nrFrags - 1];
  // A cut of a whole frag gives its page back.
  if (draw.chance(1, 3)) return -frag.size;
  const room = xdp.rxq.fragSize === 0 ? 16 : xdp.rxq.fragSize - frag.size - (frag.offset % xdp.rxq.fragSize);
  // The end of the last frag's buffer, and just behind it.
  if (xdp.rxq.fragSize !== 0 && draw.chance(1, 4)) return room + draw.between(-1, 2);
  return drawOffset(draw, -(len - 14), Math.max(0, room));
}

/**
 * bpf_xdp_adjust_tail(): frags that are cut off return to their pool. Gained bytes are cleared, and the program writes
 * there.
 */
const BPF_XDP_ADJUST_TAIL = defineCommand({
  name: 'bpf_xdp_adjust_tail',
  opcode: 262,
  system: 'xdp',
  args: [
    { name: 'xdp', type: 'xdp' },
    { name: 'offset', type: 'int', min: -OFFSET_MAX, max: OFFSET_MAX, smallest: 0 },
  ],
  outcomes: ['ok', 'einval', 'eopnotsupp'],
  allocates: false,
  contextual: true,
  weight: 24,
  usuallyNext: ['bpf_xdp_adjust_tail', 'xdp_convert_buff_to_frame', 'xdp_buff_build_skb', 'xdp_return_buff'],
  draw(world, draw, args) {
    if (!pickAdjustable(world, draw, args)) return false;
    args.offset = clamp(drawTail(world, draw, xdpOf(world, args.xdp)));
    return true;
  },
  applies(world, args) {
    return mayAdjust(xdpOf(world, args.xdp));
  },
  run(world, args) {
    const xdp = xdpOf(world, args.xdp);
    const offset = args.offset;
    world.ret = bpfXdpAdjustTail(world, xdp, offset);
    if (world.ret < 0) return world.ret === -EOPNOTSUPP ? 2 : 1;
    if (offset > 0) xdp.payload = concatPayload(xdp.payload, growTail(world, xdp, offset));
    else xdp.payload = slicePayload(xdp.payload, 0, payloadLength(xdp.payload) + offset);
    return 0;
  },
});

export const XDP_ADJUST_COMMANDS: readonly Command[] = [BPF_XDP_ADJUST_HEAD, BPF_XDP_ADJUST_META, BPF_XDP_ADJUST_TAIL];
