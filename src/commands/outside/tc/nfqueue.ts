import type { IpText } from '../abi/address';
import { be16, u32 } from '../abi/bytes';
import { numbered } from '../abi/netlink/message';
import { newChain, newRule, newTable } from '../abi/nft/chain';
import { matchMeta, matchPayload, queueTo } from '../abi/nft/expression';
import { nftBatch } from '../abi/nft/message';
import { bindQueue, queueVerdict, queueVerdictUpTo } from '../abi/nft/queue';
import { ip, udp } from '../abi/packet/defaults';
import { packetBytes } from '../abi/packet/build';
import { sockaddrIp } from '../abi/sockaddr';
import { AF_INET, AF_INET6, AF_NETLINK, IPPROTO_UDP, SOCK_DGRAM, SOL_UDP, UDP_SEGMENT } from '../abi/uapi/sockets';
import type { CallMemory } from '../call_memory';
import { defineOutside } from '../define_outside';
import { fillStep } from '../fill';
import { MSG } from '../message_flags';
import { ownFd } from '../own_fd';
import type { Step } from '../step';
import { netfilterSteps } from './nft_rule';
import {
  QUEUE_FLAG_WORDS,
  QUEUE_LENGTH_MAX,
  QUEUE_ORDER_WORDS,
  QUEUE_VERDICT_WORDS,
  type QueuedPlan,
  queuedOf,
  type QueueNumbers,
  sentOf,
} from './nfqueue_plan';

const [RECEIVER, SENDER, READER] = [ownFd('queueReceiver'), ownFd('queueSender'), ownFd('queueReader')];
const [SOCK_RAW, SOCK_NONBLOCK] = [3, 0x800];
const NETLINK_NETFILTER = 12;
/** The answer to the reader's first message has this number; those of the rule count from 1. */
export const BIND_SEQUENCE = 101;
export const QUEUE_VERSIONS = ['4', '6'] as const;
/** Places of the path of a packet that the machine sends to itself. */
export const QUEUE_HOOKS = ['output', 'input'] as const;
const COUNT_MAX = 8;
const SIZE_MAX = 24_000;
const COPIED_MAX = 65_531;
const COPIES = [COPIED_MAX, COPIED_MAX, 0, 1, 20, 28, 100, 1500];
const GROW_MAX = 3000;
const FIRST_PORT = 40_000;
/** The sender's port is so much higher. */
const SENDER_PORTS = 10_000;
const LOCAL = { 4: '127.0.0.1', 6: '::1' } as const satisfies Record<string, IpText>;
/** A message of the queue has attributes beside the packet, and a reader may make a datagram longer. */
const MORE_BYTES = GROW_MAX + 1096;
/** The mark of packets that come again. */
const SEEN = 1;

export const NFQUEUE = defineOutside({
  name: 'nfqueue',
  number: 251,
  args: [
    { name: 'version', type: 'enum', words: QUEUE_VERSIONS, default: 0 },
    { name: 'at', type: 'enum', words: QUEUE_HOOKS, default: 0 },
    { name: 'count', type: 'int', min: 1, max: COUNT_MAX, default: 1 },
    { name: 'size', type: 'int', min: 1, max: SIZE_MAX },
    { name: 'segment', type: 'int', min: 0, max: SIZE_MAX, default: 0 },
    { name: 'flags', type: 'flags', words: QUEUE_FLAG_WORDS, default: 0 },
    { name: 'copied', type: 'int', min: 0, max: COPIED_MAX, default: COPIED_MAX },
    { name: 'length', type: 'int', min: 1, max: QUEUE_LENGTH_MAX, default: QUEUE_LENGTH_MAX },
    { name: 'verdict', type: 'enum', words: QUEUE_VERDICT_WORDS, default: 0 },
    { name: 'order', type: 'enum', words: QUEUE_ORDER_WORDS, default: 0 },
    { name: 'grow', type: 'int', min: -GROW_MAX, max: GROW_MAX, default: 0 },
  ],
  promised: {
    text: 'Datagrams wait for a reader of their queue. Each arrives as he answers: whole, changed, or not at all.',
    source: 'nft(8) (QUEUE STATEMENT), include/uapi/linux/netfilter/nfnetlink_queue.h',
  },
  syscall: null,
  errors: [],
  // Of a loopback device that is down or has a small MTU, and of more segments than a datagram may have.
  elsewhere: [
    ...(['EBADF', 'EINVAL', 'EMSGSIZE', 'ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EDESTADDRREQ'] as const),
    ...(['EAGAIN', 'EPERM', 'ECONNREFUSED', 'ENETDOWN', 'EIO', 'EACCES'] as const),
  ],
  weight: 2,
  usuallyNext: ['nfqueue'],
  draw(_world, draw, args) {
    args.version = draw.below(QUEUE_VERSIONS.length);
    args.at = draw.below(QUEUE_HOOKS.length);
    args.count = draw.chance(1, 3) ? 1 : draw.between(2, COUNT_MAX);
    args.size = draw.size(1, draw.chance(1, 4) ? SIZE_MAX : 3000);
    args.segment = draw.chance(1, 2) ? 0 : draw.size(1, Math.min(args.size, 1400));
    args.flags = draw.chance(1, 3) ? 0 : draw.below(1 << QUEUE_FLAG_WORDS.length);
    args.copied = draw.pick(COPIES);
    args.length = draw.chance(2, 3) ? QUEUE_LENGTH_MAX : draw.between(1, 4);
    args.verdict = draw.below(QUEUE_VERDICT_WORDS.length);
    args.order = draw.below(QUEUE_ORDER_WORDS.length);
    args.grow = draw.chance(1, 2) ? 0 : draw.between(-GROW_MAX, GROW_MAX);
    return true;
  },
  run() {
    // Its sockets are closed at its end.
  },
  steps(_world, args, _result, memory) {
    const version = args.version === 0 ? 4 : 6;
    const queue = memory.position;
    const sent = sentOf(args);
    const data = fillStep(memory, sent.count * sent.bytes);
    const buffer = memory.take(sent.bytes + MORE_BYTES);
    const datagrams = sent.count * (sent.segment === 0 ? 1 : Math.ceil(sent.bytes / sent.segment));
    return [
      ...ruleSteps(memory, QUEUE_HOOKS[args.at]),
      ...socketSteps(memory, version),
      ...readerSteps(memory, args),
      ...(sent.segment === 0 ? [] : segmentSteps(memory, sent.segment)),
      data,
      ...Array.from({ length: sent.count }, (_, at): Step => ({
        ...{ op: 'syscall', name: 'sendto', isMain: true },
        args: [SENDER, data.at + at * sent.bytes, sent.bytes, MSG.dontwait | MSG.nosignal, 0, 0],
      })),
      readSteps(READER, buffer, sent.bytes + MORE_BYTES, datagrams),
      ...answerSteps(
        memory,
        args,
        version,
        queuedOf(args, queue, () => true),
      ),
      readSteps(RECEIVER, buffer, sent.bytes + MORE_BYTES, datagrams),
      ...[READER, SENDER, RECEIVER].map((fd): Step => ({ op: 'syscall', name: 'close', args: [fd] })),
    ];
  },
});

const portOf = ({ position }: CallMemory): number => FIRST_PORT + position;

/** A packet that comes again has a mark, and passes. */
function ruleSteps(memory: CallMemory, hook: (typeof QUEUE_HOOKS)[number]): Step[] {
  const table = `queue${memory.position}`;
  return netfilterSteps(
    memory,
    nftBatch([
      newTable('inet', table),
      newChain({ family: 'inet', table, name: 'all', type: 'filter', hook, priority: 0 }),
      newRule('inet', table, 'all', [
        ...matchMeta('l4proto', 'eq', IPPROTO_UDP),
        ...matchPayload('transport', DESTINATION_AT, 'eq', be16(portOf(memory))),
        ...matchMeta('mark', 'eq', 0),
        ...queueTo(memory.position),
      ]),
    ]),
  );
}

/** Of the header of UDP. */
const DESTINATION_AT = 2;

function socketSteps(memory: CallMemory, version: 4 | 6): Step[] {
  const family = version === 4 ? AF_INET : AF_INET6;
  const [to, from] = [0, SENDER_PORTS].map((more) => sockaddrIp(LOCAL[version], portOf(memory) + more));
  const [toAt, fromAt] = [memory.take(to.length), memory.take(from.length)];
  const made = [RECEIVER, SENDER].map((fd): Step => ({
    ...{ op: 'syscall', name: 'socket', fd },
    args: [family, SOCK_DGRAM | SOCK_NONBLOCK, 0],
  }));
  return [
    { op: 'poke', at: toAt, bytes: to },
    { op: 'poke', at: fromAt, bytes: from },
    ...made,
    { op: 'syscall', name: 'bind', args: [RECEIVER, toAt, to.length] },
    { op: 'syscall', name: 'bind', args: [SENDER, fromAt, from.length] },
    { op: 'syscall', name: 'connect', args: [SENDER, toAt, to.length] },
  ];
}

function readerSteps(
  memory: CallMemory,
  { flags, copied, length }: { flags: number; copied: number; length: number },
): Step[] {
  const has = (word: (typeof QUEUE_FLAG_WORDS)[number]): boolean =>
    ((flags >>> QUEUE_FLAG_WORDS.indexOf(word)) & 1) === 1;
  const settings = {
    ...{ queue: memory.position, copied_bytes: copied, length_packets: length },
    ...{ gso: has('gso'), failOpen: has('fail_open'), conntrack: has('conntrack'), uidGid: has('uid_gid') },
  };
  const bytes = numbered([bindQueue(settings)], BIND_SEQUENCE);
  const [at, answer] = [memory.take(bytes.length), memory.take(ANSWER_BYTES)];
  return [
    { op: 'poke', at, bytes },
    { op: 'syscall', name: 'socket', args: [AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK, NETLINK_NETFILTER], fd: READER },
    { op: 'syscall', name: 'write', args: [READER, at, bytes.length] },
    {
      ...{ op: 'syscall', name: 'recvfrom', args: [READER, answer, ANSWER_BYTES, MSG.dontwait, 0, 0] },
      out: [{ at: answer, bytes: ANSWER_BYTES, upToReturn: true }],
    },
  ];
}

const ANSWER_BYTES = 256;

function segmentSteps(memory: CallMemory, segment: number): Step[] {
  const at = memory.take(4);
  return [
    { op: 'poke', at, bytes: u32(segment) },
    { op: 'syscall', name: 'setsockopt', args: [SENDER, SOL_UDP, UDP_SEGMENT, at, 4] },
  ];
}

/** Reads all messages that are there. The last read is refused. */
const readSteps = (fd: number, at: number, bytes: number, messages: number): Step => ({
  ...{ op: 'repeat', times: messages + 2, until: 'error' },
  steps: [{ op: 'syscall', name: 'read', args: [fd, at, bytes], out: [{ at, bytes, upToReturn: true }] }],
});

function answerSteps(memory: CallMemory, args: QueueNumbers, version: 4 | 6, packets: readonly QueuedPlan[]): Step[] {
  const queue = memory.position;
  const waiting = packets.filter(({ verdict }) => verdict !== null);
  const answers = waiting.flatMap((packet, at) => answerOf(memory, queue, version, packet, at + 1));
  if (QUEUE_ORDER_WORDS[args.order] === 'backwards') answers.reverse();
  const [first] = waiting;
  const isBatch = QUEUE_ORDER_WORDS[args.order] === 'batch' && first?.verdict !== 'none';
  const messages = isBatch ? [queueVerdictUpTo(queue, waiting.length, batchVerdict(first))] : answers;
  return messages.flatMap((bytes): Step[] => {
    const at = memory.take(bytes.length);
    return [
      { op: 'poke', at, bytes },
      { op: 'syscall', name: 'write', args: [READER, at, bytes.length] },
    ];
  });
}

const batchVerdict = ({ verdict }: QueuedPlan): 'accept' | 'drop' | 'stop' =>
  verdict === 'drop' || verdict === 'stop' ? verdict : 'accept';

function answerOf(memory: CallMemory, queue: number, version: 4 | 6, packet: QueuedPlan, id: number): Buffer[] {
  const { verdict, mangled } = packet;
  switch (verdict) {
    case null:
    case 'none':
      return [];
    case 'repeat':
      return [queueVerdict(queue, id, 'repeat', { mark: SEEN })];
    case 'mangle':
      return [queueVerdict(queue, id, 'accept', { payload: wholeOf(memory, version, mangled) })];
    default:
      return [queueVerdict(queue, id, verdict)];
  }
}

/** A packet of the connection with other data, from the header of IP on. */
function wholeOf(memory: CallMemory, version: 4 | 6, data: Buffer): Buffer {
  const ports = { sport: portOf(memory) + SENDER_PORTS, dport: portOf(memory) };
  return packetBytes([ip(LOCAL[version], LOCAL[version]), udp(ports)], data);
}
