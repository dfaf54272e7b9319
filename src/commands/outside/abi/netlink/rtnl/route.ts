import { ipBytes, type IpText } from '../../address';
import { cat, u16, u32, u8, zeros } from '../../bytes';
import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../../uapi/netlink';
import {
  RT_SCOPE_HOST,
  RT_SCOPE_LINK,
  RT_SCOPE_UNIVERSE,
  RT_TABLE_MAIN,
  RTA_DST,
  RTA_ENCAP,
  RTA_ENCAP_TYPE,
  RTA_GATEWAY,
  RTA_METRICS,
  RTA_MULTIPATH,
  RTA_OIF,
  RTA_PREFSRC,
  RTA_PRIORITY,
  RTA_TABLE,
  RTA_VIA,
  RTAX_INITCWND,
  RTAX_MTU,
  RTM_DELROUTE,
  RTM_NEWROUTE,
  RTN_BLACKHOLE,
  RTN_LOCAL,
  RTN_MULTICAST,
  RTN_PROHIBIT,
  RTN_THROW,
  RTN_UNICAST,
  RTN_UNREACHABLE,
  RTNH_F_ONLINK,
  RTPROT_STATIC,
} from '../../uapi/rtnl';
import { AF_INET } from '../../uapi/sockets';
import { attr, attr16, attr32, type Attributes, maybe, nest } from '../attribute';
import { nlmsg } from '../message';
import type { Encap } from './encap';
import { familyOf } from './family';

/** The fate of packets of a route. */
export type RouteType = 'unicast' | 'local' | 'blackhole' | 'unreachable' | 'prohibit' | 'throw' | 'multicast';

const ROUTE_TYPES = {
  unicast: RTN_UNICAST,
  local: RTN_LOCAL,
  blackhole: RTN_BLACKHOLE,
  unreachable: RTN_UNREACHABLE,
  prohibit: RTN_PROHIBIT,
  throw: RTN_THROW,
  multicast: RTN_MULTICAST,
};

/** One way to go: ip-route(8). */
export interface NextHop {
  /** Index of the link. */
  readonly ifindex?: number;
  /** The next router; it may be of the other family for IPv4. */
  readonly via?: IpText;
  /** A lightweight tunnel: encap.ts, seg6.ts. */
  readonly encap?: Encap;
  /** The router is on the link, though no address says so. */
  readonly onlink?: boolean;
}

/** A route. */
export interface Route extends NextHop {
  /** Destination; 0.0.0.0 or :: with prefix 0 is the default route. */
  readonly ip: IpText;
  /** Bits: 0 to 32 or 128. */
  readonly prefix: number;
  readonly type?: RouteType;
  /** Default 254, the main table. */
  readonly table?: number;
  /** Bytes. 0 is none. */
  readonly mtu?: number;
  /** Initial congestion window, in segments. */
  readonly initcwnd?: number;
  readonly priority?: number;
  /** The source address of packets that have none yet. */
  readonly source?: IpText;
  /** More ways, among which flows are spread. */
  readonly hops?: readonly NextHop[];
}

const hopAttributes = (hop: NextHop, family: number): Attributes =>
  cat(
    maybe(hop.via, (via) =>
      familyOf(via) === family ? attr(RTA_GATEWAY, ipBytes(via)) : attr(RTA_VIA, cat(u16(familyOf(via)), ipBytes(via))),
    ),
    maybe(hop.encap, ({ type, data }) => cat(attr16(RTA_ENCAP_TYPE, type), nest(RTA_ENCAP, data))),
  );

/** struct rtnexthop and its attributes. */
function multipathHop(hop: NextHop, family: number): Buffer {
  const attributes = hopAttributes(hop, family);
  const flags = hop.onlink ? RTNH_F_ONLINK : 0;
  return cat(u16(8 + attributes.length), u8(flags), u8(0), u32(hop.ifindex ?? 0), attributes);
}

function routeBody(route: Route): Buffer {
  const family = familyOf(route.ip);
  const type = route.type ?? 'unicast';
  const table = route.table ?? RT_TABLE_MAIN;
  const isLink = type === 'unicast' && route.via === undefined && !route.hops && !route.encap;
  const scope = type === 'local' ? RT_SCOPE_HOST : isLink && family === AF_INET ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
  const hops = route.hops ?? [];
  return cat(
    // struct rtmsg, 12 bytes.
    ...[u8(family), u8(route.prefix), u8(0), u8(0), u8(table < 256 ? table : 0), u8(RTPROT_STATIC), u8(scope)],
    ...[u8(ROUTE_TYPES[type]), u32(route.onlink ? RTNH_F_ONLINK : 0)],
    route.prefix > 0 ? attr(RTA_DST, ipBytes(route.ip)) : zeros(0),
    attr32(RTA_TABLE, table),
    hopAttributes(route, family),
    maybe(route.ifindex, (ifindex) => attr32(RTA_OIF, ifindex)),
    maybe(route.priority, (priority) => attr32(RTA_PRIORITY, priority)),
    maybe(route.source, (ip) => attr(RTA_PREFSRC, ipBytes(ip))),
    metrics(route),
    hops.length > 0 ? attr(RTA_MULTIPATH, cat(...hops.map((hop) => multipathHop(hop, family)))) : zeros(0),
  );
}

function metrics({ mtu, initcwnd }: Route): Attributes {
  if (mtu === undefined && initcwnd === undefined) return zeros(0);
  const mtuMetric = maybe(mtu, (bytes) => attr32(RTAX_MTU, bytes));
  return nest(
    RTA_METRICS,
    mtuMetric,
    maybe(initcwnd, (segments) => attr32(RTAX_INITCWND, segments)),
  );
}

/** RTM_NEWROUTE of a route that must not exist yet. */
export const newRoute = (route: Route): Buffer => nlmsg(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, routeBody(route));

/** RTM_NEWROUTE that takes the place of the route to that destination. */
export const replaceRoute = (route: Route): Buffer =>
  nlmsg(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, routeBody(route));

/** RTM_DELROUTE. */
export const delRoute = (route: Route): Buffer => nlmsg(RTM_DELROUTE, 0, routeBody(route));
