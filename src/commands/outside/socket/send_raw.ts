import { be16, cat, u8, zeros } from '../abi/bytes';
import { sockaddrIp } from '../abi/sockaddr';
import { defineOutside } from '../define_outside';
import { fillStep } from '../fill';
import { MSG } from '../message_flags';
import { ownFd } from '../own_fd';

const RAW_MAX = 9000;
const SOCKET = ownFd('rawSocket');
const LOCALHOST = '127.0.0.1';
/** Protocols of packets that no socket of a program gets: one for experiments (RFC 3692), ICMP, and UDP to discard. */
const PROTOCOLS = { experiment: 253, icmp: 1, udp: 17 } as const;
const WORDS = Object.keys(PROTOCOLS) as (keyof typeof PROTOCOLS)[];
const PORTS = cat(be16(9), be16(9));
const HEADER_BYTES = 20;

export const SEND_RAW = defineOutside({
  name: 'send_raw',
  number: 26,
  args: [
    { name: 'len', type: 'int', min: 0, max: RAW_MAX },
    { name: 'version', type: 'int', min: 0, max: 15, default: 4 },
    { name: 'ihl', type: 'int', min: 0, max: 15, default: 5 },
    { name: 'fragment', type: 'int', min: 0, max: 0xffff, default: 0 },
    { name: 'protocol', type: 'enum', words: WORDS },
  ],
  promised: {
    text: 'The packet goes out with the header that it has; a header of a wrong length is refused.',
    source: 'IP_HDRINCL of raw(7), RFC 791 section 3.1',
  },
  syscall: 'sendto',
  errors: ['EINVAL', 'EMSGSIZE'],
  // Documented, and no program here reaches it.
  elsewhere: ['EAGAIN', 'EPERM'],
  weight: 2,
  draw(_world, draw, args) {
    args.len = draw.chance(1, 4) ? draw.size(0, RAW_MAX) : draw.size(0, 128);
    args.version = draw.chance(1, 8) ? draw.below(16) : 4;
    args.ihl = draw.chance(1, 2) ? draw.below(16) : 5;
    args.fragment = draw.chance(1, 4) ? draw.below(0x10000) : 0;
    args.protocol = draw.below(WORDS.length);
    return true;
  },
  run: () => undefined,
  steps(_world, { len, version, ihl, fragment, protocol }, _result, memory) {
    const fill = fillStep(memory, len);
    const header = cat(
      ...[u8((version << 4) | ihl), u8(0), be16(len), be16(1), be16(fragment), u8(64), u8(PROTOCOLS[WORDS[protocol]])],
      ...[zeros(2), sockaddrIp(LOCALHOST, 0).subarray(4, 8), sockaddrIp(LOCALHOST, 0).subarray(4, 8), PORTS],
    );
    const to = sockaddrIp(LOCALHOST, 0);
    const at = memory.take(to.length);
    const bytes = header.subarray(0, Math.min(len, HEADER_BYTES + PORTS.length));
    return [
      fill,
      { op: 'poke', at: fill.at, bytes },
      { op: 'poke', at, bytes: to },
      { op: 'syscall', name: 'socket', args: [2, 3, 255], fd: SOCKET },
      { op: 'syscall', name: 'sendto', args: [SOCKET, fill.at, len, MSG.dontwait, at, to.length] },
      { op: 'syscall', name: 'close', args: [SOCKET] },
    ];
  },
});
