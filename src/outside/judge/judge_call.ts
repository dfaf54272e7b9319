import type { Command } from '../../commands/command';
import { outcomeOfReturn } from '../../commands/outside/define_outside';
import { ERRNOS, OUT_OF_MEMORY } from '../../commands/outside/errno';
import type { OutsideName } from '../../commands/outside/outside_name';
import type { History, Told } from './history';
import { judgeBuffers, judgeError } from './state/asked_options';
import { judgeFastConnected } from './fast_open';
import { judgeFragments } from './fragments';
import { judgeSocketAt, judgeSendControl, judgeSendRaw } from './datagram_sends';
import { valueOf } from './args';
import { judgeGroupMember, judgeGroupSend } from './groups';
import { judgeMeminfo } from './meminfo';
import {
  judgeNic,
  judgeNicBurst,
  judgeNicMtu,
  judgeNicReady,
  judgeNicRecv,
  judgeNicRings,
  judgeNicSwitch,
  judgeNicUp,
  judgeNicVeth,
  judgeNicXdp,
  judgeNicXdpOff,
} from './nics/nics';
import { judgeBpfFilter, judgeFilter, judgeFiltersOff, judgeNftRule, judgeQueue } from './links/judge_filters';
import { judgeBridge, judgeBridgePort, judgeChangeLink, judgePlainVeth, judgeVlan } from './links/judge_links';
import { judgeFanout } from './ring/fanout';
import { judgeRingCapture, judgeRingRead } from './ring/ring_capture';
import { judgeRingSend, judgeTxRing, waitsForQueue } from './ring/tx_ring';
import { judgeBurst, judgeCapture, judgeForward, judgeMakeLink } from './packets';
import { judgeEsp, judgeMacsec, judgeTunnel } from './links/tunnels';
import { judgeXdp, judgeXdpRedirect } from './links/xdp';
import { judgeSkMsg } from './msg_filter';
import { judgeNfqueue } from './nfqueue';
import { judgeMark, judgeUnread } from './questions';
import { judgeDrain, judgeRecv } from './receive';
import { judgeNotices, judgeSend } from './send';
import { judgePrivilege } from './privilege';
import { judgeRecvFd, judgeSendFd } from './rights';
import {
  judgeAccept,
  judgeBind,
  judgeClose,
  judgeConnect,
  judgeConnected,
  judgeListen,
  judgeOption,
  judgePair,
  judgePairEnd,
  judgeShutdown,
  judgeSocket,
} from './sockets';
import { judgeStamps } from './stamps';
import { judgeRecord, judgeTlsPair } from './tls';
import { judgeRing, judgeUringRecv, judgeUringSend, judgeUringWait } from './uring';
import { judgeXsk, judgeXskRead, judgeXskSend } from './xsk/xsk';
import { judgeMapped, judgeZerocopyRecv } from './zerocopy_recv';
import { judgeMemfd, judgeSendfile, judgeSplice, judgeTee, judgeVmsplice } from './splices';

/** Takes what the kernel said of a call into the history, and says which promises it breaks. */
type JudgeCall = (history: History, told: Told) => void;

const JUDGES: Readonly<Record<OutsideName, JudgeCall>> = {
  socket: judgeSocket,
  bind: judgeBind,
  listen: judgeListen,
  connect: judgeConnect,
  accept: judgeAccept,
  socketpair: judgePair,
  pair_end: judgePairEnd,
  send: judgeSend,
  recv: judgeRecv,
  setsockopt: judgeOption,
  shutdown: judgeShutdown,
  close: judgeClose,
  drain: judgeDrain,
  pipe2: judgePair,
  memfd_create: judgeMemfd,
  splice: judgeSplice,
  sendfile: judgeSendfile,
  vmsplice: judgeVmsplice,
  tee: judgeTee,
  zerocopy_done: judgeNotices,
  meminfo: judgeMeminfo,
  sockatmark: judgeMark,
  unread: judgeUnread,
  send_fd: judgeSendFd,
  recv_fd: judgeRecvFd,
  lo_mtu: (history) => void (history.fragmentsLocally = true),
  send_raw: judgeSendRaw,
  socket_at: judgeSocketAt,
  send_control: judgeSendControl,
  tls_pair: judgeTlsPair,
  send_record: judgeRecord,
  raw_record: judgeRecord,
  pipe_size: () => undefined,
  connected: judgeConnected,
  mptcp_connected: judgeConnected,
  vsock_connected: judgeConnected,
  so_error: judgeError,
  stamps: judgeStamps,
  udp_connected: judgeConnected,
  vm_buffers: judgeBuffers,
  privileged: () => undefined,
  tun: judgeMakeLink,
  veth: judgeMakeLink,
  dummy: judgeMakeLink,
  forward: judgeForward,
  burst: judgeBurst,
  set_feature: judgeChangeLink,
  link_mtu: judgeChangeLink,
  link_state: judgeChangeLink,
  link_del: judgeChangeLink,
  link_hold: judgeChangeLink,
  capture: judgeCapture,
  self_path: judgeChangeLink,
  path_connected: judgeConnected,
  path_udp: judgeConnected,
  nic: judgeNic,
  nic_up: judgeNicUp,
  nic_mtu: judgeNicMtu,
  nic_rings: judgeNicRings,
  nic_switch: judgeNicSwitch,
  nic_xdp: judgeNicXdp,
  nic_xdp_off: judgeNicXdpOff,
  nic_ready: judgeNicReady,
  nic_burst: judgeNicBurst,
  nic_recv: judgeNicRecv,
  plain_veth: judgePlainVeth,
  vlan: judgeVlan,
  bridge: judgeBridge,
  bridge_port: judgeBridgePort,
  filter: judgeFilter,
  filters_off: judgeFiltersOff,
  bpf_filter: judgeBpfFilter,
  queue: judgeQueue,
  nft_rule: judgeNftRule,
  tunnel: judgeTunnel,
  macsec: judgeMacsec,
  esp: judgeEsp,
  fragments: judgeFragments,
  conntrack: (history) => void (history.tracks = true),
  nic_veth: judgeNicVeth,
  xdp: judgeXdp,
  uring: judgeRing,
  uring_send: judgeUringSend,
  uring_send_zc: judgeUringSend,
  uring_recv: judgeUringRecv,
  uring_wait: judgeUringWait,
  zerocopy_recv: judgeZerocopyRecv,
  mapped: judgeMapped,
  sk_msg: judgeSkMsg,
  ring_capture: judgeRingCapture,
  ring_read: judgeRingRead,
  tx_ring: judgeTxRing,
  ring_send: judgeRingSend,
  fanout: judgeFanout,
  fast_connected: judgeFastConnected,
  group_member: judgeGroupMember,
  group_send: judgeGroupSend,
  xsk: judgeXsk,
  xsk_send: judgeXskSend,
  xsk_read: judgeXskRead,
  xdp_redirect: judgeXdpRedirect,
  nfqueue: judgeNfqueue,
};

/** Calls that may wait: what they wait for may never come. */
const MAY_WAIT: readonly OutsideName[] = [
  ...(['accept', 'connect', 'drain', 'path_connected', 'nic_ready', 'nic_recv', 'uring_wait'] as const),
];

/**
 * A file that is sent to itself grows in front of the reader: each round moves as much as the one before wrote, down to
 * a byte (splice_direct_to_actor, fs/splice.c), which takes long and waits for nothing.
 */
const chasesItself = (told: Told): boolean =>
  told.call.command.name === 'sendfile' && valueOf(told, 'to') === valueOf(told, 'from');

export function judgeCall(history: History, told: Told): void {
  const { command } = told.call;
  const name = command.name as OutsideName;
  for (const { ret, interrupted } of told.main) {
    if (interrupted && (chasesItself(told) || (name === 'ring_send' && waitsForQueue(history, told)))) continue;
    if (interrupted && !MAY_WAIT.includes(name))
      history.ask('never-waits', 'a call that must not wait was interrupted');
    else if (outcomeOfReturn(command, ret) < 0 && !isElsewhere(command, ret) && !isOfLostDevice(history, told, ret))
      history.ask(
        'errno-is-documented',
        `${command.outside?.syscall ?? name} fails with ${ERRNOS[-ret] ?? `error ${-ret}`}`,
      );
    else history.ask('errno-is-documented', null);
  }
  judgePrivilege(history, told);
  if (told.main.length > 0) JUDGES[name](history, told);
}

/** Errors of a socket of AF_XDP whose device is down or was removed: xsk_sendmsg, xsk_recvmsg (6.1 to 7.3). */
const LOST_DEVICE: readonly (string | undefined)[] = ['ENXIO', 'ENETDOWN'];

/** Whether a call fails as all do on such a socket. */
function isOfLostDevice(history: History, { call }: Told, ret: number): boolean {
  const isOfXdp = call.args.some(
    (value, at) => call.command.args[at].type === 'fd' && history.fd(value)?.family === 'xdp',
  );
  return isOfXdp && LOST_DEVICE.includes(ERRNOS[-ret]);
}

/** Errors that are true, and that no program reaches on purpose. */
function isElsewhere({ outside }: Command, ret: number): boolean {
  const name = ERRNOS[-ret];
  return name !== undefined && (OUT_OF_MEMORY.includes(name) || outside?.elsewhere.includes(name) === true);
}
