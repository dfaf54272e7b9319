import type { World } from '../../../model/world/world';
import type { Draw } from '../../draw';
import { defineOutside } from '../define_outside';
import { fdNumber, fdOf, pickFd } from '../fd';

const SOL_SOCKET = 1;
const SOL_TCP = 6;
const SOL_UDP = 17;

/** A socket option: its level and number (include/uapi), and values that programs try. */
interface SocketOption {
  readonly level: number;
  readonly option: number;
  readonly values: readonly number[];
}

const SWITCH = [0, 1, 1, 1];

/** socket(7), tcp(7), udp(7). */
export const SOCKET_OPTIONS = {
  sndbuf: { level: SOL_SOCKET, option: 7, values: [0, 1, 2304, 4096, 16_384, 65_536, 1 << 20] },
  rcvbuf: { level: SOL_SOCKET, option: 8, values: [0, 1, 2304, 4096, 16_384, 65_536, 1 << 20] },
  oobinline: { level: SOL_SOCKET, option: 10, values: SWITCH },
  priority: { level: SOL_SOCKET, option: 12, values: [0, 1, 6] },
  rcvlowat: { level: SOL_SOCKET, option: 18, values: [0, 1, 100, 5000, 1 << 20] },
  rcvbufforce: { level: SOL_SOCKET, option: 33, values: [4096, 1 << 20] },
  peek_off: { level: SOL_SOCKET, option: 42, values: [-1, 0, 1, 100, 5000] },
  inq: { level: SOL_SOCKET, option: 84, values: SWITCH },
  passcred: { level: SOL_SOCKET, option: 16, values: SWITCH },
  zerocopy: { level: SOL_SOCKET, option: 60, values: SWITCH },
  tcp_nodelay: { level: SOL_TCP, option: 1, values: SWITCH },
  tcp_maxseg: { level: SOL_TCP, option: 2, values: [0, 88, 536, 1460, 32_767, 65_535] },
  tcp_cork: { level: SOL_TCP, option: 3, values: SWITCH },
  tcp_window_clamp: { level: SOL_TCP, option: 10, values: [0, 1, 1024, 65_535] },
  tcp_quickack: { level: SOL_TCP, option: 12, values: SWITCH },
  tcp_notsent_lowat: { level: SOL_TCP, option: 25, values: [0, 1, 4096] },
  udp_cork: { level: SOL_UDP, option: 1, values: SWITCH },
  udp_segment: { level: SOL_UDP, option: 103, values: [0, 1, 100, 1200, 1472, 9000, 65_535] },
  udp_gro: { level: SOL_UDP, option: 104, values: SWITCH },
} as const satisfies Readonly<Record<string, SocketOption>>;

export type SocketOptionName = keyof typeof SOCKET_OPTIONS;
export const SOCKET_OPTION_NAMES = Object.keys(SOCKET_OPTIONS) as SocketOptionName[];
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
  errors: ['EBADF', 'ENOTSOCK', 'ENOPROTOOPT', 'EINVAL', 'EOPNOTSUPP', 'EPERM', 'EDOM', 'EISCONN', 'ENOTCONN', 'EBUSY'],
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
  },
  steps(_world, { fd, option, value }, _result, memory) {
    const at = memory.take(4);
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(value);
    const { level, option: number } = SOCKET_OPTIONS[SOCKET_OPTION_NAMES[option]];
    return [
      { op: 'poke', at, bytes },
      { op: 'syscall', name: 'setsockopt', args: [fdNumber(fd), level, number, at, 4] },
    ];
  },
});

/** Mostly an option that the socket has. */
function drawOption(world: World, draw: Draw, fd: Parameters<typeof fdOf>[1]): number {
  const { family, type } = fdOf(world, fd);
  for (;;) {
    const option = draw.below(SOCKET_OPTION_NAMES.length);
    const { level } = SOCKET_OPTIONS[SOCKET_OPTION_NAMES[option]];
    const fits = level === SOL_SOCKET || (family !== 'unix' && (level === SOL_TCP) === (type === 'stream'));
    if (fits || draw.below(16) === 0) return option;
  }
}
