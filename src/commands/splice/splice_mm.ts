import { defineCommand } from '../define_command';
import { EFAULT } from '../../model/lib/errno';
import { tcpZerocopyReceive, type Receive } from '../../model/net/ipv4/tcp_zerocopy_receive';
import { tcpClose, tcpInq, tcpMmap, tcpQueueRcv, zapPages } from '../../model/net/ipv4/user_mapping';
import { DESTRUCTOR_NONE, type SkBuff } from '../../model/structs/sk_buff';
import { type Command } from '../command';
import { consume, skbOf } from '../objects';
import type { Draw } from '../draw';
import type { Id } from '../../model/world/kinds';
import type { World } from '../../model/world/world';
import { concatPayload, slicePayload, type Payload } from '../../model/lib/payload';
import { countHandles, nameResult, pickHandle } from '../pick';
import { isSole } from '../skb/skb_contract';
import { isReceived, MM_NAMES_MAX } from './splice_contract';
import { mmOf } from '../objects';
import { numbers } from '../small_numbers';
import { COPYBUF_BYTES, type UserMapping } from '../../model/structs/user_mapping';
import { skbHasFragList, skbHeadlen } from '../../model/net/core/skbuff/skbuff_inlines';

const PAGES_MAX = 16;
const QUEUE_MAX = 4;
const ADDRESS_MAX = PAGES_MAX * 4096 - 1;
const LENGTH_MAX = 1 << 17;

/** Makes a TCP socket and maps its file: `pages` pages of address space. */
const TCP_MMAP = defineCommand({
  name: 'tcp_mmap',
  opcode: 181,
  system: 'splice',
  args: [{ name: 'pages', type: 'int', min: 1, max: PAGES_MAX, smallest: 1 }],
  result: 'mm',
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 12,
  usuallyNext: ['rx_header_split', 'rx_header_split', 'tcp_queue_rcv', 'alloc_pages'],
  draw(world, draw, args) {
    if (countHandles(world, 'mm') >= MM_NAMES_MAX) return false;
    args.pages = draw.between(1, PAGES_MAX);
    return true;
  },
  applies() {
    return true;
  },
  run(world, args, result) {
    nameResult(world, result, 'mm', tcpMmap(world, args.pages));
    return 0;
  },
});

const TCP_CLOSE = defineCommand({
  name: 'tcp_close',
  opcode: 185,
  system: 'splice',
  args: [{ name: 'mm', type: 'mm', consumed: true }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 2,
  draw(world, draw, args) {
    args.mm = draw.handle(world, 'mm');
    return args.mm >= 0;
  },
  applies() {
    return true;
  },
  run(world, args) {
    const mapping = mmOf(world, args.mm);
    consume(world, args.mm);
    tcpClose(world, mapping);
    return 0;
  },
});

/** An skb that the receive path passes to tcp_queue_rcv: it has no other holder and is not charged. */
function mayQueue(skb: SkBuff): boolean {
  return isSole(skb) && isReceived(skb) && skb.len > 0 && skb.destructor === DESTRUCTOR_NONE;
}

/** The skb has a frag of the size of a page, which could be mapped. */
function hasWholePage(skb: SkBuff): boolean {
  return skb.data.frags.some((frag, i) => i < skb.data.nrFrags && frag.size === 4096);
}

/**
 * The end of tcp_queue_rcv (net/ipv4/tcp_input.c) without coalescing: queued, charged, with the next sequence numbers.
 */
const TCP_QUEUE_RCV = defineCommand({
  name: 'tcp_queue_rcv',
  opcode: 182,
  system: 'splice',
  args: [
    { name: 'mm', type: 'mm' },
    { name: 'skb', type: 'skb', consumed: true },
  ],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 256,
  usuallyNext: ['tcp_zerocopy_receive', 'tcp_zerocopy_receive', 'tcp_queue_rcv', 'tcp_queue_rcv'],
  draw(world, draw, args) {
    args.mm = pickHandle(world, draw, 'mm', ({ queue }) => queue.length < QUEUE_MAX);
    if (args.mm < 0) return false;
    const best = (skb: SkBuff): boolean => mayQueue(skb) && !skbHasFragList(skb) && hasWholePage(skb);
    args.skb = pickHandle(world, draw, 'skb', (skb) => best(skb) && skbHeadlen(skb) === 0);
    if (args.skb < 0 || draw.chance(1, 4)) args.skb = pickHandle(world, draw, 'skb', best);
    if (args.skb < 0 && draw.chance(1, 4)) args.skb = pickHandle(world, draw, 'skb', mayQueue);
    if (args.skb < 0 || skbOf(world, args.skb).unreadable) drawBeforeUnreadable(world, draw, args);
    return args.skb >= 0;
  },
  applies(world, args) {
    return mayQueue(skbOf(world, args.skb)) && mmOf(world, args.mm).queue.length < QUEUE_MAX;
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    consume(world, args.skb);
    tcpQueueRcv(world, mmOf(world, args.mm), skb);
    return 0;
  },
});

/** A packet that the CPU cannot read comes best behind bytes that it can: then the search for a page goes into it. */
function drawBeforeUnreadable(world: World, draw: Draw, args: { mm: Id<'mm'>; skb: Id<'skb'> }): void {
  if (!world.pools.some(({ provider }) => provider !== null)) return;
  const isFirst = mmOf(world, args.mm).queue.length === 0;
  const wanted = pickHandle(world, draw, 'skb', (skb) => mayQueue(skb) && skb.unreadable !== isFirst);
  if (wanted >= 0 && draw.chance(3, 4)) args.skb = wanted;
}

/** In the order of the outcomes of tcp_zerocopy_receive. */
function outcomeOf(receive: Receive, ret: number): number {
  if (ret !== 0) return ret === -EFAULT ? 7 : 8;
  if (receive.copybufLen < 0) return 7;
  if (receive.length === 0) {
    if (receive.copied > 0) return receive.fellBack ? 4 : 5;
    return receive.unmappable ? 6 : 9;
  }
  if (receive.zapped) return 2;
  if (receive.copied > 0) return 3;
  return receive.unmappable ? 1 : 0;
}

/** The expected bytes of the queue. */
function waiting(mapping: UserMapping): Payload {
  let payload: Payload = [];
  for (const skb of mapping.queue) payload = concatPayload(payload, skb.payload);
  return payload;
}

/** Draws no bytes, all bytes of the queue, or those before the next page: linear bytes, or the rest of a frag. */
function drawCopybuf(draw: Draw, mapping: UserMapping, inq: number): number {
  if (draw.chance(1, 2)) return 0;
  const first = mapping.queue.length > 0 ? mapping.queue[0] : null;
  const linear = first === null ? 0 : skbHeadlen(first) - mapping.consumed;
  if (linear > 0 && draw.chance(7, 8)) return linear;
  return draw.chance(1, 8) ? inq : draw.size(0, Math.min(inq, mapping.recvSkipHint > 0 ? mapping.recvSkipHint : inq));
}

/** getsockopt(TCP_ZEROCOPY_RECEIVE). The address is an offset into the mapping, and less than its length. */
const TCP_ZEROCOPY_RECEIVE = defineCommand({
  name: 'tcp_zerocopy_receive',
  opcode: 183,
  system: 'splice',
  args: [
    { name: 'mm', type: 'mm' },
    { name: 'address', type: 'int', min: 0, max: ADDRESS_MAX, default: 0 },
    { name: 'length', type: 'int', min: 0, max: LENGTH_MAX },
    { name: 'copybuf_len', type: 'int', min: 0, max: COPYBUF_BYTES, default: 0 },
    { name: 'flags', type: 'flags', words: ['tlb_clean_hint'], default: 0 },
  ],
  small: { length: numbers('0 | a page', ({ world }) => [0, world.abi.pageSize]) },
  outcomes: [
    ...['mapped', 'mapped_to_unmappable', 'mapped_after_zap', 'mapped_and_copied', 'fell_back_to_copy', 'copied'],
    ...['unmappable', 'efault', 'einval', 'nothing'],
  ],
  allocates: false,
  contextual: false,
  weight: 256,
  usuallyNext: ['tcp_zerocopy_receive', 'tcp_zerocopy_receive', 'madvise_dontneed', 'tcp_queue_rcv', 'tcp_close'],
  draw(world, draw, args) {
    args.mm = pickHandle(world, draw, 'mm', ({ queue }) => queue.length > 0);
    if (args.mm < 0 && draw.chance(1, 32)) args.mm = draw.handle(world, 'mm');
    if (args.mm < 0) return false;
    const { pageSize } = world.abi;
    const mapping = mmOf(world, args.mm);
    const { pages } = mapping;
    args.address = draw.chance(1, 2) ? 0 : pageSize * draw.below(pages.length);
    if (draw.chance(1, 16)) args.address += 1 + draw.below(pageSize - 1);
    const inq = Math.max(1, tcpInq(mapping));
    args.length = draw.chance(3, 4) ? pageSize * pages.length : draw.size(0, pageSize * pages.length);
    args.copybuf_len = Math.min(COPYBUF_BYTES, drawCopybuf(draw, mapping, inq));
    args.flags = draw.chance(1, 3) ? 1 : 0;
    return true;
  },
  applies(world, args) {
    return args.address < mmOf(world, args.mm).pages.length * world.abi.pageSize;
  },
  run(world, args) {
    const mapping = mmOf(world, args.mm);
    const { pageSize } = world.abi;
    const before = waiting(mapping);
    const receive: Receive = {
      ...{ mapping, cleanHint: args.flags !== 0, asked: 0, length: 0, hint: 0, copybufLen: 0, at: 0, seq: 0, total: 0 },
      ...{ mapped: [], copied: 0, copiedFrom: 0, zapped: false, unmappable: false, fellBack: false },
    };
    const ret = tcpZerocopyReceive(world, receive, args.address, args.length, args.copybuf_len);
    world.ret = ret;
    for (const { page, seq } of receive.mapped) mapping.payloads[page] = slicePayload(before, seq, pageSize);
    mapping.copied = slicePayload(before, receive.copiedFrom, receive.copied);
    mapping.length = ret === 0 ? receive.length : 0;
    mapping.recvSkipHint = ret === 0 ? receive.hint : 0;
    mapping.copybufLen = ret === 0 ? receive.copybufLen : 0;
    return outcomeOf(receive, ret);
  },
});

/** madvise(MADV_DONTNEED) of part of the mapping: receivers call it when they are done with the pages. */
const MADVISE_DONTNEED = defineCommand({
  name: 'madvise_dontneed',
  opcode: 184,
  system: 'splice',
  args: [
    { name: 'mm', type: 'mm' },
    { name: 'page', type: 'int', min: 0, max: PAGES_MAX - 1, default: 0 },
    { name: 'pages', type: 'int', min: 1, max: PAGES_MAX, smallest: 1 },
  ],
  outcomes: ['ok', 'nothing_mapped'],
  allocates: false,
  contextual: false,
  weight: 32,
  draw(world, draw, args) {
    const isMapped = ({ pages }: UserMapping): boolean => pages.some((page) => page !== null);
    args.mm = pickHandle(world, draw, 'mm', isMapped);
    if (args.mm < 0 && draw.chance(1, 32)) args.mm = draw.handle(world, 'mm');
    if (args.mm < 0) return false;
    const { length } = mmOf(world, args.mm).pages;
    args.page = draw.below(length);
    args.pages = draw.between(1, length - args.page);
    return true;
  },
  applies(world, args) {
    return args.page + args.pages <= mmOf(world, args.mm).pages.length;
  },
  run(world, args) {
    const mapping = mmOf(world, args.mm);
    const { page: from, pages: count } = args;
    const mapped = countMapped(mapping, from, from + count);
    zapPages(world, mapping, from, from + count);
    return mapped > 0 ? 0 : 1;
  },
});

function countMapped(mapping: UserMapping, from: number, to: number): number {
  let mapped = 0;
  for (let i = from; i < to; i++) if (mapping.pages[i] !== null) mapped++;
  return mapped;
}

export const SPLICE_MM_COMMANDS: readonly Command[] = [
  TCP_MMAP,
  TCP_CLOSE,
  TCP_QUEUE_RCV,
  TCP_ZEROCOPY_RECEIVE,
  MADVISE_DONTNEED,
];
