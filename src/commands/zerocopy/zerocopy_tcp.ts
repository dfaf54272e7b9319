import { cpuMayRead } from '../../model/kernel/dma/dma_ownership';
import type { PageRef } from '../../model/structs/page';
import { writtenPayload } from '../../model/mm/page_writes';
import { concatPayload } from '../../model/lib/payload';
import { skbTruesize } from '../../model/net/core/skbuff/alloc/kmalloc_reserve';
import type { SkBuff } from '../../model/structs/sk_buff';
import { tcpSendmsgSplice, tcpSendmsgZerocopy, tcpWriteQueuePurge } from '../../model/net/ipv4/tcp_write_queue';
import type { World } from '../../model/world/world';
import { pageOf, sockOf, uargOf, type Command } from '../command';
import { pickHandle } from '../pick';
import { userPayload } from './zerocopy_send';

const BYTES_MAX = 8192;
const PAGE_BYTES = 4096;
/** More skbs than a program needs. */
const QUEUE_MAX = 4;
const MODEL_ONLY = 'the module has no TCP connection to send on';

/** The skb at the end of the queue is charged for what was appended, a new one for its head as well. */
function expectTail(world: World, sock: number, added: number): void {
  const { writeQueue } = sockOf(world, sock);
  const skb = writeQueue[writeQueue.length - 1];
  const isNew = skb.id > world.lastIdBefore;
  skb.expectedTruesize = added + (isNew ? skbTruesize(world, skb.data.end) : skb.expectedTruesize);
}

function append(skb: SkBuff | null, payload: readonly number[]): number {
  if (skb === null) return 1;
  skb.payload = concatPayload(skb.payload, payload);
  return 0;
}

/** sendmsg(MSG_ZEROCOPY) on a TCP socket that sends nothing yet: all stays in the write queue. */
const TCP_SENDMSG_ZEROCOPY: Command = {
  name: 'tcp_sendmsg_zerocopy',
  opcode: 193,
  system: 'zerocopy_send',
  args: [
    { name: 'sock', type: 'sock' },
    { name: 'uarg', type: 'uarg' },
    { name: 'len', type: 'int', min: 1, max: BYTES_MAX, smallest: 1 },
  ],
  outcomes: ['ok', 'enomem'],
  allocates: true,
  contextual: false,
  modelOnly: MODEL_ONLY,
  draw(world, draw, args) {
    args[0] = draw.handle(world, 'sock');
    args[1] = draw.handle(world, 'uarg');
    args[2] = draw.size(1, BYTES_MAX);
    return args[0] >= 0 && args[1] >= 0;
  },
  applies(world, args) {
    return sockOf(world, args[0]).writeQueue.length < QUEUE_MAX;
  },
  run(world, args) {
    const payload = userPayload(world, world.stamp, args[2], 0);
    return append(tcpSendmsgZerocopy(world, sockOf(world, args[0]), uargOf(world, args[1]), args[2]), payload);
  },
  expectTruesize(world, args, outcome) {
    const { pageSize } = world.abi;
    if (outcome === 'ok') expectTail(world, args[0], Math.ceil(args[2] / pageSize) * pageSize);
  },
};

/** Written bytes of one page, as they stand in a pipe: not a buffer of a driver's ring. */
function maySplice(world: World, ref: PageRef, size: number): boolean {
  if (ref.ring === true) return false;
  if (ref.ofPool || ref.page.ppSignature || ref.page.mapping !== null || ref.page.perCpu) return false;
  if ((ref.offset % world.abi.pageSize) + size > world.abi.pageSize || size > ref.size) return false;
  return cpuMayRead(world, ref, ref.offset, size) && writtenPayload(ref.page, ref.offset, size) !== null;
}

/** splice() to the same socket: the first `size` bytes of the region, with a reference of the skb's own. */
const TCP_SENDMSG_SPLICE: Command = {
  name: 'tcp_sendmsg_splice',
  opcode: 194,
  system: 'zerocopy_send',
  args: [
    { name: 'sock', type: 'sock' },
    { name: 'page', type: 'page' },
    { name: 'size', type: 'int', min: 1, max: PAGE_BYTES, smallest: 1 },
  ],
  outcomes: ['ok', 'enomem'],
  allocates: true,
  contextual: false,
  modelOnly: MODEL_ONLY,
  draw(world, draw, args) {
    args[0] = draw.handle(world, 'sock');
    args[1] = pickHandle<PageRef>(world, draw, 'page', (ref) => maySplice(world, ref, 1));
    if (args[0] < 0 || args[1] < 0) return false;
    const ref = pageOf(world, args[1]);
    args[2] = draw.chance(1, 2) ? 1 : draw.size(1, Math.min(PAGE_BYTES, ref.size));
    return true;
  },
  applies(world, args) {
    return sockOf(world, args[0]).writeQueue.length < QUEUE_MAX && maySplice(world, pageOf(world, args[1]), args[2]);
  },
  run(world, args) {
    const { page, offset } = pageOf(world, args[1]);
    const skb = tcpSendmsgSplice(world, sockOf(world, args[0]), page, offset, args[2]);
    return append(skb, writtenPayload(page, offset, args[2]) ?? []);
  },
  /** tcp_wmem_schedule counts the bytes, whatever the page weighs. */
  expectTruesize(world, args, outcome) {
    if (outcome === 'ok') expectTail(world, args[0], args[2]);
  },
};

/** All was acknowledged, or the connection is reset. */
const TCP_WRITE_QUEUE_PURGE: Command = {
  name: 'tcp_write_queue_purge',
  opcode: 195,
  system: 'zerocopy_send',
  args: [{ name: 'sock', type: 'sock' }],
  outcomes: ['ok'],
  allocates: false,
  contextual: true,
  modelOnly: MODEL_ONLY,
  draw(world, draw, args) {
    args[0] = draw.handle(world, 'sock');
    return args[0] >= 0;
  },
  applies() {
    return true;
  },
  run(world, args) {
    tcpWriteQueuePurge(world, sockOf(world, args[0]));
    return 0;
  },
};

export const ZEROCOPY_TCP_COMMANDS: readonly Command[] = [
  TCP_SENDMSG_ZEROCOPY,
  TCP_SENDMSG_SPLICE,
  TCP_WRITE_QUEUE_PURGE,
];
