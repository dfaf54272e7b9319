import { cat, u16, u32, u8, zeros } from '../abi/bytes';
import { cmsg } from '../abi/msg';
import { defineOutside } from '../define_outside';
import { fdNumber, fdOf, pickFd } from '../fd';
import { fillStep } from '../fill';
import { MSG } from '../message_flags';
import { messageHeader } from '../msghdr';
import { addressOf } from './address';

const SOL_IP = 0;
const SOL_UDP = 17;
const SOL_IPV6 = 41;
const LEN_MAX = 65_536;
const SIZE_MAX = 2048;
const TIMES_MAX = 64;

/** An extension header of options: its length in 8 bytes each, then PadN options (RFC 8200 sections 4.2 and 4.6). */
function options(size: number): Buffer {
  const bytes = Math.max(8, size & ~7);
  const pads: Buffer[] = [];
  for (let left = bytes - 2; left > 0;) {
    const pad = Math.min(left, 200);
    // One byte is Pad1, and two or more are PadN.
    pads.push(pad === 1 ? u8(0) : cat(u8(1), u8(pad - 2), zeros(pad - 2)));
    left -= pad;
  }
  return cat(u8(0), u8(bytes / 8 - 1), ...pads);
}

/** A routing header of type 0, which is deprecated, without addresses left (RFC 8200 section 4.4, RFC 5095). */
const routing = (size: number): Buffer => {
  const bytes = options(Math.max(24, size));
  bytes.fill(0, 2);
  return bytes;
};

interface ControlKind {
  readonly level: number;
  readonly type: number;
  readonly data: (size: number) => Buffer;
}

/** ip(7), ipv6(7), udp(7). */
const CONTROL_KINDS = {
  dstopts: { level: SOL_IPV6, type: 59, data: options },
  hopopts: { level: SOL_IPV6, type: 54, data: options },
  rthdrdstopts: { level: SOL_IPV6, type: 55, data: options },
  rthdr: { level: SOL_IPV6, type: 57, data: routing },
  pktinfo6: { level: SOL_IPV6, type: 50, data: () => zeros(20) },
  hoplimit: { level: SOL_IPV6, type: 52, data: (size) => u32(size) },
  tclass: { level: SOL_IPV6, type: 67, data: (size) => u32(size) },
  pktinfo: { level: SOL_IP, type: 8, data: () => zeros(12) },
  tos: { level: SOL_IP, type: 1, data: (size) => u32(size) },
  ttl: { level: SOL_IP, type: 2, data: (size) => u32(size) },
  segment: { level: SOL_UDP, type: 103, data: (size) => u16(size) },
} as const satisfies Readonly<Record<string, ControlKind>>;

export type ControlName = keyof typeof CONTROL_KINDS;
export const CONTROL_NAMES = Object.keys(CONTROL_KINDS) as ControlName[];

export const SEND_CONTROL = defineOutside({
  name: 'send_control',
  number: 28,
  args: [
    { name: 'fd', type: 'fd' },
    { name: 'to', type: 'fd', optional: true },
    { name: 'len', type: 'int', min: 0, max: LEN_MAX },
    { name: 'kind', type: 'enum', words: CONTROL_NAMES },
    { name: 'times', type: 'int', min: 1, max: TIMES_MAX, default: 1 },
    { name: 'size', type: 'int', min: 0, max: SIZE_MAX, default: 8 },
  ],
  promised: {
    text: 'A datagram goes out with the ancillary data that the call names, or the call is refused.',
    source: 'sendmsg(2), cmsg(3), ipv6(7), RFC 3542',
  },
  syscall: 'sendmsg',
  errors: [
    ...(['EBADF', 'ENOTSOCK', 'EAGAIN', 'EPIPE', 'ECONNRESET', 'ECONNREFUSED', 'ENOTCONN', 'EDESTADDRREQ'] as const),
    ...(['EMSGSIZE', 'EISCONN', 'EINVAL', 'EOPNOTSUPP', 'EAFNOSUPPORT', 'EPERM'] as const),
    ...(['ENETUNREACH'] as const),
  ],
  // Documented, and no program here reaches it.
  elsewhere: ['EIO', 'EPROTOTYPE', 'ENODEV', 'EADDRNOTAVAIL', 'EHOSTUNREACH', 'ENETDOWN', 'ENXIO', 'EACCES'],
  weight: 4,
  usuallyNext: ['recv', 'recv', 'send_control'],
  draw(world, draw, args) {
    args.fd = pickFd(world, draw, (fd) => fd.what === 'socket' && fd.type === 'dgram' && fd.family !== 'unix');
    if (args.fd < 0) return false;
    const { peer, family } = fdOf(world, args.fd);
    if (peer === null) {
      args.to = pickFd(world, draw, (fd) => fd.bound && fd.family === family && fd.type === 'dgram');
      if (args.to < 0) return false;
    }
    args.len = draw.chance(1, 8) ? draw.size(0, LEN_MAX) : draw.size(0, 3000);
    args.kind = draw.below(CONTROL_NAMES.length);
    args.times = draw.chance(1, 2) ? 1 : draw.size(1, TIMES_MAX);
    args.size = draw.chance(1, 3) ? SIZE_MAX - 8 * draw.below(8) : draw.size(0, SIZE_MAX);
    return true;
  },
  run(world, { fd, to }) {
    const target = to >= 0 ? fdOf(world, to) : fdOf(world, fd).peer;
    if (target !== null) target.queued++;
  },
  steps(world, { fd, to, len, kind, times, size }, _result, memory) {
    const fill = fillStep(memory, len);
    const { level, type, data } = CONTROL_KINDS[CONTROL_NAMES[kind]];
    const bytes = cat(...Array.from({ length: times }, () => cmsg(level, type, data(size))));
    const control = { at: memory.take(bytes.length), bytes: bytes.length };
    const address = to >= 0 ? addressOf(fdOf(world, to)) : zeros(0);
    const name = { at: memory.take(address.length), bytes: address.length };
    const header = messageHeader(memory, { data: [fill], control, ...(to >= 0 ? { name } : {}) });
    return [
      fill,
      { op: 'poke', at: control.at, bytes },
      { op: 'poke', at: name.at, bytes: address },
      header.step,
      { op: 'syscall', name: 'sendmsg', args: [fdNumber(fd), header.at, MSG.dontwait | MSG.nosignal] },
    ];
  },
});
