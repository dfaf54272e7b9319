import type { Scenario } from '../../scenario';
import { focused, FOLLOWS } from './base';

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
    ...{
      connected: 6,
      fast_connected: 3,
      pair_end: 30,
      send: 40,
      recv: 30,
      setsockopt: 24,
      shutdown: 2,
      close: 2,
      unread: 3,
    },
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
