import type { OutsideFd } from '../../../model/structs/outside';
import { defineOutside } from '../define_outside';
import { fdNumber, fdOf, pickFd } from '../fd';
import { fillStep } from '../fill';
import { MSG, messageFlags } from '../message_flags';
import type { Step } from '../step';
import { addressOf } from './address';

export const SEND_FLAGS = ['more', 'oob', 'zerocopy', 'eor'] as const;
const OOB = 1 << SEND_FLAGS.indexOf('oob');
const ZEROCOPY = 1 << SEND_FLAGS.indexOf('zerocopy');
/** More than MAX_SKB_FRAGS pages of 4096 bytes, and more than the largest datagram. */
export const SEND_MAX = 100_000;
const DATAGRAM_MAX = 65_536;
const LARGE_ONE_OF = 8;
const USUAL_MAX = 9000;
/** Around the largest datagrams of UDP over IPv4 and IPv6. */
const LONGEST = [65_507, 65_508, 65_527, 65_528, 65_530, 65_535];

export const SEND = defineOutside({
  name: 'send',
  number: 7,
  args: [
    { name: 'fd', type: 'fd' },
    { name: 'to', type: 'fd', optional: true },
    { name: 'len', type: 'int', min: 0, max: SEND_MAX },
    { name: 'flags', type: 'flags', words: SEND_FLAGS, default: 0 },
  ],
  promised: {
    text: 'The call returns the number of bytes that it took. It takes a datagram whole or not at all.',
    source: 'send(2)',
  },
  syscall: 'sendto',
  errors: [
    ...(['EBADF', 'ENOTSOCK', 'EAGAIN', 'EPIPE', 'ECONNRESET', 'ECONNREFUSED', 'ENOTCONN', 'EDESTADDRREQ'] as const),
    ...(['EMSGSIZE', 'EISCONN', 'EINVAL', 'EOPNOTSUPP', 'EAFNOSUPPORT'] as const),
    ...(['EPERM', 'ENETUNREACH'] as const),
    // Of a connection whose records cannot be read: tls_err_abort.
    'EBADMSG',
    // A program drops what the socket sends: tcp_bpf_send_verdict.
    'EACCES',
  ],
  // Documented, and no program here reaches it.
  elsewhere: ['EPROTOTYPE', 'ETIMEDOUT', 'EIO', 'EHOSTUNREACH', 'ENETDOWN', 'ENXIO', 'ENODEV'],
  weight: 30,
  usuallyNext: ['recv', 'recv', 'send', 'send', 'zerocopy_done'],
  draw(world, draw, args) {
    args.fd = pickFd(world, draw, canSend);
    if (args.fd < 0) return false;
    const { peer, family, type, hasSmallBuffer } = fdOf(world, args.fd);
    if (peer === null && type === 'dgram') {
      args.to = pickFd(world, draw, (fd) => fd.bound && fd.family === family && fd.type === 'dgram');
      if (args.to < 0) return false;
    }
    const max = type === 'dgram' ? DATAGRAM_MAX : SEND_MAX;
    args.len = draw.below(hasSmallBuffer ? 2 : LARGE_ONE_OF) === 0 ? draw.size(0, max) : draw.size(0, USUAL_MAX);
    if (type === 'dgram' && draw.chance(1, 16)) args.len = LONGEST[draw.below(LONGEST.length)];
    args.flags = draw.chance(1, 3) ? drawFlags((n) => draw.below(n), fdOf(world, args.fd)) : 0;
    return true;
  },
  run(world, { fd, to, flags }) {
    const object = fdOf(world, fd);
    object.notified = false;
    const target = to >= 0 ? fdOf(world, to) : object.peer;
    if (target === null) return;
    target.queued++;
    if ((flags & OOB) !== 0 && target.isStream) target.urgent = true;
  },
  steps(world, { fd, to, len, flags }, _result, memory) {
    const fill = fillStep(memory, len);
    const bits = messageFlags(SEND_FLAGS, flags) | MSG.dontwait | MSG.nosignal;
    const steps: Step[] = [fill];
    let address = 0;
    let addressBytes = 0;
    if (to >= 0) {
      const bytes = addressOf(fdOf(world, to));
      address = memory.take(bytes.length);
      addressBytes = bytes.length;
      steps.push({ op: 'poke', at: address, bytes });
    }
    steps.push({ op: 'syscall', name: 'sendto', args: [fdNumber(fd), fill.at, len, bits, address, addressBytes] });
    return steps;
  },
});

/** Each flag now and then, urgent data and zerocopy only where they mean something. */
function drawFlags(below: (n: number) => number, { type, family, zerocopy }: OutsideFd): number {
  // The other flags mean nothing to a stream of AF_UNIX.
  if (family === 'unix' && type === 'stream' && below(2) === 0) return OOB;
  if (zerocopy && below(2) === 0) return ZEROCOPY;
  switch (below(4)) {
    case 0:
      return 1 << SEND_FLAGS.indexOf('more');
    case 1:
      return type === 'stream' ? OOB : 0;
    case 2:
      return zerocopy || below(8) === 0 ? ZEROCOPY : 0;
    default:
      return family === 'unix' ? 1 << SEND_FLAGS.indexOf('eor') : 0;
  }
}

function canSend(fd: OutsideFd): boolean {
  return fd.what === 'socket' && !fd.listening && !fd.shutWrite && (fd.peer !== null || fd.type === 'dgram');
}
