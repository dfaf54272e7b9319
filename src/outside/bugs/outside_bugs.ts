import type { OutsideBug } from './outside_bug';

const CHANGELOG = 'changelog of linux-source-6.12';
const SOURCE = 'the sources of linux-source-7.3 have the change';

/** In the order in which they were found. */
export const OUTSIDE_BUGS: readonly OutsideBug[] = [
  {
    name: 'siocatmark-of-a-datagram-socket',
    title: 'SIOCATMARK succeeds on sockets of AF_UNIX that are no streams, and says that they are at a mark',
    fix: 'af_unix: Reject SIOCATMARK on non-stream sockets',
    mendedIn: { release: '6.12.88', source: CHANGELOG },
    signature: 'mark-is-true sockatmark',
    found: { release: '6.12.43', scenario: 'outside-unix', seed: 'v1:outside-unix:16777263', after_s: 6 },
    shows: ['6.1.0-47', '6.12.43', '6.12.57', '6.12.74', '6.12.85', '6.16.3', '6.17.8', '6.17.13', '6.18.5', '7.0.4'],
    silent: ['6.1.0-57', '6.12.94', '6.12.117', '7.1.3', '7.2.6', '7.3.4'],
  },
  {
    name: 'raw-packet-with-a-short-header',
    title: 'A raw socket sends a packet whose own header says that it has fewer than 20 bytes',
    fix: 'ipv4: raw: reject IP_HDRINCL packets with ihl < 5',
    mendedIn: { release: '6.12.92', source: CHANGELOG },
    signature: 'header-is-valid send_raw',
    found: { release: '6.12.43', scenario: 'outside-udp', seed: 'v1:outside-udp:16777280', after_s: 10 },
    shows: ['6.1.0-47', '6.12.43', '6.12.57', '6.12.74', '6.12.85', '6.16.3', '6.18.5', '7.0.4'],
    silent: ['6.1.0-57', '6.12.94', '6.12.117', '7.1.3', '7.2.6', '7.3.4'],
  },
  {
    name: 'vsock-buffer-above-its-bound',
    title: 'A lower bound above the upper one makes the buffer of a vsock socket larger than its upper bound',
    fix: 'vsock: fix buffer size clamping order',
    mendedIn: { release: '6.12.90', source: CHANGELOG },
    signature: 'size-in-bounds vm_buffers',
    found: { release: '6.12.43', scenario: 'outside-vsock', seed: 'v1:outside-vsock:16777223', after_s: 2 },
    shows: ['6.1.0-47', '6.12.43', '6.12.57', '6.12.74', '6.12.85', '6.16.3', '6.17.8', '6.18.5', '7.0.4'],
    silent: ['6.1.0-57', '6.12.94', '6.12.117', '7.1.3', '7.2.6', '7.3.4'],
  },
  {
    name: 'vsock-peek-behind-a-partial-read',
    title: 'A peek at what is left of a packet of vsock that was read in part fails with EFAULT',
    fix: 'vsock/virtio: fix MSG_PEEK ignoring skb offset when calculating bytes to copy',
    mendedIn: { release: '6.12.90', source: CHANGELOG },
    signature: 'errno-is-documented recv',
    found: { release: '6.12.43', scenario: 'outside-vsock', seed: 'v1:outside-vsock:16777226', after_s: 3 },
    shows: ['6.12.43', '6.12.57', '6.12.74', '6.12.85', '6.16.3', '6.17.8', '6.18.5', '7.0.4'],
    silent: ['6.1.0-57', '6.12.94', '6.12.117', '7.1.3', '7.2.6', '7.3.4'],
  },
  {
    name: 'udp-wildcard-beside-many-addresses',
    title: 'Beside more than ten sockets of UDP with one port, one of all addresses gets that port, too',
    fix: 'udp: Fix wildcard bind conflict check when using hash2',
    mendedIn: { release: '6.12.80', source: CHANGELOG },
    signature: 'state-allows socket_at',
    found: { release: '6.12.43', scenario: 'outside-bind', seed: 'v1:outside-bind:16777217', after_s: 1 },
    shows: ['6.12.43', '6.12.57', '6.12.74', '6.16.3', '6.18.5'],
    silent: ['6.1.0-57', '6.12.85', '6.12.117', '7.0.4', '7.1.3', '7.3.4'],
  },
  {
    name: 'listen-on-a-connected-unix-socket',
    title: 'listen() on a connected socket of AF_UNIX says success, and does nothing',
    fix: null,
    mendedIn: { release: '7.2.6', source: SOURCE },
    signature: 'state-allows listen',
    found: { release: '6.17.8', scenario: 'outside-unix', seed: 'v1:outside-unix:50331751', after_s: 19 },
    shows: ['6.16.3', '6.17.8', '6.17.13', '6.18.5', '7.0.4', '7.1.3'],
    silent: ['6.1.0-57', '6.12.117', '7.2.6', '7.3.4'],
  },
  {
    name: 'unread-bytes-after-a-partial-read',
    title: 'SIOCINQ and SCM_INQ of a stream of AF_UNIX count bytes that were read before',
    fix: null,
    mendedIn: { release: '7.1.3', source: SOURCE },
    signature: 'unread-is-true unread',
    found: { release: '6.17.8', scenario: 'outside-unix', seed: 'v1:outside-unix:50331877', after_s: 44 },
    shows: ['6.17.8', '6.17.13', '6.18.5', '7.0.4'],
    silent: ['6.1.0-57', '6.12.117', '6.16.3', '7.1.3', '7.2.6', '7.3.4'],
  },
];
