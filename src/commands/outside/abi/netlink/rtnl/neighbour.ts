import { ipBytes, type IpText, macBytes, type MacText } from '../../address';
import { cat, u16, u32, u8 } from '../../bytes';
import { NLM_F_APPEND, NLM_F_CREATE, NLM_F_REPLACE } from '../../uapi/netlink';
import {
  NDA_DST,
  NDA_LLADDR,
  NDA_VNI,
  NTF_MASTER,
  NTF_SELF,
  NUD_NOARP,
  NUD_PERMANENT,
  RTM_DELNEIGH,
  RTM_NEWNEIGH,
} from '../../uapi/rtnl';
import { AF_BRIDGE } from '../../uapi/sockets';
import { attr, attr32, maybe } from '../attribute';
import { nlmsg } from '../message';
import { familyOf } from './family';

/** struct ndmsg, 12 bytes: include/uapi/linux/neighbour.h. */
const ndmsg = (family: number, ifindex: number, state: number, flags: number): Buffer =>
  cat(u8(family), u8(0), u16(0), u32(ifindex), u16(state), u8(flags), u8(0));

/** RTM_NEWNEIGH: packets for an address of the link go to that Ethernet address, for ever. arp(7). */
export const newNeighbour = (ifindex: number, ip: IpText, mac: MacText): Buffer =>
  nlmsg(
    RTM_NEWNEIGH,
    NLM_F_CREATE | NLM_F_REPLACE,
    ndmsg(familyOf(ip), ifindex, NUD_PERMANENT, 0),
    attr(NDA_DST, ipBytes(ip)),
    attr(NDA_LLADDR, macBytes(mac)),
  );

/** RTM_DELNEIGH. */
export const delNeighbour = (ifindex: number, ip: IpText): Buffer =>
  nlmsg(RTM_DELNEIGH, 0, ndmsg(familyOf(ip), ifindex, 0, 0), attr(NDA_DST, ipBytes(ip)));

/** An entry of a forwarding table: bridge(8), fdb. */
export interface FdbEntry {
  /** A port of a bridge, or a vxlan device. */
  readonly ifindex: number;
  readonly mac: MacText;
  /** Of a vxlan device: where frames for the address go. All zeros: frames for all others. */
  readonly to?: IpText;
  /** Of a vxlan device: the network identifier that frames get; default: the device's. */
  readonly vni?: number;
  /** The device's own table; default where `to` is there. Otherwise that of the bridge whose port it is. */
  readonly self?: boolean;
}

/** RTM_NEWNEIGH of AF_BRIDGE. Several destinations of one address add up. */
export function newFdbEntry({ ifindex, mac, to, vni, self }: FdbEntry): Buffer {
  const flags = (self ?? to !== undefined) ? NTF_SELF : NTF_MASTER;
  return nlmsg(
    RTM_NEWNEIGH,
    NLM_F_CREATE | NLM_F_APPEND,
    ndmsg(AF_BRIDGE, ifindex, NUD_NOARP | NUD_PERMANENT, flags),
    attr(NDA_LLADDR, macBytes(mac)),
    maybe(to, (ip) => attr(NDA_DST, ipBytes(ip))),
    maybe(vni, (number) => attr32(NDA_VNI, number)),
  );
}
