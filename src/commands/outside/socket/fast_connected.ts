import { OutsideFd } from '../../../model/structs/outside';
import { nameResult } from '../../pick';
import { u32 } from '../abi/bytes';
import { SO_ZEROCOPY, SOL_SOCKET, SOL_TCP } from '../abi/uapi/sockets';
import { TCP_FASTOPEN, TCP_FASTOPEN_CONNECT, TCP_FASTOPEN_NO_COOKIE, TCP_INFO } from '../abi/uapi/sockets';
import type { CallMemory } from '../call_memory';
import { defineOutside } from '../define_outside';
import { fdNumber } from '../fd';
import { fillStep } from '../fill';
import { sysctlSteps } from '../link/steps/sysctl_steps';
import { MSG } from '../message_flags';
import { ownFd } from '../own_fd';
import { optionSteps } from '../option_steps';
import type { Step } from '../step';
import { addressOf, FAMILY_NUMBERS, TYPE_NUMBERS } from './address';
import { UNNAMED } from './connected';

const FAMILIES = { tcp: 'inet', tcp6: 'inet6' } as const;
export const FAST_KIND_WORDS = ['tcp', 'tcp6'] as const;
export const familyOfKind = (kind: number): 'inet' | 'inet6' => FAMILIES[FAST_KIND_WORDS[kind]];
/** The call that sends the SYN: sendto with an address, or the first send behind a connect that does nothing. */
const WAY_WORDS = ['send', 'connect'] as const;
/** none: both ends do without; asked: the first connection asks for one; known: an earlier one did. */
const COOKIE_WORDS = ['none', 'known', 'asked'] as const;
export const FAST_FLAG_WORDS = ['dontwait', 'zerocopy', 'more'] as const;
const MSG_FASTOPEN = 0x2000_0000;
/** The client and the server may: Documentation/networking/ip-sysctl.rst. */
const BOTH_ENDS = 3;
const QUEUE_LENGTH = 16;
const LEN_MAX = 100_000;
const LISTENER = ownFd('listener');
const [EARLIER, ITS_PEER] = [ownFd('earlierClient'), ownFd('earlierServer')];
const LIMIT_MS = 500;

export const FAST_CONNECTED = defineOutside({
  name: 'fast_connected',
  number: 213,
  args: [
    { name: 'kind', type: 'enum', words: FAST_KIND_WORDS },
    { name: 'len', type: 'int', min: 0, max: LEN_MAX, default: 0 },
    { name: 'way', type: 'enum', words: WAY_WORDS, default: 0 },
    { name: 'cookie', type: 'enum', words: COOKIE_WORDS, default: 0 },
    { name: 'flags', type: 'flags', words: FAST_FLAG_WORDS, default: 0 },
  ],
  result: 'fd',
  promised: {
    text: 'The peer receives what the call that connected says it took: once, and before all that is sent later.',
    source: 'MSG_FASTOPEN of send(2), TCP_FASTOPEN_CONNECT of tcp(7), RFC 7413',
  },
  syscall: null,
  errors: [],
  elsewhere: ['EBADF', 'EINVAL', 'EINTR'],
  weight: 3,
  usuallyNext: ['pair_end', 'pair_end', 'pair_end', 'send'],
  draw(_world, draw, args) {
    args.kind = draw.below(FAST_KIND_WORDS.length);
    args.len = draw.size(0, draw.chance(2, 3) ? 1500 : LEN_MAX);
    args.way = draw.below(WAY_WORDS.length);
    args.cookie = draw.chance(1, 2) ? 0 : draw.below(COOKIE_WORDS.length);
    args.flags = draw.chance(1, 2) ? 0 : draw.below(1 << FAST_FLAG_WORDS.length);
    return true;
  },
  run(world, { kind, flags }, result) {
    const fd = new OutsideFd(result, 'socket', familyOfKind(kind), 'stream');
    fd.hasUnnamed = true;
    fd.zerocopy = isZerocopy(flags);
    nameResult(world, result, 'fd', fd);
  },
  steps(_world, { kind, len, way, cookie, flags }, result, memory) {
    const family = familyOfKind(kind);
    const address = addressOf({ family, addressId: result });
    const at = memory.take(address.length);
    const sort = [FAMILY_NUMBERS[family], TYPE_NUMBERS.stream, 0];
    const fd = fdNumber(result);
    const isFree = COOKIE_WORDS[cookie] === 'none';
    const data = fillStep(memory, len);
    const wait = (flags & 1) === 0 ? 0 : MSG.dontwait;
    const more = (flags & 4) === 0 ? 0 : MSG.more;
    const own = wait | more | (isZerocopy(flags) ? MSG.zerocopy : 0);
    const isSent = WAY_WORDS[way] === 'send';
    const receiver = isSent ? [at, address.length] : [0, 0];
    return [
      ...sysctlSteps(memory, 'ipv4/tcp_fastopen', BOTH_ENDS),
      { op: 'poke', at, bytes: address },
      data,
      { op: 'syscall', name: 'socket', args: sort, fd: LISTENER },
      { op: 'syscall', name: 'bind', args: [LISTENER, at, address.length] },
      ...optionSteps(memory, LISTENER, SOL_TCP, TCP_FASTOPEN, u32(QUEUE_LENGTH)),
      ...(isFree ? optionSteps(memory, LISTENER, SOL_TCP, TCP_FASTOPEN_NO_COOKIE, u32(1)) : []),
      { op: 'syscall', name: 'listen', args: [LISTENER, QUEUE_LENGTH] },
      ...(COOKIE_WORDS[cookie] === 'known' ? earlierSteps(sort, at, address.length) : []),
      { op: 'syscall', name: 'socket', args: sort, fd },
      ...(isFree ? optionSteps(memory, fd, SOL_TCP, TCP_FASTOPEN_NO_COOKIE, u32(1)) : []),
      ...(isZerocopy(flags) ? optionSteps(memory, fd, SOL_SOCKET, SO_ZEROCOPY, u32(1)) : []),
      ...(isSent
        ? []
        : [
            ...optionSteps(memory, fd, SOL_TCP, TCP_FASTOPEN_CONNECT, u32(1)),
            ...[{ op: 'syscall', name: 'connect', args: [fd, at, address.length], limit_ms: LIMIT_MS } as const],
          ]),
      {
        ...{ op: 'syscall', name: 'sendto', args: [fd, data.at, len, own | (isSent ? MSG_FASTOPEN : 0), ...receiver] },
        limit_ms: LIMIT_MS,
      },
      {
        ...{ op: 'syscall', name: 'accept4', args: [LISTENER, 0, 0, 0], fd: fd + UNNAMED, limit_ms: LIMIT_MS },
        isMain: true,
      },
      { op: 'syscall', name: 'close', args: [LISTENER] },
      ...infoSteps(memory, fd),
    ];
  },
});

/** Of struct tcp_info: the first bytes, the place of tcpi_options, and the bit that says that the SYN had data. */
const INFO_BYTES = 8;
const OPTIONS_AT = 5;
export const TCPI_OPT_SYN_DATA = 32;

/** Asks whether the SYN had data: tests do, as no promise says that it must. */
function infoSteps(memory: CallMemory, fd: number): Step[] {
  const [at, length] = [memory.take(INFO_BYTES), memory.take(4)];
  return [
    { op: 'poke', at: length, bytes: u32(INFO_BYTES) },
    {
      ...{ op: 'syscall', name: 'getsockopt', args: [fd, SOL_TCP, TCP_INFO, at, length] },
      out: [{ at: at + OPTIONS_AT, bytes: 1 }],
    },
  ];
}

export const isZerocopy = (flags: number): boolean => (flags & 2) !== 0;

/** A connection that brings the cookie, and ends. */
function earlierSteps(sort: readonly number[], at: number, bytes: number): Step[] {
  return [
    { op: 'syscall', name: 'socket', args: sort, fd: EARLIER },
    { op: 'syscall', name: 'sendto', args: [EARLIER, at, 0, MSG_FASTOPEN, at, bytes], limit_ms: LIMIT_MS },
    { op: 'syscall', name: 'accept4', args: [LISTENER, 0, 0, 0], fd: ITS_PEER, limit_ms: LIMIT_MS },
    { op: 'syscall', name: 'close', args: [ITS_PEER] },
    { op: 'syscall', name: 'close', args: [EARLIER] },
  ];
}
