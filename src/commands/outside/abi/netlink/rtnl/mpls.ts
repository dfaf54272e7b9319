import { ipBytes, type IpText } from '../../address';
import { be32, cat, u16, u32, u8, zeros } from '../../bytes';
import { NLM_F_CREATE, NLM_F_EXCL } from '../../uapi/netlink';
import {
  RT_SCOPE_UNIVERSE,
  RT_TABLE_MAIN,
  RTA_DST,
  RTA_NEWDST,
  RTA_OIF,
  RTA_VIA,
  RTM_NEWROUTE,
  RTN_UNICAST,
  RTPROT_STATIC,
} from '../../uapi/rtnl';
import { AF_MPLS } from '../../uapi/sockets';
import { attr, attr32, maybe } from '../attribute';
import { nlmsg } from '../message';
import { familyOf } from './family';

/** A label stack entry: RFC 3032. */
export interface MplsLabel {
  /** 20 bits; 16 and above are free. */
  readonly label: number;
  /** 3 bits. */
  readonly tc?: number;
  /** 8 bits. */
  readonly ttl?: number;
}

/** Label stack entries; the last has the bottom bit. */
export const mplsStack = (labels: readonly MplsLabel[]): Buffer =>
  cat(
    ...labels.map(({ label, tc = 0, ttl = 0 }, at) =>
      be32(
        (BigInt(label) << 12n) | (BigInt(tc & 7) << 9n) | (at === labels.length - 1 ? 0x100n : 0n) | BigInt(ttl & 255),
      ),
    ),
  );

/** A route of packets that come with a label: ip-route(8), family mpls. net.mpls.platform_labels must be above it. */
export interface MplsRoute {
  readonly label: number;
  /** Labels that take its place; none pops it. */
  readonly out?: readonly MplsLabel[];
  readonly via?: IpText;
  readonly ifindex: number;
}

function mplsBody({ label, out = [], via, ifindex }: MplsRoute): Buffer {
  return cat(
    ...[u8(AF_MPLS), u8(20), u8(0), u8(0), u8(RT_TABLE_MAIN), u8(RTPROT_STATIC), u8(RT_SCOPE_UNIVERSE)],
    ...[u8(RTN_UNICAST), u32(0)],
    attr(RTA_DST, mplsStack([{ label }])),
    out.length > 0 ? attr(RTA_NEWDST, mplsStack(out)) : zeros(0),
    maybe(via, (ip) => attr(RTA_VIA, cat(u16(familyOf(ip)), ipBytes(ip)))),
    attr32(RTA_OIF, ifindex),
  );
}

/** RTM_NEWROUTE of family AF_MPLS. */
export const newMplsRoute = (route: MplsRoute): Buffer =>
  nlmsg(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, mplsBody(route));
