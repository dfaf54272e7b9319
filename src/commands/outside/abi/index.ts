/**
 * Bytes of Linux's interface to user space, for steps of programs of the outside. All are pure functions of fields, for
 * x86-64. Constants are in uapi/, which tools/make_uapi.js makes.
 */

import * as bytes from './bytes';
import * as device from './device';
import * as files from './files';
import * as ethtool from './ethtool';
import * as msg from './msg';
import * as packetRing from './packet_ring';
import * as sockaddr from './sockaddr';
import * as tls from './tls';
import * as xsk from './xsk';
import * as bpfClassic from './bpf/classic';
import * as bpfMap from './bpf/map';
import * as bpfMsg from './bpf/sk_msg';
import * as bpfProgram from './bpf/program';
import * as bpfSkb from './bpf/skb';
import * as bpfXdp from './bpf/xdp';
import * as ioUring from './io_uring/ring';
import * as ioUringSqe from './io_uring/sqe';
import * as features from './netlink/genl/features';
import * as fou from './netlink/genl/fou';
import * as genl from './netlink/genl/message';
import * as macsec from './netlink/genl/macsec';
import * as netlink from './netlink/message';
import * as encap from './netlink/rtnl/encap';
import * as link from './netlink/rtnl/link';
import * as linkAddress from './netlink/rtnl/link_address';
import * as linkKinds from './netlink/rtnl/link_kinds';
import * as mpls from './netlink/rtnl/mpls';
import * as neighbour from './netlink/rtnl/neighbour';
import * as route from './netlink/rtnl/route';
import * as rule from './netlink/rtnl/rule';
import * as seg6 from './netlink/rtnl/seg6';
import * as tunnelKinds from './netlink/rtnl/tunnel_kinds';
import * as nft from './nft/message';
import * as nftChain from './nft/chain';
import * as nftExpression from './nft/expression';
import * as nftLog from './nft/log';
import * as nftQueue from './nft/queue';
import * as packet from './packet/build';
import * as packetDefaults from './packet/defaults';
import * as packetFragment from './packet/fragment';
import * as packetParse from './packet/parse';
import * as espTrailer from './packet/esp_trailer';
import * as tcpOptions from './packet/tcp_options';
import * as virtio from './packet/virtio';
import * as socketErrors from './socket/errqueue';
import * as socketNumbers from './socket/numbers';
import * as socketValues from './socket/values';
import * as tcActions from './tc/actions/control';
import * as tcEdit from './tc/actions/edit';
import * as tcFilter from './tc/filter';
import * as tcFilters from './tc/filters';
import * as tcQdisc from './tc/qdisc';
import * as tcQdiscs from './tc/qdiscs';
import * as tcTunnel from './tc/actions/tunnel';
import * as xfrmPolicy from './xfrm/policy';
import * as xfrmState from './xfrm/state';

export {
  bpfClassic,
  bpfMap,
  bpfMsg,
  bpfProgram,
  bpfSkb,
  bpfXdp,
  bytes,
  device,
  encap,
  espTrailer,
  ethtool,
  features,
  files,
  fou,
  genl,
  ioUring,
  ioUringSqe,
  link,
  linkAddress,
  linkKinds,
  macsec,
  mpls,
  msg,
  neighbour,
  netlink,
  nft,
  nftChain,
  nftExpression,
  nftLog,
  nftQueue,
  packet,
  packetDefaults,
  packetFragment,
  packetParse,
  packetRing,
  route,
  rule,
  seg6,
  sockaddr,
  socketErrors,
  socketNumbers,
  socketValues,
  tcActions,
  tcEdit,
  tcFilter,
  tcFilters,
  tcQdisc,
  tcQdiscs,
  tcTunnel,
  tcpOptions,
  tls,
  tunnelKinds,
  virtio,
  xfrmPolicy,
  xfrmState,
  xsk,
};
