import { macBytes, type MacText } from '../../address';
import { cat, u16, u32, u8, zeros } from '../../bytes';
import { IFF_UP } from '../../uapi/devices';
import {
  IFLA_ADDRESS,
  IFLA_BRPORT_ISOLATED,
  IFLA_BRPORT_LEARNING,
  IFLA_BRPORT_MCAST_FLOOD,
  IFLA_BRPORT_MCAST_TO_UCAST,
  IFLA_BRPORT_MODE,
  IFLA_BRPORT_UNICAST_FLOOD,
  IFLA_GRO_IPV4_MAX_SIZE,
  IFLA_GRO_MAX_SIZE,
  IFLA_GSO_IPV4_MAX_SIZE,
  IFLA_GSO_MAX_SEGS,
  IFLA_GSO_MAX_SIZE,
  IFLA_IFNAME,
  IFLA_INFO_DATA,
  IFLA_INFO_KIND,
  IFLA_INFO_SLAVE_DATA,
  IFLA_INFO_SLAVE_KIND,
  IFLA_LINK,
  IFLA_LINKINFO,
  IFLA_MASTER,
  IFLA_MTU,
  IFLA_NET_NS_FD,
  IFLA_NEW_IFINDEX,
  IFLA_NUM_RX_QUEUES,
  IFLA_NUM_TX_QUEUES,
  IFLA_TXQLEN,
  IFLA_XDP,
  IFLA_XDP_FD,
  IFLA_XDP_FLAGS,
  XDP_FLAGS_DRV_MODE,
  XDP_FLAGS_SKB_MODE,
  XDP_FLAGS_UPDATE_IF_NOEXIST,
} from '../../uapi/links';
import { NLM_F_CREATE, NLM_F_EXCL } from '../../uapi/netlink';
import { RTM_DELLINK, RTM_GETLINK, RTM_NEWLINK, RTM_SETLINK } from '../../uapi/rtnl';
import { attr, attr32, attr8, type Attributes, attrText, maybe, nest } from '../attribute';
import { nlmsg } from '../message';

/** Properties of a link: rtnetlink(7), include/uapi/linux/if_link.h. Those that are left out keep their value. */
export interface LinkProperties {
  /** At most 15 characters. */
  readonly name?: string;
  /** Bytes, 0 to the device's max_mtu. */
  readonly mtu?: number;
  readonly address?: MacText;
  /** Index of the bridge, bond or VRF; 0 leaves it. */
  readonly master?: number;
  readonly up?: boolean;
  /** 68 to 8 × 65,535 bytes (GSO_MAX_SIZE). */
  readonly gsoMaxSize?: number;
  /** 1 to 65,535. */
  readonly gsoMaxSegs?: number;
  readonly groMaxSize?: number;
  readonly gsoIpv4MaxSize?: number;
  readonly groIpv4MaxSize?: number;
  /** Packets. */
  readonly txqlen?: number;
}

/** A link that is to be made. */
export interface NewLink extends LinkProperties {
  /** The index that it gets; 0 lets the kernel choose. */
  readonly ifindex: number;
  readonly name: string;
  /** Index of the link below: of vlan, macvlan, macsec, …. */
  readonly lower?: number;
  /** 1 to 4096. */
  readonly txQueues?: number;
  readonly rxQueues?: number;
}

/** A kind of virtual device with its own settings: see link_kinds.ts and tunnel_kinds.ts. */
export interface LinkKind {
  readonly kind: string;
  readonly data: Attributes;
}

/** struct ifinfomsg, 16 bytes. */
const ifinfomsg = (ifindex: number, flags: number, change: number, family = 0): Buffer =>
  cat(u8(family), u8(0), u16(0), u32(ifindex), u32(flags), u32(change));

const upMsg = (ifindex: number, up: boolean | undefined): Buffer =>
  ifinfomsg(ifindex, up ? IFF_UP : 0, up === undefined ? 0 : IFF_UP);

const propertyAttributes = (link: LinkProperties): Attributes =>
  cat(
    maybe(link.name, (name) => attrText(IFLA_IFNAME, name.slice(0, 15))),
    maybe(link.mtu, (mtu) => attr32(IFLA_MTU, mtu)),
    maybe(link.address, (mac) => attr(IFLA_ADDRESS, macBytes(mac))),
    maybe(link.master, (master) => attr32(IFLA_MASTER, master)),
    maybe(link.gsoMaxSize, (size) => attr32(IFLA_GSO_MAX_SIZE, size)),
    maybe(link.gsoMaxSegs, (segs) => attr32(IFLA_GSO_MAX_SEGS, segs)),
    maybe(link.groMaxSize, (size) => attr32(IFLA_GRO_MAX_SIZE, size)),
    maybe(link.gsoIpv4MaxSize, (size) => attr32(IFLA_GSO_IPV4_MAX_SIZE, size)),
    maybe(link.groIpv4MaxSize, (size) => attr32(IFLA_GRO_IPV4_MAX_SIZE, size)),
    maybe(link.txqlen, (packets) => attr32(IFLA_TXQLEN, packets)),
  );

/** struct ifinfomsg and the attributes of a new link without its kind: the peer of a veth is described so. */
export const newLinkBody = (link: NewLink): Buffer =>
  cat(
    upMsg(link.ifindex, link.up),
    propertyAttributes(link),
    maybe(link.lower, (lower) => attr32(IFLA_LINK, lower)),
    maybe(link.txQueues, (queues) => attr32(IFLA_NUM_TX_QUEUES, queues)),
    maybe(link.rxQueues, (queues) => attr32(IFLA_NUM_RX_QUEUES, queues)),
  );

/** RTM_NEWLINK of a device that must not exist yet. */
export const newLink = (link: NewLink, { kind, data }: LinkKind): Buffer =>
  nlmsg(
    RTM_NEWLINK,
    NLM_F_CREATE | NLM_F_EXCL,
    newLinkBody(link),
    nest(IFLA_LINKINFO, attrText(IFLA_INFO_KIND, kind), data.length > 0 ? nest(IFLA_INFO_DATA, data) : zeros(0)),
  );

/** RTM_NEWLINK that changes a device. */
export const setLink = (ifindex: number, properties: LinkProperties): Buffer =>
  nlmsg(RTM_NEWLINK, 0, upMsg(ifindex, properties.up), propertyAttributes(properties));

/** RTM_NEWLINK that moves a device into the network namespace of a descriptor; its index stays if it is free there. */
export const moveLink = (ifindex: number, nsFd: number): Buffer =>
  nlmsg(RTM_NEWLINK, 0, ifinfomsg(ifindex, 0, 0), attr32(IFLA_NET_NS_FD, nsFd));

/**
 * RTM_NEWLINK that moves a device of a name into the network namespace of a descriptor, where it gets an index
 * (IFLA_NEW_IFINDEX, 5.13 and newer).
 */
export const moveLinkByName = (name: string, nsFd: number, ifindex: number): Buffer =>
  nlmsg(
    RTM_NEWLINK,
    0,
    ifinfomsg(0, 0, 0),
    attrText(IFLA_IFNAME, name),
    attr32(IFLA_NET_NS_FD, nsFd),
    attr32(IFLA_NEW_IFINDEX, ifindex),
  );

/** RTM_DELLINK. */
export const delLink = (ifindex: number): Buffer => nlmsg(RTM_DELLINK, 0, ifinfomsg(ifindex, 0, 0));

/** RTM_GETLINK of one device. The answer is an RTM_NEWLINK, and an acknowledgement. */
export const getLink = (ifindex: number): Buffer => nlmsg(RTM_GETLINK, 0, ifinfomsg(ifindex, 0, 0));

/** Settings of a device that is a port of a bridge: include/uapi/linux/if_link.h, IFLA_BRPORT_*. */
export interface BridgePort {
  /** A frame may leave through the port by which it came. */
  readonly hairpin?: boolean;
  readonly learning?: boolean;
  readonly unicastFlood?: boolean;
  readonly multicastFlood?: boolean;
  readonly isolated?: boolean;
  /** Multicast is copied for each receiver. */
  readonly multicastToUnicast?: boolean;
}

/** RTM_NEWLINK that changes the port that a device is on its bridge. */
export function setBridgePort(ifindex: number, port: BridgePort): Buffer {
  const flag = (type: number) => (on: boolean) => attr8(type, on ? 1 : 0);
  const data = nest(
    IFLA_INFO_SLAVE_DATA,
    maybe(port.hairpin, flag(IFLA_BRPORT_MODE)),
    maybe(port.learning, flag(IFLA_BRPORT_LEARNING)),
    maybe(port.unicastFlood, flag(IFLA_BRPORT_UNICAST_FLOOD)),
    maybe(port.multicastFlood, flag(IFLA_BRPORT_MCAST_FLOOD)),
    maybe(port.isolated, flag(IFLA_BRPORT_ISOLATED)),
    maybe(port.multicastToUnicast, flag(IFLA_BRPORT_MCAST_TO_UCAST)),
  );
  const info = nest(IFLA_LINKINFO, attrText(IFLA_INFO_SLAVE_KIND, 'bridge'), data);
  return nlmsg(RTM_NEWLINK, 0, ifinfomsg(ifindex, 0, 0), info);
}

/** How an XDP program is attached. `any`: native if the driver can. */
export type XdpMode = 'native' | 'generic' | 'any';

/**
 * RTM_SETLINK that attaches an XDP program: IFLA_XDP.
 * @param fd - descriptor of the program; -1 detaches
 * @param onlyIfNone - fail with EBUSY where one is attached
 */
export const setXdp = (ifindex: number, fd: number, mode: XdpMode, onlyIfNone = false): Buffer =>
  nlmsg(
    RTM_SETLINK,
    0,
    ifinfomsg(ifindex, 0, 0),
    nest(
      IFLA_XDP,
      attr32(IFLA_XDP_FD, fd),
      attr32(IFLA_XDP_FLAGS, XDP_MODE_FLAGS[mode] | (onlyIfNone ? XDP_FLAGS_UPDATE_IF_NOEXIST : 0)),
    ),
  );

const XDP_MODE_FLAGS = { native: XDP_FLAGS_DRV_MODE, generic: XDP_FLAGS_SKB_MODE, any: 0 };
