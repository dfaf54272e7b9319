import type { Id } from '../../model/world/kinds';
import { defineCommand } from '../define_command';
import { cpuMayRead } from '../../model/kernel/dma/dma_ownership';
import type { PageRef } from '../../model/structs/page';
import { writtenPayload } from '../../model/mm/page_writes';
import { concatPayload } from '../../model/lib/payload';
import { skbTruesize } from '../../model/net/core/skbuff/alloc/kmalloc_reserve';
import type { SkBuff } from '../../model/structs/sk_buff';
import { tcpSendmsgSplice, tcpSendmsgZerocopy, tcpWriteQueuePurge } from '../../model/net/ipv4/tcp_write_queue';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { pageOf, sockOf, uargOf } from '../objects';
import { pickHandle } from '../pick';
import { userPayload } from './zerocopy_send';
import { PAGE_BYTES } from '../limits';

const BYTES_MAX = 8192;
/** More skbs than a program needs. */
const QUEUE_MAX = 4;
const MODEL_ONLY = 'the module has no TCP connection to send on';

/** The skb at the end of the queue is charged for the appended memory; a new skb is charged for its head as well. */
function expectTail(world: World, sock: Id<'sock'>, added: number): void {
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

/** sendmsg(MSG_ZEROCOPY) on a TCP socket that sends nothing yet: all data stays in the write queue. */
const TCP_SENDMSG_ZEROCOPY = defineCommand({
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
  weight: 24,
  usuallyNext: ['tcp_sendmsg_splice', 'tcp_sendmsg_splice', 'tcp_sendmsg_zerocopy'],
  draw(world, draw, args) {
    args.sock = draw.handle(world, 'sock');
    args.uarg = draw.handle(world, 'uarg');
    args.len = draw.size(1, BYTES_MAX);
    return args.sock >= 0 && args.uarg >= 0;
  },
  applies(world, args) {
    return sockOf(world, args.sock).writeQueue.length < QUEUE_MAX;
  },
  run(world, args) {
    const payload = userPayload(world, world.stamp, args.len, 0);
    return append(tcpSendmsgZerocopy(world, sockOf(world, args.sock), uargOf(world, args.uarg), args.len), payload);
  },
  expectTruesize(world, args, outcome) {
    const { pageSize } = world.abi;
    if (outcome === 'ok') expectTail(world, args.sock, Math.ceil(args.len / pageSize) * pageSize);
  },
});

/** Written bytes of one page, which a pipe could hold: not a buffer of a driver's ring. */
function maySplice(world: World, ref: PageRef, size: number): boolean {
  if (ref.ring === true) return false;
  if (ref.ofPool || ref.page.ppSignature || ref.page.mapping !== null || ref.page.perCpu) return false;
  if ((ref.offset % world.abi.pageSize) + size > world.abi.pageSize || size > ref.size) return false;
  return cpuMayRead(world, ref, ref.offset, size) && writtenPayload(ref.page, ref.offset, size) !== null;
}

/** splice() to the same socket: sends the first `size` bytes of the region. The skb takes a reference of its own. */
const TCP_SENDMSG_SPLICE = defineCommand({
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
  weight: 24,
  draw(world, draw, args) {
    args.sock = draw.handle(world, 'sock');
    args.page = pickHandle(world, draw, 'page', (ref) => maySplice(world, ref, 1));
    if (args.sock < 0 || args.page < 0) return false;
    const ref = pageOf(world, args.page);
    args.size = draw.chance(1, 2) ? 1 : draw.size(1, Math.min(PAGE_BYTES, ref.size));
    return true;
  },
  applies(world, args) {
    return (
      sockOf(world, args.sock).writeQueue.length < QUEUE_MAX && maySplice(world, pageOf(world, args.page), args.size)
    );
  },
  run(world, args) {
    const { page, offset } = pageOf(world, args.page);
    const skb = tcpSendmsgSplice(world, sockOf(world, args.sock), page, offset, args.size);
    return append(skb, writtenPayload(page, offset, args.size) ?? []);
  },
  /** tcp_wmem_schedule counts the bytes, not the memory of the page. */
  expectTruesize(world, args, outcome) {
    if (outcome === 'ok') expectTail(world, args.sock, args.size);
  },
});

/** All data was acknowledged, or the connection is reset. */
const TCP_WRITE_QUEUE_PURGE = defineCommand({
  name: 'tcp_write_queue_purge',
  opcode: 195,
  system: 'zerocopy_send',
  args: [{ name: 'sock', type: 'sock' }],
  outcomes: ['ok'],
  allocates: false,
  contextual: true,
  modelOnly: MODEL_ONLY,
  weight: 4,
  draw(world, draw, args) {
    args.sock = draw.handle(world, 'sock');
    return args.sock >= 0;
  },
  applies() {
    return true;
  },
  run(world, args) {
    tcpWriteQueuePurge(world, sockOf(world, args.sock));
    return 0;
  },
});

export const ZEROCOPY_TCP_COMMANDS: readonly Command[] = [
  TCP_SENDMSG_ZEROCOPY,
  TCP_SENDMSG_SPLICE,
  TCP_WRITE_QUEUE_PURGE,
];
