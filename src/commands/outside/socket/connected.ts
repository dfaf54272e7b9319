import { OutsideFd, type OutsideFamily, type OutsideType } from '../../../model/structs/outside';
import { nameResult } from '../../pick';
import { defineOutside } from '../define_outside';
import { fdNumber } from '../fd';
import { FDS_MAX, FIRST_FD } from '../step';
import { addressOf, FAMILY_NUMBERS, TYPE_NUMBERS } from './address';

interface Connection {
  readonly family: OutsideFamily;
  readonly type: OutsideType;
  readonly protocol: number;
}

/** Most connections are of TCP. */
const DRAWN = ['tcp', 'tcp', 'tcp', 'tcp6', 'tcp6', 'mptcp', 'vsock', 'vsock_packets'] as const;
const IPPROTO_MPTCP = 262;

/** Connections of the machine with itself. */
export const CONNECTIONS = {
  tcp: { family: 'inet', type: 'stream', protocol: 0 },
  tcp6: { family: 'inet6', type: 'stream', protocol: 0 },
  mptcp: { family: 'inet', type: 'stream', protocol: IPPROTO_MPTCP },
  vsock: { family: 'vsock', type: 'stream', protocol: 0 },
  vsock_packets: { family: 'vsock', type: 'seqpacket', protocol: 0 },
} as const satisfies Readonly<Record<string, Connection>>;
export const CONNECTION_WORDS = Object.keys(CONNECTIONS) as (keyof typeof CONNECTIONS)[];

/** As in socketpair: the second descriptor has this number more until pair_end names it. */
const UNNAMED = 400;
const LISTENER = FIRST_FD + FDS_MAX - 4;
const ACCEPT_LIMIT_MS = 500;

export const CONNECTED = defineOutside({
  name: 'connected',
  number: 33,
  args: [{ name: 'kind', type: 'enum', words: CONNECTION_WORDS }],
  result: 'fd',
  promised: { text: 'Two sockets are connected; the name is the end that connected.', source: 'connect(2), accept(2)' },
  syscall: 'accept4',
  // The kernel lacks the protocol: no listener is there, so that accept4 has no descriptor.
  errors: ['EBADF', 'EINVAL', 'EINTR'],
  weight: 4,
  usuallyNext: ['pair_end', 'pair_end', 'pair_end'],
  draw(_world, draw, args) {
    args.kind = CONNECTION_WORDS.indexOf(DRAWN[draw.below(DRAWN.length)]);
    return true;
  },
  run(world, { kind }, result) {
    const { family, type, protocol } = CONNECTIONS[CONNECTION_WORDS[kind]];
    const fd = new OutsideFd(result, 'socket', family, type);
    fd.hasUnnamed = true;
    fd.isMptcp = protocol === IPPROTO_MPTCP;
    nameResult(world, result, 'fd', fd);
  },
  steps(_world, { kind }, result, memory) {
    const { family, type, protocol } = CONNECTIONS[CONNECTION_WORDS[kind]];
    const address = addressOf({ family, id: result });
    const at = memory.take(address.length);
    const sort = [FAMILY_NUMBERS[family], TYPE_NUMBERS[type], protocol];
    const number = fdNumber(result);
    return [
      { op: 'poke', at, bytes: address },
      { op: 'syscall', name: 'socket', args: sort, fd: LISTENER },
      { op: 'syscall', name: 'bind', args: [LISTENER, at, address.length] },
      { op: 'syscall', name: 'listen', args: [LISTENER, 1] },
      { op: 'syscall', name: 'socket', args: sort, fd: number },
      { op: 'syscall', name: 'connect', args: [number, at, address.length] },
      {
        op: 'syscall',
        name: 'accept4',
        args: [LISTENER, 0, 0, 0],
        fd: number + UNNAMED,
        limit_ms: ACCEPT_LIMIT_MS,
      },
      { op: 'syscall', name: 'close', args: [LISTENER] },
    ];
  },
});
