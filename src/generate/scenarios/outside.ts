import { OUTSIDE_COMMANDS } from '../../commands/outside/registry';
import type { Command } from '../../commands/command';
import type { CommandName } from '../../commands/command_name';
import type { Scenario } from '../scenario';

/** Three programs in four are of an ordinary user: most of what root can do, he can do in his own namespaces. */
const LEVELS = ['user', 'user', 'user', 'root'] as const;

/** Commands that settle a program: see KIND_FACTS. */
const SETTLES: readonly CommandName[] = ['shutdown', 'drain', 'zerocopy_done', 'stamps', 'close'];

const FOLLOWS = tableOf(({ usuallyNext }) => usuallyNext);

/** Programs of user space: system calls and packets, on unmodified kernels. */
export const OUTSIDE: Scenario = {
  name: 'outside',
  title: 'programs of user space: sockets, pipes and files, judged by what user space is promised',
  // A machine without such devices has none to offer.
  commands: OUTSIDE_COMMANDS.filter(({ name }) => !name.startsWith('nic')),
  weights: tableOf(({ weight }) => weight),
  follows: FOLLOWS,
  levels: LEVELS,
  length: { min: 8, usual: 30, max: 80 },
};

/** Sockets of AF_UNIX and pipes: delivery is synchronous, so that each answer is judged exactly. */
export const OUTSIDE_UNIX: Scenario = focused({
  name: 'outside-unix',
  title: 'programs of user space with sockets of AF_UNIX and pipes: urgent data, peeks, questions of the queue',
  weights: {
    ...{ socketpair: 4, pair_end: 30, send: 40, recv: 50, sockatmark: 8, unread: 8, setsockopt: 8, shutdown: 2 },
    ...{ close: 2, pipe2: 1, vmsplice: 1, splice: 2, socket: 4, bind: 6, listen: 6, connect: 8, accept: 8, meminfo: 1 },
    ...{ send_fd: 4, recv_fd: 4 },
  },
});

/** UDP: corks, splices, segments, ancillary data, path MTU, addresses that sockets compete for; raw packets. */
export const OUTSIDE_UDP: Scenario = focused({
  name: 'outside-udp',
  title: 'programs of user space with UDP: corks, splices, segments, ancillary data, MTU, shared addresses',
  weights: {
    ...{ udp_connected: 10, socket: 2, bind: 3, connect: 2, send: 30, recv: 24, setsockopt: 16, close: 2, meminfo: 2 },
    ...{
      unread: 2,
      pipe2: 6,
      pair_end: 30,
      vmsplice: 14,
      splice: 16,
      memfd_create: 3,
      sendfile: 6,
      tee: 1,
      zerocopy_done: 2,
    },
    ...{ lo_mtu: 6, send_raw: 3, socket_at: 1, send_control: 10 },
  },
  follows: { ...FOLLOWS, lo_mtu: ['setsockopt', 'setsockopt', 'send'], memfd_create: ['setsockopt', 'sendfile'] },
});

/** Multicast with several readers: they share the data of one packet, and each does with its clone as it likes. */
export const OUTSIDE_GROUP: Scenario = focused({
  name: 'outside-group',
  title: 'programs of user space with multicast: several sockets read what one sends',
  weights: {
    ...{ group_member: 20, group_send: 40, recv: 50, setsockopt: 10, close: 3, meminfo: 3, unread: 3 },
    ...{
      udp_connected: 2,
      pair_end: 6,
      send: 4,
      socket: 2,
      bind: 2,
      connect: 1,
      splice: 2,
      pipe2: 1,
      uring: 1,
      uring_recv: 3,
    },
  },
  follows: {
    ...FOLLOWS,
    group_member: ['group_member', 'group_member', 'setsockopt', 'group_send'],
    group_send: ['recv', 'recv', 'recv', 'group_send'],
  },
});

/** vsock over its loopback transport, and Multipath TCP. */
export const OUTSIDE_VSOCK: Scenario = focused({
  name: 'outside-vsock',
  title: 'programs of user space with vsock: streams and packets, peeks, options, errors',
  weights: {
    ...{ vsock_connected: 10, pair_end: 30, socket: 4, bind: 4, listen: 3, connect: 6, accept: 4, so_error: 6 },
    ...{ send: 30, recv: 40, setsockopt: 14, vm_buffers: 6, shutdown: 2, close: 2, zerocopy_done: 4, unread: 3 },
    ...{ meminfo: 1, splice: 1, pipe2: 1, vmsplice: 1 },
  },
  follows: {
    ...{ ...FOLLOWS, pair_end: ['setsockopt', 'send'], setsockopt: ['setsockopt', 'send', 'send'] },
    ...{ socket: ['socket', 'bind', 'bind'], bind: ['connect', 'connect', 'listen'], connect: ['so_error', 'accept'] },
  },
});

export const OUTSIDE_MPTCP: Scenario = focused({
  name: 'outside-mptcp',
  title: 'programs of user space with Multipath TCP',
  weights: {
    ...{ mptcp_connected: 6, pair_end: 30, send: 30, recv: 40, setsockopt: 8, shutdown: 2, close: 2, unread: 4 },
    ...{ meminfo: 1, splice: 6, pipe2: 3, vmsplice: 6, sendfile: 2, memfd_create: 1 },
  },
});

export const OUTSIDE_TCP: Scenario = focused({
  name: 'outside-tcp',
  title: 'programs of user space with TCP: small buffers, urgent data, zerocopy, times of acknowledgements',
  weights: {
    ...{ connected: 6, pair_end: 30, send: 40, recv: 30, setsockopt: 24, shutdown: 2, close: 2, unread: 3 },
    ...{ sockatmark: 3, zerocopy_done: 3, stamps: 1, meminfo: 2, splice: 6, pipe2: 2, vmsplice: 5, sendfile: 4 },
    ...{ memfd_create: 2, so_error: 1, tee: 1 },
  },
  follows: { ...FOLLOWS, pair_end: ['setsockopt', 'setsockopt', 'send'], setsockopt: ['setsockopt', 'send', 'send'] },
});

/** TCP whose reader maps the pages that arrive: sends without a copy fill whole pages on the loopback device. */
export const OUTSIDE_MAP: Scenario = focused({
  name: 'outside-map',
  title: 'programs of user space with TCP whose reader maps what arrives',
  weights: {
    ...{ connected: 10, pair_end: 40, setsockopt: 4, send: 16, zerocopy_recv: 50, mapped: 8, recv: 6, splice: 2 },
    ...{ uring: 8, uring_send_zc: 40, pipe2: 1, vmsplice: 1, shutdown: 1, close: 1, unread: 1, tls_pair: 1 },
  },
  follows: {
    ...FOLLOWS,
    connected: ['pair_end'],
    pair_end: ['setsockopt', 'uring', 'uring'],
    uring: ['uring_send_zc', 'connected'],
    setsockopt: ['setsockopt', 'send', 'send'],
    send: ['zerocopy_recv', 'zerocopy_recv', 'send'],
    uring_send_zc: ['zerocopy_recv'],
    zerocopy_recv: ['zerocopy_recv', 'send', 'mapped', 'recv'],
  },
  length: { min: 8, usual: 24, max: 60 },
});

/** Programs of root that say where the bytes go that sockets of TCP send. */
export const OUTSIDE_SOCKMAP: Scenario = focused({
  name: 'outside-sockmap',
  title: 'programs of root with maps of sockets: bytes of TCP pass, wait, go to another socket, or nowhere',
  weights: {
    ...{ connected: 14, pair_end: 40, sk_msg: 20, send: 40, recv: 40, setsockopt: 3, close: 2, shutdown: 1, unread: 1 },
    ...{ memfd_create: 1, sendfile: 3, pipe2: 2, vmsplice: 3, splice: 6, meminfo: 1, tls_pair: 1 },
    ...{ uring: 1, uring_send: 4, uring_send_zc: 4, uring_recv: 3, zerocopy_recv: 1 },
  },
  follows: {
    ...FOLLOWS,
    connected: ['pair_end'],
    pair_end: ['connected', 'sk_msg', 'sk_msg', 'send'],
    sk_msg: ['send', 'send', 'sk_msg', 'recv'],
    send: ['recv', 'recv', 'send', 'splice'],
  },
  levels: ['root'],
  length: { min: 8, usual: 24, max: 60 },
});

/** Rings of frames beside plain packet sockets, on links whose frames are all known. */
export const OUTSIDE_RING: Scenario = focused({
  name: 'outside-ring',
  title: 'programs of user space with rings of frames (PACKET_RX_RING): each frame is in the ring, or counted',
  weights: {
    ...{ plain_veth: 14, veth: 4, tun: 3, vlan: 3, bridge: 1, bridge_port: 4, ring_capture: 24, ring_read: 14 },
    ...{ capture: 2, burst: 60, filter: 3, queue: 1, set_feature: 1, link_mtu: 1, link_state: 1, link_del: 1 },
  },
  follows: {
    ...FOLLOWS,
    plain_veth: ['ring_capture', 'ring_capture', 'vlan', 'plain_veth'],
    veth: ['ring_capture'],
    tun: ['ring_capture'],
    ring_capture: ['burst', 'burst', 'ring_capture'],
    burst: ['burst', 'burst', 'ring_read'],
  },
  length: { min: 6, usual: 20, max: 40 },
});

/** Sockets of AF_XDP on both devices of a pair, beside the frames that packet sockets write and capture. */
export const OUTSIDE_XSK: Scenario = focused({
  name: 'outside-xsk',
  title: 'programs of user space with AF_XDP: rings, chunks and completions of both directions, several descriptors',
  weights: {
    ...{ plain_veth: 14, veth: 2, xsk: 30, xsk_send: 50, xsk_read: 30, burst: 30, capture: 6, vlan: 1, bridge: 1 },
    ...{ bridge_port: 2, xdp: 1, filter: 1, set_feature: 1, link_mtu: 1, link_state: 1, link_del: 1, close: 1 },
  },
  follows: {
    ...FOLLOWS,
    plain_veth: ['xsk', 'xsk', 'xsk', 'capture'],
    xsk: ['xsk', 'xsk_send', 'burst', 'xsk_send', 'capture'],
    xsk_send: ['xsk_send', 'xsk_read', 'xsk_read', 'burst'],
    burst: ['burst', 'xsk_read', 'xsk_send'],
    xsk_read: ['burst', 'xsk_send', 'xsk_read', 'burst', 'xsk_send'],
  },
  levels: ['root', 'root', 'user'],
  length: { min: 8, usual: 24, max: 50 },
});

/** io_uring on sockets of all sorts, beside the plain calls. */
export const OUTSIDE_URING: Scenario = focused({
  name: 'outside-uring',
  title: 'programs of user space with io_uring on sockets: sends without a copy, receives that wait',
  weights: {
    ...{ uring: 24, uring_send: 30, uring_send_zc: 50, uring_recv: 60, uring_wait: 4, send: 6, recv: 8, setsockopt: 8 },
    ...{ connected: 12, udp_connected: 5, socketpair: 3, vsock_connected: 2, mptcp_connected: 1, pair_end: 40 },
    ...{ shutdown: 1, close: 2, zerocopy_done: 1, unread: 2, pipe2: 1, vmsplice: 2, splice: 4, tls_pair: 1, tee: 1 },
  },
  follows: {
    ...FOLLOWS,
    uring: ['connected', 'connected', 'udp_connected'],
    pair_end: ['uring_send_zc', 'uring_recv', 'setsockopt'],
    uring_send_zc: ['uring_recv', 'uring_send_zc', 'recv', 'send'],
    uring_recv: ['uring_send', 'uring_send_zc', 'send', 'uring_recv'],
  },
  length: { min: 8, usual: 24, max: 60 },
});

export const OUTSIDE_BIND: Scenario = focused({
  name: 'outside-bind',
  title: 'programs of user space with many sockets that compete for few addresses',
  weights: { socket_at: 60, close: 3, listen: 1 },
  follows: { socket_at: ['socket_at'] },
  length: { min: 20, usual: 40, max: 60 },
});

/** Calls that need rights to the machine, tried by a user two times of three. */
export const OUTSIDE_PRIVILEGE: Scenario = focused({
  name: 'outside-privilege',
  title: 'programs of user space with calls that only root can make; a user is refused',
  weights: { privileged: 40, socket: 4, setsockopt: 4, socketpair: 2 },
  levels: ['user', 'user', 'root'],
  isRefused: true,
});

/** Kernel TLS over TCP: both versions, records of all types, splices, small pipes. */
export const OUTSIDE_TLS: Scenario = focused({
  name: 'outside-tls',
  title: 'programs of user space with kernel TLS: records of all types, splices, small pipes, options',
  weights: {
    ...{ connected: 10, tls_pair: 60, send: 24, recv: 30, send_record: 8 },
    ...{ raw_record: 4, pipe2: 4, pair_end: 60, pipe_size: 12, vmsplice: 18, splice: 40, setsockopt: 8, sendfile: 3 },
    ...{ memfd_create: 2, shutdown: 1, close: 1, meminfo: 1, stamps: 3 },
  },
  // A connection with keys and a pipe in one program: bytes that were read in part, and pipes that are nearly full or
  // hold many pieces, meet a splice.
  follows: {
    ...FOLLOWS,
    connected: ['pair_end'],
    pipe2: ['pair_end'],
    pair_end: ['tls_pair', 'tls_pair', 'pipe_size'],
    tls_pair: ['pipe2', 'pipe2', 'pipe2', 'send', 'setsockopt', 'setsockopt'],
    pipe_size: ['vmsplice', 'send', 'splice'],
    vmsplice: ['splice', 'splice', 'vmsplice'],
    send: ['recv', 'splice', 'splice', 'send'],
    recv: ['splice', 'splice', 'recv', 'send'],
    splice: ['splice', 'recv', 'recv', 'send'],
  },
  length: { min: 12, usual: 40, max: 80 },
});

/** Packets that a program writes, through tun devices and chains of links whose queues let them go together. */
export const OUTSIDE_LINK: Scenario = focused({
  name: 'outside-link',
  title: 'programs of user space with links: tun, veth, GRO, devices of few features, routes with encapsulation',
  weights: {
    ...{ tun: 6, veth: 6, dummy: 3, forward: 12, burst: 40, set_feature: 4, link_mtu: 1, link_state: 1, link_del: 1 },
    ...{ link_hold: 2, capture: 4, self_path: 3, path_connected: 6, path_udp: 3, pair_end: 30, send: 16, recv: 10 },
    ...{ setsockopt: 3, meminfo: 1, plain_veth: 1, vlan: 2, bridge: 1, bridge_port: 3, tunnel: 3 },
    ...{ fragments: 3, conntrack: 1 },
  },
});

/** Filters, VLANs, bridges and queues on pairs of devices that merge nothing: each frame is judged by its way. */
export const OUTSIDE_TC: Scenario = focused({
  name: 'outside-tc',
  title: 'programs of user space with filters, VLANs, bridges and queues: each frame is judged by its way',
  weights: {
    ...{
      plain_veth: 12,
      vlan: 6,
      bridge: 3,
      bridge_port: 16,
      filter: 24,
      filters_off: 1,
      bpf_filter: 30,
      queue: 5,
      nft_rule: 8,
      xdp: 8,
    },
    ...{ capture: 9, burst: 40, forward: 2, set_feature: 2, link_mtu: 1, link_state: 1, link_del: 1, link_hold: 1 },
    ...{ tun: 1, dummy: 1, veth: 2 },
  },
  follows: {
    ...{ ...FOLLOWS, plain_veth: ['plain_veth', 'plain_veth', 'vlan', 'bridge', 'filter', 'capture'] },
    ...{
      capture: ['burst', 'burst', 'filter'],
      burst: ['burst', 'burst', 'filter'],
      filter: ['filter', 'capture', 'burst'],
    },
    ...{
      vlan: ['capture', 'burst', 'filter'],
      bridge: ['bridge_port', 'plain_veth'],
      bpf_filter: ['capture', 'burst'],
    },
    ...{ bridge_port: ['bridge_port', 'bridge_port', 'capture', 'burst'], queue: ['burst'] },
  },
  levels: ['user', 'user', 'root'],
  length: { min: 8, usual: 24, max: 40 },
});

/** Network devices of the machine, with a wire between them: bursts, XDP, changes of MTU, rings, features. */
export const OUTSIDE_DRIVER: Scenario = focused({
  name: 'outside-driver',
  title: 'programs of root with a network driver: bursts of frames, XDP, changes of MTU, rings and program',
  commands: OUTSIDE_COMMANDS.filter(({ name }) => name.startsWith('nic') && name !== 'nic_veth'),
  weights: {
    ...{ nic: 60, nic_up: 2, nic_mtu: 3, nic_rings: 2, nic_switch: 1, nic_xdp: 5, nic_xdp_off: 1, nic_ready: 14 },
    ...{ nic_burst: 40, nic_recv: 24 },
  },
  levels: ['root'],
  length: { min: 12, usual: 40, max: 60 },
});

/** The same on a pair of devices, which any kernel has: native and generic XDP on veth. */
export const OUTSIDE_XDP: Scenario = focused({
  name: 'outside-xdp',
  title: 'programs of root with XDP on a pair of devices: verdicts, edits, long frames, changes of MTU and program',
  commands: OUTSIDE_COMMANDS.filter(({ name }) => name.startsWith('nic') && name !== 'nic'),
  weights: {
    ...{ nic_veth: 60, nic_up: 2, nic_mtu: 4, nic_switch: 2, nic_xdp: 8, nic_xdp_off: 1, nic_ready: 14 },
    ...{ nic_burst: 40, nic_recv: 24, nic_rings: 0 },
  },
  levels: ['root'],
  length: { min: 8, usual: 30, max: 60 },
});

/** Chains of links without sockets: merging at one device, segmentation at the next. */
export const OUTSIDE_GRO: Scenario = focused({
  name: 'outside-gro',
  title: 'programs of user space with chains of links: packets of few flows are merged, and segmented',
  weights: {
    ...{ tun: 1, veth: 6, dummy: 3, forward: 20, burst: 60, set_feature: 3, link_hold: 1, capture: 3 },
  },
  follows: {
    ...{ tun: ['veth'], veth: ['dummy', 'veth', 'forward'], dummy: ['forward', 'forward', 'veth'] },
    ...{ forward: ['burst', 'burst', 'forward', 'capture'], burst: ['burst'], capture: ['burst'] },
  },
  // To make links takes longer than to send by them.
  length: { min: 6, usual: 20, max: 40 },
});

/** Sockets that talk to each other through links, with headers that routes put between. */
export const OUTSIDE_PATH: Scenario = focused({
  name: 'outside-path',
  title: 'programs of user space with sockets that reach each other through links and routes with encapsulation',
  weights: {
    ...{ veth: 10, self_path: 12, path_connected: 8, path_udp: 4, pair_end: 30, send: 40, recv: 30, setsockopt: 6 },
    ...{ set_feature: 2, link_mtu: 1, meminfo: 1, capture: 1, send_control: 2, splice: 2, pipe2: 1, vmsplice: 2 },
    ...{ esp: 5, fragments: 5, conntrack: 1 },
  },
  follows: {
    ...{ veth: ['self_path'], self_path: ['path_connected', 'path_connected', 'path_udp', 'esp'] },
    ...{ path_connected: ['pair_end'], path_udp: ['pair_end'], pair_end: ['send', 'send', 'setsockopt'] },
    ...{ send: ['send', 'send', 'recv'], recv: ['send', 'recv'], setsockopt: ['send'] },
  },
  length: { min: 8, usual: 20, max: 40 },
});

/** Packets and sockets through tunnels: outer headers, fragments, offloads, tunnels in tunnels. */
export const OUTSIDE_TUNNEL: Scenario = focused({
  name: 'outside-tunnel',
  title: 'programs of user space with tunnels: packets and sockets through outer headers of all kinds',
  weights: {
    ...{ veth: 6, plain_veth: 6, tunnel: 14, burst: 30, capture: 8, forward: 4, dummy: 1, set_feature: 3, link_mtu: 1 },
    ...{ link_state: 1, link_del: 1, link_hold: 1, self_path: 5, path_connected: 6, path_udp: 4, pair_end: 30 },
    ...{ send: 24, recv: 16, setsockopt: 4, send_control: 2, splice: 2, pipe2: 1, vmsplice: 2, meminfo: 1 },
    ...{ bridge: 1, bridge_port: 3, filter: 1, queue: 1, macsec: 4, fragments: 8, esp: 6, conntrack: 1, xdp: 3 },
  },
  follows: {
    ...{ ...FOLLOWS, veth: ['tunnel'], plain_veth: ['tunnel', 'tunnel', 'veth'] },
    ...{ tunnel: ['self_path', 'capture', 'capture', 'burst', 'forward', 'tunnel'], capture: ['burst', 'burst'] },
    ...{ self_path: ['path_connected', 'path_udp'], path_connected: ['pair_end'], path_udp: ['pair_end'] },
    ...{ pair_end: ['send', 'send', 'setsockopt'], send: ['send', 'recv'], recv: ['send', 'recv'] },
  },
  length: { min: 6, usual: 20, max: 40 },
});

/** Those that any kernel runs. A program of a driver only waits where a machine has no devices with a wire. */
export const DRIVERLESS_SCENARIOS: readonly Scenario[] = [
  OUTSIDE,
  OUTSIDE_UNIX,
  OUTSIDE_UDP,
  OUTSIDE_GROUP,
  OUTSIDE_BIND,
  OUTSIDE_TCP,
  OUTSIDE_URING,
  OUTSIDE_MAP,
  OUTSIDE_SOCKMAP,
  OUTSIDE_RING,
  OUTSIDE_XSK,
  OUTSIDE_TLS,
  OUTSIDE_VSOCK,
  OUTSIDE_MPTCP,
  OUTSIDE_PRIVILEGE,
  OUTSIDE_LINK,
  OUTSIDE_TC,
  OUTSIDE_GRO,
  OUTSIDE_PATH,
  OUTSIDE_TUNNEL,
  OUTSIDE_XDP,
];

export const OUTSIDE_SCENARIOS: readonly Scenario[] = [...DRIVERLESS_SCENARIOS, OUTSIDE_DRIVER];

/** A scenario of some of the commands, and those that settle. */
function focused(facts: Pick<Scenario, 'name' | 'title' | 'weights'> & Partial<Scenario>): Scenario {
  const { weights } = facts;
  const isChosen = (command: Command): boolean => SETTLES.includes(command.name) || (weights[command.name] ?? 0) > 0;
  return {
    ...OUTSIDE,
    commands: OUTSIDE_COMMANDS.filter(isChosen),
    length: { min: 4, usual: 16, max: 40 },
    ...facts,
  };
}

function tableOf<T>(valueOf: (command: Command) => T | undefined): Partial<Record<CommandName, T>> {
  return Object.fromEntries(OUTSIDE_COMMANDS.map((command) => [command.name, valueOf(command)])) as Partial<
    Record<CommandName, T>
  >;
}
