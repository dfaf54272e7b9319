import { XMIT_POINTS } from '../points';
import type { Arg, ArgsOf, DrawnArgs } from '../arg';
import { defineCommand } from '../define_command';
import type { NetDev } from '../../model/structs/netdev';
import type { Umem } from '../../model/structs/umem';
import { umemPayload } from '../../model/net/xdp/umem_bytes';
import type { World } from '../../model/world/world';
import type { XdpSock } from '../../model/structs/xdp_sock';
import { xpRawGetData, xpValidateDesc, UNALIGNED_OFFSET } from '../../model/net/xdp/xp_validate_desc';
import { xskBind } from '../../model/net/xdp/xsk_bind';
import { xskGenericXmit } from '../../model/net/xdp/xsk_generic_xmit';
import { XDP_PKT_CONTD, XDP_TX_METADATA, type XdpDesc } from '../../model/structs/xsk_queue';
import { xskRelease } from '../../model/net/xdp/xsk_release';
import { type Command } from '../command';
import { consume, netdevOf, umemOf, xskOf } from '../objects';
import type { Draw } from '../draw';
import { CACHE_LINE } from '../limits';
import { concatPayload } from '../../model/lib/payload';
import { countHandles, nameResult, pickHandle } from '../pick';
import type { Rules } from '../../rules/rules';
import { drawEntries } from './xsk_umem';

const XSK_NAMES_MAX = 4;
const ENTRIES_MAX = 64;
const SNDBUF_MAX = 65536;
const ADDR_MAX = 2 ** 31 - 1;
const LEN_MAX = 2 ** 31 - 1;
/** Addresses stay below 2^53. */
const OFFSET_MAX = 31;
const OPTIONS_MAX = 15;
const SOCKETS_MAX = 4;
const MULTI_BUFFER: Partial<Rules> = { xskMultiBuffer: true };

/** All sockets of a umem send through one queue of one device. The umem is freed with its last socket. */
function mayBind(umem: Umem, netdev: NetDev): boolean {
  if (umem.dead || umem.sockets.length >= SOCKETS_MAX) return false;
  if (umem.sockets.length === 0) return true;
  return umem.netdev === netdev && umem.sockets.some(({ closed }) => !closed);
}

/**
 * socket(), XDP_TX_RING, SO_SNDBUF, and bind() with XDP_COPY, or with XDP_SHARED_UMEM when a socket of the umem is
 * bound already.
 */
const XSK_BIND = defineCommand({
  name: 'xsk_bind',
  opcode: 365,
  system: 'xsk',
  args: [
    { name: 'umem', type: 'umem' },
    { name: 'netdev', type: 'netdev' },
    { name: 'entries', type: 'int', min: 0, max: ENTRIES_MAX, smallest: 1 },
    { name: 'sndbuf', type: 'int', min: 0, max: SNDBUF_MAX, default: 0 },
  ],
  result: 'xsk',
  outcomes: ['ok', 'einval'],
  allocates: false,
  contextual: false,
  weight: 8,
  usuallyNext: ['umem_write', 'umem_write', 'xsk_tx_desc', 'xsk_bind'],
  draw(world, draw, args) {
    if (countHandles(world, 'xsk') >= XSK_NAMES_MAX) return false;
    args.netdev = draw.handle(world, 'netdev');
    if (args.netdev < 0) return false;
    const netdev = netdevOf(world, args.netdev);
    args.umem = pickHandle(world, draw, 'umem', (umem) => mayBind(umem, netdev));
    args.entries = drawEntries(draw);
    args.sndbuf = draw.chance(3, 4) ? 0 : draw.size(1, SNDBUF_MAX);
    return args.umem >= 0;
  },
  applies(world, args) {
    return mayBind(umemOf(world, args.umem), netdevOf(world, args.netdev));
  },
  run(world, args, result) {
    const xs = xskBind(world, umemOf(world, args.umem), netdevOf(world, args.netdev), args.entries, args.sndbuf);
    if (typeof xs === 'number') {
      world.ret = xs;
      return 1;
    }
    nameResult(world, result, 'xsk', xs);
    world.ret = 0;
    return 0;
  },
});

/** One descriptor of the TX ring. */
const DESC_ARGS = [
  { name: 'addr', type: 'int', min: 0, max: ADDR_MAX, default: 0 },
  { name: 'len', type: 'int', min: 0, max: LEN_MAX, smallest: 0 },
  { name: 'options', type: 'int', min: 0, max: OPTIONS_MAX, default: 0 },
  { name: 'offset', type: 'int', min: 0, max: OFFSET_MAX, default: 0 },
] as const satisfies readonly Arg[];

function descOf(args: ArgsOf<typeof DESC_ARGS>): XdpDesc {
  return { addr: args.addr + args.offset * UNALIGNED_OFFSET, len: args.len, options: args.options };
}

/**
 * Bytes that would be sent must be known: bytes that were never written differ between machines. A descriptor that the
 * kernel refuses may hold any value.
 */
function mayPost(world: World, xs: XdpSock, desc: XdpDesc, count: number): boolean {
  const { tx, umem } = xs;
  if (tx.producer - tx.consumer + count > tx.nentries) return false;
  if (!xpValidateDesc(world, umem, desc)) return true;
  if (desc.addr % placement(world) !== 0) return false;
  return umemPayload(world, umem, xpRawGetData(umem, desc.addr), desc.len) !== null;
}

/** The unit at which packets begin, in bytes. */
function placement(world: World): number {
  return world.rules.xskSkbListsAddrs ? CACHE_LINE : 1;
}

function drawOptions(world: World, draw: Draw): number {
  if (draw.chance(1, 24)) return draw.below(OPTIONS_MAX + 1);
  if (!world.rules.xskMultiBuffer) return draw.chance(1, 32) ? XDP_PKT_CONTD : 0;
  return draw.chance(2, 5) ? XDP_PKT_CONTD : draw.chance(1, 32) ? XDP_TX_METADATA : 0;
}

/** A number of known bytes from `addr` on, within its chunk: halved until all of them are known. */
function knownLength(world: World, umem: Umem, addr: number): number {
  const end = umem.unaligned
    ? Math.min(umem.size, addr + umem.chunkSize)
    : addr - (addr % umem.chunkSize) + umem.chunkSize;
  let len = Math.min(end, umem.size) - addr;
  while (len > 0 && umemPayload(world, umem, addr, len) === null) len >>= 1;
  return len;
}

function drawGarbage(draw: Draw, xs: XdpSock, args: DrawnArgs<typeof DESC_ARGS>): void {
  const { umem } = xs;
  args.addr = draw.pick([0, umem.size - 1, umem.size, umem.chunkSize - 1, ADDR_MAX, draw.below(umem.size)]);
  args.len = draw.pick([0, 1, umem.chunkSize, umem.chunkSize + 1, umem.size, LEN_MAX]);
  args.offset = draw.chance(1, 4) ? draw.below(OFFSET_MAX + 1) : 0;
}

/** The user puts the same descriptor into the TX ring `count` times, whether or not it is valid. */
const XSK_TX_DESC = defineCommand({
  name: 'xsk_tx_desc',
  opcode: 367,
  system: 'xsk',
  args: [
    { name: 'xsk', type: 'xsk' },
    ...DESC_ARGS,
    { name: 'count', type: 'int', min: 1, max: ENTRIES_MAX, default: 1 },
  ],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 64,
  usuallyNext: ['xsk_tx_desc', 'xsk_tx_desc', 'xsk_sendto', 'xsk_sendto'],
  draw(world, draw, args) {
    args.xsk = pickHandle(world, draw, 'xsk', ({ tx }) => tx.producer - tx.consumer < tx.nentries);
    if (args.xsk < 0) return false;
    const xs = xskOf(world, args.xsk);
    const { umem, tx } = xs;
    const room = tx.nentries - (tx.producer - tx.consumer);
    args.options = drawOptions(world, draw);
    args.count = draw.chance(1, 6) ? room : draw.chance(1, 6) ? draw.between(1, room) : 1;
    if (draw.chance(1, 12)) {
      drawGarbage(draw, xs, args);
      return true;
    }
    args.offset = umem.unaligned && draw.chance(1, 4) ? draw.between(1, OFFSET_MAX) : 0;
    args.addr = draw.below(Math.floor(umem.size / umem.chunkSize)) * umem.chunkSize;
    if (draw.chance(1, 2)) args.addr += draw.size(0, umem.chunkSize - 1);
    args.addr -= args.addr % placement(world);
    const start = args.addr + args.offset;
    if (start >= umem.size) return false;
    const known = knownLength(world, umem, start);
    if (known < 1) return false;
    args.len = draw.chance(1, 3) ? known : draw.size(1, known);
    return true;
  },
  applies(world, args) {
    return mayPost(world, xskOf(world, args.xsk), descOf(args), args.count);
  },
  run(world, args) {
    const { tx } = xskOf(world, args.xsk);
    for (let i = 0; i < args.count; i++) tx.slots[tx.producer++ % tx.nentries] = descOf(args);
    return 0;
  },
});

/** sendto(MSG_DONTWAIT) without data: the kernel sends the descriptors of the TX ring. */
const SENDTO = defineCommand({
  name: 'xsk_sendto',
  opcode: 368,
  system: 'xsk',
  args: [{ name: 'xsk', type: 'xsk' }],
  // In the order of XMIT_ENDED.
  outcomes: [
    ...['ok', 'empty', 'cq_full', 'budget', 'no_sndbuf', 'no_memory', 'bad_metadata', 'busy', 'drop', 'invalid'],
    ...['invalid_later', 'drain_later', 'overflow', 'partial'],
  ],
  // 6.1 has no packets of several descriptors, no metadata, and no invalid descriptors that come back.
  outcomesOf: {
    bad_metadata: MULTI_BUFFER,
    // Before 7.1.8 and 6.12.114 a descriptor that is skipped needs no slot.
    invalid_later: { ...MULTI_BUFFER, xskReclaimsInvalid: true },
    // Mainline reserves a slot before it looks at the descriptor.
    drain_later: { ...MULTI_BUFFER, xskReservesForAll: false },
    ...{ overflow: MULTI_BUFFER, partial: MULTI_BUFFER },
  },
  allocates: true,
  contextual: false,
  weight: 64,
  usuallyNext: ['netdev_tx_next', 'netdev_tx_next', 'xsk_cq_read', 'xsk_tx_desc', 'xsk_sendto', 'netdev_set_mode'],
  points: XMIT_POINTS,
  draw(world, draw, args) {
    args.xsk = draw.chance(15, 16)
      ? pickHandle(world, draw, 'xsk', ({ tx }) => tx.cachedCons !== tx.producer)
      : draw.handle(world, 'xsk');
    return args.xsk >= 0;
  },
  applies() {
    return true;
  },
  run(world, args) {
    const xs = xskOf(world, args.xsk);
    const { err, ended } = xskGenericXmit(world, xs);
    world.ret = err;
    for (const skb of world.touchedSkbs) {
      if (skb.freed || skb.tx === null) continue;
      skb.payload = [];
      const { umem } = skb.tx.xs;
      for (const { addr, len } of skb.tx.descs)
        skb.payload = concatPayload(skb.payload, umemPayload(world, umem, xpRawGetData(umem, addr), len) ?? []);
    }
    return ended;
  },
  /**
   * The charge is the sk_buff with its head, and the memory of each descriptor. With zerocopy that is its chunk, or its
   * bytes where chunks are unaligned; with copies it is a page for each descriptor after the first.
   */
  expectTruesize(world) {
    const { skBuffSize, sharedInfoSize, pageSize } = world.abi;
    for (const skb of world.touchedSkbs) {
      if (skb.freed || skb.tx === null) continue;
      const { xs, descs, zerocopy, end } = skb.tx;
      skb.expectedTruesize = skBuffSize + sharedInfoSize + end;
      skb.truesizeDebt = Math.max(0, skb.data.end - end);
      for (let i = 0; i < descs.length; i++) {
        if (zerocopy) skb.expectedTruesize += xs.umem.unaligned ? descs[i].len : xs.umem.chunkSize;
        else if (i > 0) skb.expectedTruesize += pageSize;
      }
    }
  },
});

/**
 * close(): descriptors that wait in the ring are forgotten. Packets in flight complete into a ring that only other
 * sockets can read.
 */
const XSK_CLOSE = defineCommand({
  name: 'xsk_close',
  opcode: 370,
  system: 'xsk',
  args: [{ name: 'xsk', type: 'xsk', consumed: true }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 2,
  usuallyNext: ['consume_skb', 'netdev_tx_next', 'umem_free', 'xsk_bind'],
  draw(world, draw, args) {
    args.xsk = draw.handle(world, 'xsk');
    return args.xsk >= 0;
  },
  applies() {
    return true;
  },
  run(world, args) {
    const xs = xskOf(world, args.xsk);
    consume(world, args.xsk);
    xskRelease(world, xs);
    return 0;
  },
});

export const XSK_SOCKET_COMMANDS: readonly Command[] = [XSK_BIND, XSK_TX_DESC, SENDTO, XSK_CLOSE];
