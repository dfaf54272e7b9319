import { OUTSIDE_COMMANDS } from '../../../commands/outside/registry';
import type { Scenario } from '../../scenario';
import { focused, FOLLOWS } from './base';

/** Rings of frames beside plain packet sockets, on links whose frames are all known. */
export const OUTSIDE_RING: Scenario = focused({
  name: 'outside-ring',
  title: 'programs of user space with rings of frames, for receiving and sending: each frame is whole, and counted',
  weights: {
    ...{ plain_veth: 14, veth: 4, tun: 3, vlan: 3, bridge: 1, bridge_port: 4, ring_capture: 24, ring_read: 14 },
    ...{ tx_ring: 16, ring_send: 50, fanout: 16 },
    ...{ capture: 6, burst: 60, filter: 3, queue: 1, set_feature: 1, link_mtu: 1, link_state: 1, link_del: 1 },
  },
  follows: {
    ...FOLLOWS,
    plain_veth: ['ring_capture', 'tx_ring', 'vlan', 'plain_veth'],
    veth: ['ring_capture'],
    tun: ['ring_capture'],
    capture: ['capture', 'ring_capture', 'fanout', 'burst'],
    fanout: ['fanout', 'fanout', 'burst', 'ring_send'],
    ring_capture: ['burst', 'tx_ring', 'ring_capture', 'fanout', 'ring_send'],
    tx_ring: ['ring_capture', 'ring_send', 'ring_send', 'capture'],
    ring_send: ['ring_send', 'ring_send', 'ring_read', 'burst'],
    burst: ['burst', 'burst', 'ring_read'],
  },
  length: { min: 6, usual: 20, max: 40 },
});

/** Sockets of AF_XDP on both devices of a pair, beside the frames that packet sockets write and capture. */
export const OUTSIDE_XSK: Scenario = focused({
  name: 'outside-xsk',
  title:
    'programs of user space with AF_XDP: both directions, rings, chunks, completions, frames of several descriptors',
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
      nfqueue: 3,
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

/** Maps of XDP between links: each frame is judged by its way. */
export const OUTSIDE_REDIRECT: Scenario = focused({
  name: 'outside-redirect',
  title: 'programs of root with maps of XDP: frames go to other devices, to all of them, or to a CPU',
  weights: {
    ...{ plain_veth: 14, xdp: 10, xdp_redirect: 24, capture: 12, burst: 50, tun: 2, veth: 2, vlan: 1, dummy: 1 },
    ...{ filter: 2, bpf_filter: 1, bridge: 1, bridge_port: 3, queue: 1, set_feature: 1, link_mtu: 1, link_state: 1 },
    ...{ link_del: 1, xsk: 1, xsk_read: 2, xsk_send: 2 },
  },
  follows: {
    ...FOLLOWS,
    plain_veth: ['plain_veth', 'xdp', 'xdp', 'capture', 'xdp_redirect'],
    tun: ['plain_veth', 'xdp_redirect'],
    xdp: ['capture', 'xdp_redirect', 'xdp_redirect', 'plain_veth'],
    xdp_redirect: ['capture', 'burst', 'burst', 'xdp'],
    capture: ['burst', 'burst', 'capture', 'xdp_redirect'],
    burst: ['burst', 'burst', 'xdp_redirect'],
  },
  levels: ['root'],
  length: { min: 8, usual: 24, max: 40 },
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
    ...{ esp: 5, fragments: 5, conntrack: 1, nfqueue: 4 },
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
