import type { OutsideFamily, OutsideType } from '../../../model/structs/outside';
import type { World } from '../../../model/world/world';
import type { Draw } from '../../draw';
import { defineOutside } from '../define_outside';
import { fdNumber, fdOf, pickFd } from '../fd';
import { STAMP_ACKS, STAMP_ACKS_OF_DATA } from './stamps';

const SOL_SOCKET = 1;
const AF_VSOCK = 40;
const SOL_IP = 0;
const SOL_TLS = 282;
const SOL_IPV6 = 41;
const SOL_TCP = 6;
const SOL_UDP = 17;

/** A socket option: its level and number (include/uapi), and values that programs try. */
interface SocketOption {
  readonly level: number;
  readonly option: number;
  readonly values: readonly number[];
  /** Of the value; default: 4. */
  readonly bytes?: number;
  /** The families that have a use for an option of SOL_SOCKET; default: all. */
  readonly families?: readonly OutsideFamily[];
}

const SWITCH = [0, 1, 1, 1];
const IP: readonly OutsideFamily[] = ['inet', 'inet6'];

/** socket(7), tcp(7), udp(7). */
export const SOCKET_OPTIONS = {
  sndbuf: { level: SOL_SOCKET, option: 7, values: [0, 1, 2304, 4096, 16_384, 65_536, 1 << 20] },
  rcvbuf: { level: SOL_SOCKET, option: 8, values: [0, 1, 2304, 4096, 16_384, 65_536, 1 << 20] },
  oobinline: { level: SOL_SOCKET, option: 10, values: SWITCH, families: IP },
  priority: { level: SOL_SOCKET, option: 12, values: [0, 1, 6], families: IP },
  rcvlowat: { level: SOL_SOCKET, option: 18, values: [0, 1, 100, 5000, 1 << 20] },
  rcvbufforce: { level: SOL_SOCKET, option: 33, values: [4096, 1 << 20], families: IP },
  peek_off: { level: SOL_SOCKET, option: 42, values: [-1, 0, 1, 100, 5000], families: ['unix', ...IP] },
  inq: { level: SOL_SOCKET, option: 84, values: SWITCH, families: ['unix'] },
  passcred: { level: SOL_SOCKET, option: 16, values: SWITCH, families: ['unix'] },
  zerocopy: { level: SOL_SOCKET, option: 60, values: SWITCH, families: [...IP, 'vsock'] },
  tcp_nodelay: { level: SOL_TCP, option: 1, values: SWITCH },
  tcp_maxseg: { level: SOL_TCP, option: 2, values: [0, 88, 536, 1460, 32_767, 65_535] },
  tcp_cork: { level: SOL_TCP, option: 3, values: SWITCH },
  tcp_window_clamp: { level: SOL_TCP, option: 10, values: [0, 1, 1024, 65_535] },
  tcp_quickack: { level: SOL_TCP, option: 12, values: SWITCH },
  tcp_notsent_lowat: { level: SOL_TCP, option: 25, values: [0, 1, 4096] },
  udp_cork: { level: SOL_UDP, option: 1, values: SWITCH },
  udp_segment: { level: SOL_UDP, option: 103, values: [0, 1, 100, 1200, 1472, 9000, 65_535] },
  udp_gro: { level: SOL_UDP, option: 104, values: SWITCH },
  udp_encap: { level: SOL_UDP, option: 100, values: [0, 2, 2, 3, 4, 5] },
  reuseaddr: { level: SOL_SOCKET, option: 2, values: SWITCH, families: IP },
  reuseport: { level: SOL_SOCKET, option: 15, values: SWITCH, families: IP },
  ip_mtu_discover: { level: SOL_IP, option: 10, values: [0, 1, 2, 3, 4, 5] },
  ipv6_mtu_discover: { level: SOL_IPV6, option: 23, values: [0, 1, 2, 3, 4, 5] },
  tls_no_pad: { level: SOL_TLS, option: 4, values: SWITCH },
  tls_zerocopy: { level: SOL_TLS, option: 3, values: SWITCH },
  vm_buffer: { level: AF_VSOCK, option: 0, values: [0, 1, 4096, 100_000, 1 << 20], bytes: 8 },
  vm_buffer_min: { level: AF_VSOCK, option: 1, values: [0, 128, 1000, 100_000, 1 << 20], bytes: 8 },
  vm_buffer_max: { level: AF_VSOCK, option: 2, values: [128, 1000, 100_000, 1 << 20], bytes: 8 },
  timestamping: {
    level: SOL_SOCKET,
    option: 37,
    values: [0, STAMP_ACKS, STAMP_ACKS, STAMP_ACKS_OF_DATA, STAMP_ACKS_OF_DATA],
    families: IP,
  },
  ip_bind_no_port: { level: SOL_IP, option: 24, values: SWITCH },
} as const satisfies Readonly<Record<string, SocketOption>>;

export type SocketOptionName = keyof typeof SOCKET_OPTIONS;
export const SOCKET_OPTION_NAMES = Object.keys(SOCKET_OPTIONS) as SocketOptionName[];
/** In bytes; a send takes up to 100,000. */
const SMALL_BUFFER = 32_768;
const VALUE_MIN = -1;
const VALUE_MAX = 0x7fff_ffff;

export const SETSOCKOPT = defineOutside({
  name: 'setsockopt',
  number: 9,
  args: [
    { name: 'fd', type: 'fd' },
    { name: 'option', type: 'enum', words: SOCKET_OPTION_NAMES },
    { name: 'value', type: 'int', min: VALUE_MIN, max: VALUE_MAX },
  ],
  promised: { text: 'The option gets the value.', source: 'setsockopt(2), socket(7), tcp(7), udp(7)' },
  syscall: 'setsockopt',
  errors: ['EBADF', 'ENOTSOCK', 'ENOPROTOOPT', 'EINVAL', 'EOPNOTSUPP', 'EPERM'],
  // Documented, and no program here reaches it.
  elsewhere: ['EDOM', 'EISCONN', 'ENOTCONN', 'EBUSY'],
  weight: 14,
  usuallyNext: ['send', 'send', 'connect'],
  draw(world, draw, args) {
    args.fd = pickFd(world, draw, ({ what }) => what === 'socket');
    if (args.fd < 0) return false;
    args.option = drawOption(world, draw, args.fd);
    const { values } = SOCKET_OPTIONS[SOCKET_OPTION_NAMES[args.option]];
    args.value = values[draw.below(values.length)];
    return true;
  },
  run(world, { fd, option, value }) {
    if (SOCKET_OPTION_NAMES[option] === 'zerocopy') fdOf(world, fd).zerocopy = value === 1;
    if (SOCKET_OPTION_NAMES[option] === 'timestamping') fdOf(world, fd).stamps = value !== 0;
    if (SOCKET_OPTION_NAMES[option] === 'sndbuf') fdOf(world, fd).hasSmallBuffer = value < SMALL_BUFFER;
  },
  steps(_world, { fd, option, value }, _result, memory) {
    const { level, option: number, bytes: length = 4 }: SocketOption = SOCKET_OPTIONS[SOCKET_OPTION_NAMES[option]];
    const at = memory.take(length);
    const bytes = Buffer.alloc(length);
    bytes.writeInt32LE(value);
    return [
      { op: 'poke', at, bytes },
      { op: 'syscall', name: 'setsockopt', args: [fdNumber(fd), level, number, at, length] },
    ];
  },
});

/** Mostly an option that the socket has. */
function drawOption(world: World, draw: Draw, fd: Parameters<typeof fdOf>[1]): number {
  const { family, type, tls } = fdOf(world, fd);
  for (;;) {
    const option = draw.below(SOCKET_OPTION_NAMES.length);
    const { level, families }: SocketOption = SOCKET_OPTIONS[SOCKET_OPTION_NAMES[option]];
    const isOwn = level === SOL_TLS ? tls !== null : isOption(level, family, type);
    const fits = level === SOL_SOCKET ? families?.includes(family) !== false : isOwn;
    if (fits || draw.below(16) === 0) return option;
  }
}

function isOption(level: number, family: OutsideFamily, type: OutsideType): boolean {
  if (level === AF_VSOCK) return family === 'vsock';
  if (level === SOL_IP) return family === 'inet';
  if (level === SOL_IPV6) return family === 'inet6';
  return family !== 'unix' && family !== 'vsock' && (level === SOL_TCP) === (type === 'stream');
}
