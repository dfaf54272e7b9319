import { defineCommand } from '../define_command';
import { rdsMessageZcopyFromUser } from '../../model/net/other/rds_message_zcopy_from_user';
import { kfreeSkb } from '../../model/net/core/skbuff/free/skb_free';
import { msgZerocopyAlloc } from '../../model/net/core/skbuff/zerocopy/msg_zerocopy';
import { patternStart } from '../../model/world/memory';
import type { PageRef } from '../../model/structs/page';
import { concatPayload, slicePayload } from '../../model/lib/payload';
import { skbTstampTx } from '../../model/net/core/skbuff/zerocopy/skb_tstamp_tx';
import { skbTxError } from '../../model/net/core/skbuff/free/skb_tx_error';
import { skbZerocopyIterStream } from '../../model/net/core/skbuff/zerocopy/skb_zerocopy_iter_stream';
import { DESTRUCTOR_NONE, type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { consume, pageOf, skbOf, sockOf, uargOf } from '../objects';
import { countHandles, nameResult, pickHandle } from '../pick';
import { isSole, isWhole, orphanRecurses, sendsUserPages } from '../skb/skb_contract';
import { mayBeZerocopy } from '../skb/transform_contract';
import { skbHasFragList, skbZcopy, skbZcopyManaged } from '../../model/net/core/skbuff/skbuff_inlines';
import { __skbPagelen } from '../../model/net/core/skbuff/zerocopy/ubuf_pages';
import { ORDER_MAX } from '../limits';
import { numbers } from '../small_numbers';

const UARG_NAMES_MAX = 4;
const BYTES_MAX = 17 * 32768;
/** More pages of an owner than a program needs. */
const PINNED_MAX = 64;
/** sk_rcvbuf, and more packets than a program needs. */
const RCVBUF = 212992;
const ERRORS_MAX = 4;

/** `len` bytes of new user memory: one pattern for each (compound) page, from stamp number `stamp` on. */
export function userPayload(world: World, stamp: number, len: number, order: number): number[] {
  const payload: number[] = [];
  const compound = world.abi.pageSize << order;
  for (let at = 0, i = 0; at < len; at += compound, i++)
    payload.push(patternStart(stamp + i), Math.min(compound, len - at));
  return payload;
}

function maySendUserMemory(world: World, skb: SkBuff, len: number, order: number): boolean {
  if (!mayBeZerocopy(skb) || skb.destructor !== DESTRUCTOR_NONE || skbHasFragList(skb) || skbZcopyManaged(skb))
    return false;
  return skb.data.nrFrags + Math.ceil(len / (world.abi.pageSize << order)) <= world.abi.maxSkbFrags;
}

/** sendmsg(MSG_ZEROCOPY): new user memory becomes frags of the skb, and the skb refers to the owner. */
const SKB_ZEROCOPY_ITER_STREAM = defineCommand({
  name: 'skb_zerocopy_iter_stream',
  opcode: 187,
  system: 'zerocopy_send',
  args: [
    { name: 'skb', type: 'skb' },
    { name: 'uarg', type: 'uarg' },
    { name: 'len', type: 'int', min: 1, max: BYTES_MAX, smallest: 1 },
    { name: 'order', type: 'int', min: 0, max: ORDER_MAX, default: 0 },
  ],
  small: {
    len: numbers('1 | a page | one byte more than frags of single pages hold', ({ world: { abi } }) => [
      ...[1, abi.pageSize, abi.maxSkbFrags * abi.pageSize + 1],
    ]),
  },
  outcomes: ['ok', 'eexist', 'frags_filled'],
  allocates: false,
  contextual: false,
  weight: 64,
  usuallyNext: ['skb_clone', 'skb_zerocopy', 'skb_zerocopy', 'alloc_skb', 'skb_tstamp_tx', 'skb_tx_error'],
  draw(world, draw, args) {
    args.skb = pickHandle(world, draw, 'skb', (skb) => maySendUserMemory(world, skb, 1, 0));
    args.uarg = draw.handle(world, 'uarg');
    if (args.skb < 0 || args.uarg < 0) return false;
    const room = world.abi.maxSkbFrags - skbOf(world, args.skb).data.nrFrags;
    args.order = draw.chance(2, 3) ? 0 : draw.between(1, ORDER_MAX);
    const pages = draw.chance(1, 8) ? room : Math.min(room, draw.between(1, 3));
    const bytes = pages * (world.abi.pageSize << args.order);
    args.len = draw.chance(1, 2) ? bytes : draw.size(1, bytes);
    return true;
  },
  applies(world, args) {
    if (uargOf(world, args.uarg).pinned.length >= PINNED_MAX) return false;
    return maySendUserMemory(world, skbOf(world, args.skb), args.len, args.order);
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    const { stamp } = world;
    world.ret = skbZerocopyIterStream(world, skb, uargOf(world, args.uarg), args.len, args.order);
    if (world.ret < 0) return 1;
    const payload = slicePayload(userPayload(world, stamp, args.len, args.order), 0, world.ret);
    skb.payload = concatPayload(skb.payload, payload);
    return world.ret < args.len ? 2 : 0;
  },
  /** The call charges PAGE_ALIGN of the bytes. */
  expectTruesize(world, _args, outcome, _result, before) {
    const { pageSize } = world.abi;
    if (before.first !== null && outcome !== 'eexist')
      before.first.expectedTruesize += Math.ceil(world.ret / pageSize) * pageSize;
  },
});

/** A transmission that failed: openvswitch and tun call skb_tx_error and free the skb. */
const SKB_TX_ERROR = defineCommand({
  name: 'skb_tx_error',
  opcode: 188,
  system: 'zerocopy_send',
  args: [{ name: 'skb', type: 'skb', consumed: true }],
  outcomes: ['ok', 'cloned'],
  allocates: false,
  contextual: true,
  weight: 16,
  draw(world, draw, args) {
    args.skb = pickHandle(world, draw, 'skb', (skb) => mayFailToSend(skb) && skbZcopy(skb) !== null);
    if (args.skb < 0) args.skb = pickHandle(world, draw, 'skb', mayFailToSend);
    return args.skb >= 0;
  },
  applies(world, args) {
    return mayFailToSend(skbOf(world, args.skb));
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    consume(world, args.skb);
    const cloned = skb.cloned && skb.data.dataref > 1;
    skbTxError(world, skb);
    kfreeSkb(world, skb);
    return cloned ? 1 : 0;
  },
});

function mayFailToSend(skb: SkBuff): boolean {
  return isSole(skb) && !sendsUserPages(skb);
}

/** Makes an owner that holds the socket, with the flags shared_frag and dont_orphan. */
const MSG_ZEROCOPY_ALLOC = defineCommand({
  name: 'msg_zerocopy_alloc',
  opcode: 189,
  system: 'zerocopy_send',
  args: [{ name: 'sock', type: 'sock' }],
  result: 'uarg',
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  modelOnly: 'the module has no socket that is open to a process: none can be closed while an owner holds it',
  weight: 16,
  usuallyNext: ['skb_zerocopy_iter_stream', 'skb_zcopy_set'],
  draw(world, draw, args) {
    args.sock = draw.handle(world, 'sock');
    return args.sock >= 0 && countHandles(world, 'uarg') < UARG_NAMES_MAX;
  },
  applies() {
    return true;
  },
  run(world, args, result) {
    nameResult(world, result, 'uarg', msgZerocopyAlloc(world, sockOf(world, args.sock)));
    return 0;
  },
});

function mayTimestamp(skb: SkBuff): boolean {
  if (!isWhole(skb) || orphanRecurses(skb) || sendsUserPages(skb)) return false;
  return skb.data.nrFrags === 0 || __skbPagelen(skb) > 0;
}

/**
 * Contract: the error queue of the socket has room. (Without room sock_queue_err_skb refuses, and the clone is freed.)
 */
const SKB_TSTAMP_TX = defineCommand({
  name: 'skb_tstamp_tx',
  opcode: 190,
  system: 'zerocopy_send',
  args: [
    { name: 'skb', type: 'skb' },
    { name: 'sock', type: 'sock' },
  ],
  outcomes: ['ok', 'enomem'],
  allocates: true,
  contextual: true,
  modelOnly: 'error queues are not observed',
  weight: 32,
  draw(world, draw, args) {
    args.skb = pickHandle(world, draw, 'skb', (skb) => mayTimestamp(skb) && skbZcopy(skb) !== null);
    if (args.skb < 0 || draw.chance(1, 4)) args.skb = pickHandle(world, draw, 'skb', mayTimestamp);
    args.sock = draw.handle(world, 'sock');
    return args.skb >= 0 && args.sock >= 0;
  },
  applies(world, args) {
    const skb = skbOf(world, args.skb);
    const sk = sockOf(world, args.sock);
    return mayTimestamp(skb) && sk.errorQueue.length < ERRORS_MAX && sk.rmemAlloc + skb.truesize < RCVBUF;
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    const clone = skbTstampTx(world, skb, sockOf(world, args.sock));
    if (clone === null) return 1;
    clone.payload = skb.payload;
    return 0;
  },
  /** The clone is charged like its source, plus the growth of its head when its user pages were copied. */
  expectTruesize(world, args, outcome, _result, before) {
    if (before.first === null || outcome !== 'ok') return;
    const { errorQueue } = sockOf(world, args.sock);
    const clone = errorQueue[errorQueue.length - 1];
    const grown = clone.data === before.first.data ? 0 : clone.data.end - before.firstEnd;
    clone.expectedTruesize = before.firstExpected + grown;
    clone.truesizeDebt = before.first.truesizeDebt;
  },
});

function isUserPage({ ofPool, page, ring }: PageRef): boolean {
  return !ofPool && ring !== true && !page.ppSignature;
}

/** sendmsg() to an RDS socket: the name holds the reference of the process. `bad`: the next address is not mapped. */
const RDS_MESSAGE_ZCOPY_FROM_USER = defineCommand({
  name: 'rds_message_zcopy_from_user',
  opcode: 191,
  system: 'zerocopy_send',
  args: [
    { name: 'page', type: 'page' },
    { name: 'bad', type: 'enum', words: ['no', 'yes'], default: 0 },
  ],
  outcomes: ['ok', 'efault'],
  allocates: false,
  contextual: false,
  modelOnly: 'RDS sockets need a transport; the kernels of the VMs have none',
  weight: 4,
  draw(world, draw, args) {
    args.page = pickHandle(world, draw, 'page', isUserPage);
    args.bad = draw.below(2);
    return args.page >= 0;
  },
  applies(world, args) {
    return isUserPage(pageOf(world, args.page));
  },
  run(world, args) {
    world.ret = rdsMessageZcopyFromUser(world, pageOf(world, args.page).page, args.bad === 1);
    return args.bad;
  },
});

export const ZEROCOPY_SEND_COMMANDS: readonly Command[] = [
  SKB_ZEROCOPY_ITER_STREAM,
  SKB_TX_ERROR,
  MSG_ZEROCOPY_ALLOC,
  SKB_TSTAMP_TX,
  RDS_MESSAGE_ZCOPY_FROM_USER,
];
