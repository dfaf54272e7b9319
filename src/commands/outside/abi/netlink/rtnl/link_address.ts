import { ipBytes, type IpText, ipVersion } from '../../address';
import { cat, u32, u8 } from '../../bytes';
import { NLM_F_CREATE, NLM_F_EXCL } from '../../uapi/netlink';
import {
  IFA_ADDRESS,
  IFA_F_NODAD,
  IFA_LOCAL,
  RT_SCOPE_HOST,
  RT_SCOPE_UNIVERSE,
  RTM_DELADDR,
  RTM_NEWADDR,
} from '../../uapi/rtnl';
import { attr } from '../attribute';
import { nlmsg } from '../message';
import { familyOf } from './family';

/** An address on a link: ip-address(8). */
export interface LinkAddress {
  readonly ifindex: number;
  readonly ip: IpText;
  /** Bits: 0 to 32 or 128. */
  readonly prefix: number;
  /** The other end of a point-to-point link. */
  readonly peer?: IpText;
}

const addressBody = ({ ifindex, ip, prefix, peer }: LinkAddress, flags: number): Buffer =>
  cat(
    ...[
      u8(familyOf(ip)),
      u8(prefix),
      u8(flags),
      u8(ip.startsWith('127.') ? RT_SCOPE_HOST : RT_SCOPE_UNIVERSE),
      u32(ifindex),
    ],
    attr(IFA_LOCAL, ipBytes(ip)),
    attr(IFA_ADDRESS, ipBytes(peer ?? ip)),
  );

/** RTM_NEWADDR. An IPv6 address is usable at once: duplicates are not looked for. */
export const newAddress = (address: LinkAddress): Buffer =>
  nlmsg(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, addressBody(address, ipVersion(address.ip) === 6 ? IFA_F_NODAD : 0));

/** RTM_DELADDR. */
export const delAddress = (address: LinkAddress): Buffer => nlmsg(RTM_DELADDR, 0, addressBody(address, 0));
