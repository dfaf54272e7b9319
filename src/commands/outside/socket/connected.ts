import { OutsideFd, type OutsideFamily, type OutsideType } from '../../../model/structs/outside';
import { nameResult } from '../../pick';
import { defineOutside } from '../define_outside';
import { fdNumber } from '../fd';
import type { CallMemory } from '../call_memory';
import type { OutsideName } from '../outside_name';
import { ownFd } from '../own_fd';
import type { Step } from '../step';
import type { Command } from '../../command';
import type { World } from '../../../model/world/world';
import type { Draw } from '../../draw';
import type { IpText } from '../abi/address';
import { sockaddrIp } from '../abi/sockaddr';
import { reachesSelf } from '../link/reaches_self';
import { SELF } from '../link/self_addresses';
import { addressOf, FAMILY_NUMBERS, portOf, SECOND_ADDRESS, TYPE_NUMBERS } from './address';

interface Connection {
  readonly family: OutsideFamily;
  readonly type: OutsideType;
  readonly protocol: number;
  /** The two addresses of the ends; left out: those of the loopback device. */
  readonly over?: readonly [IpText, IpText];
}

const IPPROTO_MPTCP = 262;

/** Connections of the machine with itself. */
const CONNECTIONS = {
  tcp: { family: 'inet', type: 'stream', protocol: 0 },
  tcp6: { family: 'inet6', type: 'stream', protocol: 0 },
  mptcp: { family: 'inet', type: 'stream', protocol: IPPROTO_MPTCP },
  mptcp6: { family: 'inet6', type: 'stream', protocol: IPPROTO_MPTCP },
  udp: { family: 'inet', type: 'dgram', protocol: 0 },
  udp6: { family: 'inet6', type: 'dgram', protocol: 0 },
  tcp_path: { family: 'inet', type: 'stream', protocol: 0, over: SELF[4] },
  tcp6_path: { family: 'inet6', type: 'stream', protocol: 0, over: SELF[6] },
  udp_path: { family: 'inet', type: 'dgram', protocol: 0, over: SELF[4] },
  udp6_path: { family: 'inet6', type: 'dgram', protocol: 0, over: SELF[6] },
  vsock: { family: 'vsock', type: 'stream', protocol: 0 },
  vsock_packets: { family: 'vsock', type: 'seqpacket', protocol: 0 },
} as const satisfies Readonly<Record<string, Connection>>;
type Kind = keyof typeof CONNECTIONS;

/** The connection of a word of the commands below. */
export function connectionOf(word: string): Connection {
  return CONNECTIONS[word as Kind];
}

/** As in socketpair: the second descriptor has this number more until pair_end names it. */
export const UNNAMED = 400;
const LISTENER = ownFd('listener');
const ACCEPT_LIMIT_MS = 500;
/** A link may lose what goes over it: a connection comes up at once there, or not at all. */
const LINK_LIMIT_MS = 200;
const LINK_ACCEPT_LIMIT_MS = 20;

export const CONNECTED = connects('connected', 33, ['tcp', 'tcp6']);
export const MPTCP_CONNECTED = connects('mptcp_connected', 34, ['mptcp', 'mptcp6']);
export const PATH_CONNECTED = connects('path_connected', 72, ['tcp_path', 'tcp6_path']);
export const VSOCK_CONNECTED = connects('vsock_connected', 35, ['vsock', 'vsock_packets']);

function connects(name: OutsideName, number: number, words: readonly Kind[]): Command {
  return defineOutside({
    name,
    number,
    args: [{ name: 'kind', type: 'enum', words }],
    result: 'fd',
    promised: {
      text: 'Two sockets are connected; the name is the end that connected.',
      source: 'connect(2), accept(2)',
    },
    syscall: 'accept4',
    errors: [],
    // Of a kernel without the protocol: no listener is there.
    elsewhere: ['EBADF', 'EINVAL', 'EINTR'],
    weight: 4,
    usuallyNext: ['pair_end', 'pair_end', 'pair_end'],
    draw(world, draw, args) {
      args.kind = drawKind(world, draw, words);
      return args.kind >= 0;
    },
    run(world, { kind }, result) {
      const { family, type, protocol, over } = connectionOf(words[kind]);
      const fd = new OutsideFd(result, 'socket', family, type);
      fd.isOverLink = over !== undefined;
      fd.hasUnnamed = true;
      fd.isMptcp = protocol === IPPROTO_MPTCP;
      nameResult(world, result, 'fd', fd);
    },
    steps: (_world, { kind }, result, memory) => connectSteps(connectionOf(words[kind]), result, memory),
  });
}

/** One of the kinds whose addresses the program believes to be there; -1: none. */
function drawKind(world: World, draw: Draw, words: readonly Kind[]): number {
  const kinds = words.flatMap((word, kind) => {
    const { family, over } = connectionOf(word);
    return over === undefined || reachesSelf(world, family) ? [kind] : [];
  });
  return kinds.length === 0 ? -1 : kinds[draw.below(kinds.length)];
}

function connectSteps(connection: Connection, result: number, memory: CallMemory): readonly Step[] {
  const { family, type, protocol, over } = connection;
  const address = over === undefined ? addressOf({ family, addressId: result }) : sockaddrIp(over[1], portOf(result));
  const at = memory.take(address.length);
  // The source of what the client sends must not depend on which address a device has first.
  const source = over === undefined ? null : sockaddrIp(over[0], portOf(result) + SECOND_ADDRESS);
  const sourceAt = memory.take(source?.length ?? 0);
  const sort = [FAMILY_NUMBERS[family], TYPE_NUMBERS[type], protocol];
  const fd = fdNumber(result);
  const isLocal = over === undefined;
  const limits = {
    connect: isLocal ? ACCEPT_LIMIT_MS : LINK_LIMIT_MS,
    accept: isLocal ? ACCEPT_LIMIT_MS : LINK_ACCEPT_LIMIT_MS,
  };
  return [
    { op: 'poke', at, bytes: address },
    { op: 'syscall', name: 'socket', args: sort, fd: LISTENER },
    { op: 'syscall', name: 'bind', args: [LISTENER, at, address.length] },
    { op: 'syscall', name: 'listen', args: [LISTENER, 1] },
    { op: 'syscall', name: 'socket', args: sort, fd },
    ...(source === null ? [] : bindSteps(fd, sourceAt, source)),
    { op: 'syscall', name: 'connect', args: [fd, at, address.length], limit_ms: limits.connect },
    { op: 'syscall', name: 'accept4', args: [LISTENER, 0, 0, 0], fd: fd + UNNAMED, limit_ms: limits.accept },
    { op: 'syscall', name: 'close', args: [LISTENER] },
  ];
}

const bindSteps = (fd: number, at: number, bytes: Buffer): Step[] => [
  { op: 'poke', at, bytes },
  { op: 'syscall', name: 'bind', args: [fd, at, bytes.length] },
];

export const UDP_CONNECTED = connectsUdp('udp_connected', 39, ['udp', 'udp6']);
export const PATH_UDP = connectsUdp('path_udp', 75, ['udp_path', 'udp6_path']);

function connectsUdp(name: OutsideName, number: number, words: readonly [Kind, Kind]): Command {
  return defineOutside({
    name,
    number,
    args: [{ name: 'kind', type: 'enum', words }],
    result: 'fd',
    promised: { text: 'Two sockets send to each other.', source: 'connect(2), udp(7)' },
    syscall: 'connect',
    errors: [],
    // Of a kernel without IPv6.
    elsewhere: ['EBADF', 'EADDRNOTAVAIL', 'ENETUNREACH'],
    weight: 4,
    usuallyNext: ['pair_end', 'pair_end', 'pair_end'],
    draw(world, draw, args) {
      args.kind = drawKind(world, draw, words);
      return args.kind >= 0;
    },
    run(world, { kind }, result) {
      const { family, type, over } = connectionOf(words[kind]);
      const fd = new OutsideFd(result, 'socket', family, type);
      fd.isOverLink = over !== undefined;
      fd.hasUnnamed = fd.bound = true;
      nameResult(world, result, 'fd', fd);
    },
    steps(_world, { kind }, result, memory) {
      const { family, type, protocol, over } = connectionOf(words[kind]);
      const first = fdNumber(result);
      const fds = [first, first + UNNAMED];
      const addresses = [result, result + SECOND_ADDRESS].map((id, end) =>
        over === undefined ? addressOf({ family, addressId: id }) : sockaddrIp(over[end], portOf(id)),
      );
      const places = addresses.map((bytes) => memory.take(bytes.length));
      const callOf = (name: 'bind' | 'connect', fd: number, address: number): Step => {
        return { op: 'syscall', name, args: [fds[fd], places[address], addresses[address].length] };
      };
      return [
        ...addresses.map((bytes, i): Step => ({ op: 'poke', at: places[i], bytes })),
        ...fds.flatMap((fd, i): Step[] => [
          { op: 'syscall', name: 'socket', args: [FAMILY_NUMBERS[family], TYPE_NUMBERS[type], protocol], fd },
          callOf('bind', i, i),
        ]),
        callOf('connect', 0, 1),
        callOf('connect', 1, 0),
      ];
    },
  });
}
