import type { Command } from '../command';
import { SK_MSG } from './bpf/sk_msg';
import { MEMFD_CREATE } from './file/memfd';
import { PAIR_END, PIPE2, SOCKETPAIR } from './file/pair';
import { PIPE_SIZE } from './file/pipe_size';
import { SENDFILE, SPLICE, TEE, VMSPLICE } from './file/splice';
import { LO_MTU } from './socket/lo_mtu';
import { SEND_RAW } from './socket/send_raw';
import { PRIVILEGED_CALL } from './privileged';
import { NIC_BURST } from './nic/burst';
import { NIC } from './nic/nic';
import { NIC_READY } from './nic/ready';
import { NIC_RECV } from './nic/recv';
import { NIC_MTU, NIC_RINGS, NIC_SWITCH, NIC_UP } from './nic/settings';
import { NIC_VETH } from './nic/veth_nic';
import { NIC_XDP, NIC_XDP_OFF } from './nic/xdp';
import { OUTSIDE_NAMES } from './outside_name';
import { SOCKET_AT } from './socket/socket_at';
import { ACCEPT, BIND, CONNECT, LISTEN } from './socket/connection';
import { SO_ERROR_OF, VM_BUFFERS } from './socket/ask_options';
import { BURST } from './link/burst';
import { CAPTURE } from './link/capture';
import { FRAGMENTS } from './link/fragments';
import { ESP } from './link/esp';
import { FORWARD } from './link/forward';
import { DUMMY, VETH } from './link/make_links';
import { BRIDGE, BRIDGE_PORT } from './link/bridge';
import { MACSEC } from './link/macsec';
import { PLAIN_VETH } from './link/plain_veth';
import { FANOUT } from './ring/fanout';
import { RING_CAPTURE, RING_READ } from './ring/ring_capture';
import { SELF_PATH } from './link/self_path';
import { LINK_DEL, LINK_HOLD, LINK_MTU, LINK_STATE, SET_FEATURE } from './link/settings';
import { TUN } from './link/tun';
import { TUNNEL } from './link/tunnel';
import { VLAN } from './link/vlan';
import { XDP } from './link/xdp';
import { XDP_REDIRECT } from './link/xdp_redirect';
import { BPF_FILTER } from './tc/bpf_filter';
import { CONNTRACK } from './tc/conntrack';
import { FILTER, FILTERS_OFF } from './tc/filter';
import { NFQUEUE } from './tc/nfqueue';
import { NFT_RULE } from './tc/nft_rule';
import { QUEUE } from './tc/queue';
import {
  CONNECTED,
  MPTCP_CONNECTED,
  PATH_CONNECTED,
  PATH_UDP,
  UDP_CONNECTED,
  VSOCK_CONNECTED,
} from './socket/connected';
import { CLOSE, DRAIN, MEMINFO, SHUTDOWN } from './socket/end';
import { FAST_CONNECTED } from './socket/fast_connected';
import { GROUP_MEMBER, GROUP_SEND } from './socket/group';
import { SOCKATMARK, UNREAD } from './socket/ioctls';
import { SETSOCKOPT } from './socket/options';
import { RECV } from './socket/recv';
import { RECV_FD, SEND_FD } from './socket/rights';
import { SEND } from './socket/send';
import { SEND_CONTROL } from './socket/send_control';
import { STAMPS } from './socket/stamps';
import { SOCKET } from './socket/socket';
import { MAPPED, ZEROCOPY_RECV } from './socket/zerocopy_recv';
import { ZEROCOPY_DONE } from './socket/zerocopy_done';
import { RAW_RECORD, SEND_RECORD } from './tls/records';
import { TLS_PAIR } from './tls/tls_pair';
import { URING_RECV } from './uring/recv';
import { URING } from './uring/ring';
import { URING_SEND, URING_SEND_ZC } from './uring/send';
import { URING_WAIT } from './uring/wait';
import { RING_SEND } from './ring/ring_send';
import { TX_RING } from './ring/tx_ring';
import { XSK_READ } from './xsk/read';
import { XSK_SEND } from './xsk/send';
import { XSK } from './xsk/xsk';
import { uniqueOpcodes } from '../unique_opcodes';

const RECORDS: readonly Command[] = [
  ...[SOCKET, BIND, LISTEN, CONNECT, ACCEPT, SEND, RECV, SETSOCKOPT, SHUTDOWN, CLOSE, DRAIN, MEMINFO, ZEROCOPY_DONE],
  ...[SOCKETPAIR, PIPE2, PAIR_END, MEMFD_CREATE, SPLICE, SENDFILE, VMSPLICE, TEE, SOCKATMARK, UNREAD, SEND_FD, RECV_FD],
  ...[TLS_PAIR, SEND_RECORD, RAW_RECORD, PIPE_SIZE, CONNECTED, MPTCP_CONNECTED, VSOCK_CONNECTED, UDP_CONNECTED],
  ...[SO_ERROR_OF, VM_BUFFERS, STAMPS],
  ...[PRIVILEGED_CALL, LO_MTU, SEND_RAW, SOCKET_AT, SEND_CONTROL],
  ...[TUN, VETH, DUMMY, FORWARD, BURST, SET_FEATURE, LINK_MTU, LINK_STATE, LINK_DEL, CAPTURE, SELF_PATH, LINK_HOLD],
  ...[
    PATH_CONNECTED,
    PATH_UDP,
    PLAIN_VETH,
    VLAN,
    BRIDGE,
    BRIDGE_PORT,
    FILTER,
    FILTERS_OFF,
    BPF_FILTER,
    QUEUE,
    NFT_RULE,
    TUNNEL,
    MACSEC,
    ESP,
    FRAGMENTS,
    CONNTRACK,
    XDP,
  ],
  ...[URING, URING_SEND, URING_SEND_ZC, URING_RECV, URING_WAIT],
  ...[ZEROCOPY_RECV, MAPPED, SK_MSG, RING_CAPTURE, RING_READ, GROUP_MEMBER, GROUP_SEND],
  ...[XSK, XSK_SEND, XSK_READ, XDP_REDIRECT, NFQUEUE, TX_RING, RING_SEND, FANOUT, FAST_CONNECTED],
  ...[NIC, NIC_UP, NIC_MTU, NIC_RINGS, NIC_SWITCH, NIC_XDP, NIC_XDP_OFF, NIC_READY, NIC_BURST, NIC_RECV, NIC_VETH],
];

/** Every command of the outside, in the order of OUTSIDE_NAMES. */
export const OUTSIDE_COMMANDS: readonly Command[] = inOrder();

function inOrder(): Command[] {
  const byName = new Map(uniqueOpcodes(RECORDS).map((command) => [command.name, command]));
  return OUTSIDE_NAMES.map((name) => {
    const command = byName.get(name);
    if (command === undefined) throw new Error(`the command ${name} has no record in src/commands/outside/registry.ts`);
    return command;
  });
}
