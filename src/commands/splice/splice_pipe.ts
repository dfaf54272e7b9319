import { NO_ID } from '../../model/world/kinds';
import { defineCommand } from '../define_command';
import { EAGAIN, EPIPE } from '../../model/lib/errno';
import { allocPipeInfo, freePipeInfo, pipeConsume, pipeFull } from '../../model/fs/pipe';
import { skbSpliceBits, type Spliced } from '../../model/net/core/skbuff/frags/skb_splice_bits';
import { type Command } from '../command';
import { consume, skbOf, sockOf } from '../objects';
import { concatPayload, payloadLength, slicePayload } from '../../model/lib/payload';
import { countHandles, nameResult, pickHandle } from '../pick';
import { isReceived, PIPE_NAMES_MAX } from './splice_contract';
import { pipeOf } from '../objects';
import { drawCut, LEN_MAX, pickManyFrags } from '../skb/transform_contract';
/** PIPE_DEF_BUFFERS. */
const SLOTS_MAX = 16;
const READ_MAX = 1 << 20;

/**
 * Makes a pipe with room for `slots` buffers. Without a reader, a splice into the pipe returns -EPIPE (and raises
 * SIGPIPE, which init ignores).
 */
const ALLOC_PIPE_INFO = defineCommand({
  name: 'alloc_pipe_info',
  opcode: 170,
  system: 'splice',
  args: [
    { name: 'slots', type: 'int', min: 1, max: SLOTS_MAX, default: SLOTS_MAX, smallest: 1 },
    { name: 'readers', type: 'int', min: 0, max: 1, default: 1 },
  ],
  result: 'pipe',
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 16,
  usuallyNext: ['sk_alloc', 'skb_splice_bits', 'skb_splice_bits', 'filemap_splice_read', 'filemap_splice_read'],
  draw(world, draw, args) {
    if (countHandles(world, 'pipe') >= PIPE_NAMES_MAX) return false;
    args.slots = draw.chance(1, 2) ? SLOTS_MAX : draw.between(1, SLOTS_MAX);
    args.readers = draw.chance(15, 16) ? 1 : 0;
    return true;
  },
  applies() {
    return true;
  },
  run(world, args, result) {
    nameResult(world, result, 'pipe', allocPipeInfo(world, args.slots, args.readers));
    return 0;
  },
});

const FREE_PIPE_INFO = defineCommand({
  name: 'free_pipe_info',
  opcode: 171,
  system: 'splice',
  args: [{ name: 'pipe', type: 'pipe', consumed: true }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 2,
  draw(world, draw, args) {
    args.pipe = draw.handle(world, 'pipe');
    return args.pipe >= 0;
  },
  applies() {
    return true;
  },
  run(world, args) {
    const pipe = pipeOf(world, args.pipe);
    consume(world, args.pipe);
    freePipeInfo(world, pipe);
    return 0;
  },
});

/** A reader takes bytes out of the pipe (pipe_read, fs/pipe.c); buffers that become empty are released. */
const PIPE_READ = defineCommand({
  name: 'pipe_read',
  opcode: 172,
  system: 'splice',
  args: [
    { name: 'pipe', type: 'pipe' },
    { name: 'len', type: 'int', min: 1, max: READ_MAX, smallest: 1 },
  ],
  outcomes: ['ok', 'emptied', 'empty'],
  allocates: false,
  contextual: false,
  weight: 16,
  draw(world, draw, args) {
    args.pipe = draw.chance(7, 8) ? pickHandle(world, draw, 'pipe', (pipe) => pipe.buffers.length > 0) : NO_ID;
    if (args.pipe < 0) args.pipe = draw.handle(world, 'pipe');
    if (args.pipe < 0) return false;
    const { buffers } = pipeOf(world, args.pipe);
    const first = buffers.length > 0 ? buffers[0].len : 1;
    args.len = draw.chance(1, 4) ? READ_MAX : draw.chance(1, 2) ? first : draw.size(1, first);
    return true;
  },
  applies() {
    return true;
  },
  run(world, args) {
    const pipe = pipeOf(world, args.pipe);
    const held = payloadLength(pipe.payload);
    const read = Math.min(held, args.len);
    world.ret = read;
    if (held === 0) return 2;
    pipeConsume(world, pipe, read);
    pipe.payload = slicePayload(pipe.payload, read, held - read);
    return read === held ? 1 : 0;
  },
});

/** In the order of the outcomes of skb_splice_bits. */
function outcomeOf({ ret, copied, coalesced, full, orderZero }: Spliced, len: number): number {
  if (ret === -EAGAIN) return 6;
  if (ret === -EPIPE) return 7;
  if (ret < len) return full ? 4 : 3;
  if (orderZero) return 5;
  return coalesced ? 2 : copied ? 1 : 0;
}

/**
 * Contract: a reader holds the skb, the bytes are available (tcp_splice_data_recv), and no other call uses the pipe.
 * Copied bytes go to the page_frag of the sock: sk_frag, as for a socket that must not use that of the task.
 */
const SKB_SPLICE_BITS = defineCommand({
  name: 'skb_splice_bits',
  opcode: 173,
  system: 'splice',
  args: [
    { name: 'skb', type: 'skb' },
    { name: 'sock', type: 'sock' },
    { name: 'pipe', type: 'pipe' },
    { name: 'offset', type: 'int', min: 0, max: LEN_MAX, default: 0 },
    { name: 'len', type: 'int', min: 1, max: LEN_MAX, smallest: 1 },
  ],
  outcomes: [
    ...['ok', 'copied', 'coalesced', 'pipe_filled', 'descriptor_full', 'copied_to_order_0'],
    ...['pipe_full', 'no_reader'],
  ],
  allocates: true,
  contextual: false,
  weight: 192,
  usuallyNext: ['splice_to_socket', 'pipe_read', 'kfree_skb', 'skb_splice_bits', 'free_pipe_info'],
  draw(world, draw, args) {
    args.skb = draw.chance(1, 2)
      ? pickManyFrags(world, draw, (skb) => skb.dataLen > 0 && isReceived(skb))
      : pickHandle(world, draw, 'skb', (skb) => skb.len > 0 && isReceived(skb));
    args.sock = draw.handle(world, 'sock');
    args.pipe = draw.chance(7, 8) ? pickHandle(world, draw, 'pipe', (pipe) => !pipeFull(pipe)) : NO_ID;
    if (args.pipe < 0) args.pipe = draw.handle(world, 'pipe');
    if (args.skb < 0 || args.sock < 0 || args.pipe < 0) return false;
    const skb = skbOf(world, args.skb);
    args.offset = draw.chance(1, 2) ? 0 : drawCut(draw, skb, 0, skb.len - 1);
    args.len = draw.chance(1, 2) ? skb.len - args.offset : drawCut(draw, skb, 1, skb.len - args.offset);
    return true;
  },
  applies(world, args) {
    const skb = skbOf(world, args.skb);
    return isReceived(skb) && args.offset + args.len <= skb.len;
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    const pipe = pipeOf(world, args.pipe);
    const spliced = skbSpliceBits(world, skb, sockOf(world, args.sock), args.offset, pipe, args.len);
    world.ret = spliced.ret;
    if (spliced.ret > 0)
      pipe.payload = concatPayload(pipe.payload, slicePayload(skb.payload, args.offset, spliced.ret));
    return outcomeOf(spliced, args.len);
  },
});

export const SPLICE_PIPE_COMMANDS: readonly Command[] = [ALLOC_PIPE_INFO, FREE_PIPE_INFO, PIPE_READ, SKB_SPLICE_BITS];
