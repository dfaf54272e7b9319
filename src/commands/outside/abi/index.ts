/**
 * Bytes of Linux's interface to user space, for steps of programs of the outside. All are pure functions of fields, for
 * x86-64. Constants are in uapi/, which tools/make_uapi.js makes.
 */

export * as bytes from './bytes';
export * as device from './device';
export * as ethtool from './ethtool';
export * as msg from './msg';
export * as packetRing from './packet_ring';
export * as sockaddr from './sockaddr';
export * as tls from './tls';
export * as xsk from './xsk';
export * as bpfClassic from './bpf/classic';
export * as bpfMap from './bpf/map';
export * as bpfMsg from './bpf/sk_msg';
export * as bpfProgram from './bpf/program';
export * as bpfSkb from './bpf/skb';
export * as bpfXdp from './bpf/xdp';
export * as ioUring from './io_uring/ring';
export * as ioUringSqe from './io_uring/sqe';
export * as features from './netlink/genl/features';
export * as fou from './netlink/genl/fou';
export * as genl from './netlink/genl/message';
export * as macsec from './netlink/genl/macsec';
export * as netlink from './netlink/message';
export * as encap from './netlink/rtnl/encap';
export * as link from './netlink/rtnl/link';
export * as linkAddress from './netlink/rtnl/link_address';
export * as linkKinds from './netlink/rtnl/link_kinds';
export * as mpls from './netlink/rtnl/mpls';
export * as neighbour from './netlink/rtnl/neighbour';
export * as route from './netlink/rtnl/route';
export * as rule from './netlink/rtnl/rule';
export * as seg6 from './netlink/rtnl/seg6';
export * as tunnelKinds from './netlink/rtnl/tunnel_kinds';
export * as nft from './nft/message';
export * as nftChain from './nft/chain';
export * as nftExpression from './nft/expression';
export * as nftLog from './nft/log';
export * as nftQueue from './nft/queue';
export * as packet from './packet/build';
export * as packetDefaults from './packet/defaults';
export * as packetFragment from './packet/fragment';
export * as packetParse from './packet/parse';
export * as espTrailer from './packet/esp_trailer';
export * as tcpOptions from './packet/tcp_options';
export * as virtio from './packet/virtio';
export * as tcActions from './tc/actions/control';
export * as tcEdit from './tc/actions/edit';
export * as tcFilter from './tc/filter';
export * as tcFilters from './tc/filters';
export * as tcQdisc from './tc/qdisc';
export * as tcQdiscs from './tc/qdiscs';
export * as tcTunnel from './tc/actions/tunnel';
export * as xfrmPolicy from './xfrm/policy';
export * as xfrmState from './xfrm/state';
