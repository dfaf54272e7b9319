import { COUNT_MAX } from '../../commands/outside/link/burst';
import type { SocketKind } from './answer_difference';
import type { KnownChange } from './known_change';

const DATAGRAMS: readonly SocketKind[] = ['inet dgram', 'inet6 dgram'];
const VSOCK: readonly SocketKind[] = ['vsock stream', 'vsock seqpacket'];

/** Changes that comparisons of releases met, and whose cause the sources of both releases have. */
export const KNOWN_CHANGES: readonly KnownChange[] = [
  {
    id: 'splice-sends-one-datagram',
    title: 'A splice or sendfile sends the pieces of a pipe or a file in one message, and not each in one of its own.',
    ...{ function: 'splice_to_socket', file: 'fs/splice.c' },
    commit: 'splice, net: Use sendmsg(MSG_SPLICE_PAGES) rather than ->sendpage()',
    ...{ since: { after: '6.1', by: '6.12' }, backports: [] },
    shows: [
      {
        commands: ['recv', 'drain', 'unread'],
        fields: ['return value', 'data', 'value'],
        ...{ without: 'any', with: 'any', behind: ['splice', 'sendfile'], sockets: DATAGRAMS },
      },
    ],
  },
  {
    id: 'tcp-has-so-peek-off',
    title: 'Sockets of TCP have SO_PEEK_OFF.',
    ...{ function: 'inet_stream_ops', file: 'net/ipv4/af_inet.c', commit: null },
    ...{ since: { after: '6.1', by: '6.12' }, backports: [] },
    shows: [{ commands: ['setsockopt'], fields: ['return value of peek_off'], without: 'EOPNOTSUPP', with: 'success' }],
  },
  {
    id: 'vsock-has-ioctls',
    title: 'Sockets of vsock have an ioctl, SIOCOUTQ. It answers others by ENOTTY, and no longer by EOPNOTSUPP.',
    ...{ function: 'vsock_do_ioctl', file: 'net/vmw_vsock/af_vsock.c', commit: null },
    ...{ since: { after: '6.1', by: '6.12' }, backports: [] },
    shows: [{ commands: ['unread', 'sockatmark'], fields: ['return value'], without: 'EOPNOTSUPP', with: 'ENOTTY' }],
  },
  {
    id: 'vsock-has-so-zerocopy',
    title: 'Sockets of vsock have SO_ZEROCOPY.',
    ...{ function: 'vsock_connectible_setsockopt', file: 'net/vmw_vsock/af_vsock.c', commit: null },
    ...{ since: { after: '6.1', by: '6.12' }, backports: [] },
    shows: [{ commands: ['setsockopt'], fields: ['return value of zerocopy'], without: 'EOPNOTSUPP', with: 'any' }],
  },
  {
    id: 'unix-has-so-inq',
    title: 'Sockets of AF_UNIX have SO_INQ, which tells how much is left to read.',
    ...{ function: 'unix_setsockopt', file: 'net/unix/af_unix.c', commit: 'af_unix: Introduce SO_INQ.' },
    ...{ since: '6.17', backports: [] },
    shows: [
      { commands: ['setsockopt'], fields: ['return value of inq'], without: 'ENOPROTOOPT', with: 'success' },
      { commands: ['setsockopt'], fields: ['return value of inq'], without: 'ENOPROTOOPT', with: 'EINVAL' },
    ],
  },
  {
    id: 'passcred-is-of-few-families',
    title: 'SO_PASSCRED fails on sockets that carry no credentials: it is of AF_UNIX, netlink and Bluetooth.',
    ...{ function: 'sk_setsockopt', file: 'net/core/sock.c', commit: null },
    ...{ since: { after: '6.12', by: '7.3' }, backports: [] },
    shows: [{ commands: ['setsockopt'], fields: ['return value of passcred'], without: 'success', with: 'EOPNOTSUPP' }],
  },
  {
    id: 'mptcp-has-tcp-notsent-lowat',
    title: 'Sockets of MPTCP have TCP_NOTSENT_LOWAT.',
    ...{ function: 'mptcp_setsockopt_sol_tcp', file: 'net/mptcp/sockopt.c' },
    commit: 'mptcp: add TCP_NOTSENT_LOWAT sockopt support',
    ...{ since: { after: '6.1', by: '6.12' }, backports: [] },
    shows: [
      {
        commands: ['setsockopt'],
        fields: ['return value of tcp_notsent_lowat'],
        ...{ without: 'ENOPROTOOPT', with: 'any' },
      },
    ],
  },
  {
    id: 'mptcp-has-ip-bind-address-no-port',
    title: 'Sockets of MPTCP have IP_BIND_ADDRESS_NO_PORT before they are connected, and say EINVAL behind it.',
    ...{ function: 'mptcp_setsockopt_v4', file: 'net/mptcp/sockopt.c', commit: null },
    ...{ since: { after: '6.1', by: '6.12' }, backports: [] },
    shows: [
      {
        commands: ['setsockopt'],
        fields: ['return value of ip_bind_no_port'],
        ...{ without: 'EOPNOTSUPP', with: 'any' },
      },
    ],
  },
  {
    id: 'virtio-header-has-udp-segments',
    title: 'A packet that is written with a virtio header can have segments of UDP (VIRTIO_NET_HDR_GSO_UDP_L4).',
    ...{ function: 'virtio_net_hdr_to_skb', file: 'include/linux/virtio_net.h', commit: null },
    ...{ since: { after: '6.1', by: '6.12' }, backports: [] },
    shows: [
      {
        commands: ['burst'],
        fields: ['return value', ...Array.from({ length: COUNT_MAX }, (_, i) => `writev ${i + 1} return value`)],
        ...{ without: 'EINVAL', with: 'success' },
      },
    ],
  },
  {
    id: 'tun-has-uso',
    title: 'A tun device has segmentation of UDP as a feature that can be switched.',
    ...{ function: 'tun_net_init', file: 'drivers/net/tun.c', commit: null },
    ...{ since: { after: '6.1', by: '6.12' }, backports: [] },
    // ETHTOOL_F_UNSUPPORTED of include/uapi/linux/ethtool.h is 1.
    shows: [{ commands: ['set_feature'], fields: ['return value of uso'], without: '1', with: '0' }],
  },
  {
    id: 'vsock-has-siocinq',
    title: 'Sockets of vsock have SIOCINQ.',
    ...{ function: 'vsock_do_ioctl', file: 'net/vmw_vsock/af_vsock.c', commit: null },
    ...{ since: { after: '6.12', by: '7.3' }, backports: [] },
    shows: [
      { commands: ['unread'], fields: ['return value'], without: 'ENOTTY', with: 'any' },
      // Before SIOCOUTQ, see vsock-has-ioctls.
      { commands: ['unread'], fields: ['return value'], without: 'EOPNOTSUPP', with: 'success' },
    ],
  },
  {
    id: 'vsock-resets-when-it-overflows',
    title:
      'A receiver of vsock whose buffer is full of packets, counted with their heads, ends the connection. ' +
      'It counted their bytes alone before.',
    ...{ function: 'virtio_transport_inc_rx_pkt', file: 'net/vmw_vsock/virtio_transport_common.c' },
    commit: 'vsock/virtio: fix potential unbounded skb queue',
    ...{ since: { after: '6.12', by: '7.3' }, backports: ['6.12.94'] },
    shows: [
      {
        commands: ['send', 'splice', 'sendfile'],
        fields: ['return value'],
        ...{ without: 'any', with: 'EPIPE', behind: ['setsockopt'], sockets: VSOCK },
      },
    ],
  },
  {
    id: 'tls-takes-new-keys',
    title: 'A socket with kernel TLS 1.3 takes new keys; one with other keys says EINVAL, and no longer EBUSY.',
    ...{ function: 'do_tls_setsockopt_conf', file: 'net/tls/tls_main.c', commit: null },
    ...{ since: { after: '6.12', by: '7.3' }, backports: [] },
    shows: [
      {
        commands: ['tls_pair'],
        fields: [3, 4, 5, 6].map((nth) => `setsockopt ${nth} return value`),
        ...{ without: 'EBUSY', with: 'any' },
      },
    ],
  },
  {
    id: 'tun-takes-offloads-of-tunnels',
    title: 'A tun device takes the offloads of UDP tunnels (TUN_F_UDP_TUNNEL_GSO).',
    ...{ function: 'set_offload', file: 'drivers/net/tun.c', commit: null },
    ...{ since: { after: '6.12', by: '7.3' }, backports: [] },
    shows: [{ commands: ['tun'], fields: ['ioctl 3 return value'], without: 'EINVAL', with: 'success' }],
  },
  {
    id: 'mptcp-has-tcp-maxseg',
    title: 'Sockets of MPTCP have TCP_MAXSEG.',
    ...{ function: 'mptcp_setsockopt_sol_tcp', file: 'net/mptcp/sockopt.c', commit: null },
    ...{ since: { after: '6.12', by: '7.3' }, backports: [] },
    shows: [{ commands: ['setsockopt'], fields: ['return value of tcp_maxseg'], without: 'ENOPROTOOPT', with: 'any' }],
  },
];
