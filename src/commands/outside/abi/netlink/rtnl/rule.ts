import { ipBytes, type IpText } from '../../address';
import { cat, u32, u8 } from '../../bytes';
import { NLM_F_CREATE, NLM_F_EXCL } from '../../uapi/netlink';
import {
  FR_ACT_BLACKHOLE,
  FR_ACT_PROHIBIT,
  FR_ACT_TO_TBL,
  FR_ACT_UNREACHABLE,
  FRA_DST,
  FRA_FWMARK,
  FRA_IIFNAME,
  FRA_PRIORITY,
  FRA_SRC,
  FRA_TABLE,
  RTM_DELRULE,
  RTM_NEWRULE,
} from '../../uapi/rtnl';
import { AF_INET, AF_INET6 } from '../../uapi/sockets';
import { attr, attr32, attrText, maybe } from '../attribute';
import { nlmsg } from '../message';

/** A rule of policy routing: ip-rule(8). */
export interface Rule {
  readonly version: 4 | 6;
  /** Lower ones come first; the main table is at 32,766. */
  readonly priority: number;
  readonly action?: 'table' | 'blackhole' | 'unreachable' | 'prohibit';
  readonly table?: number;
  readonly from?: { readonly ip: IpText; readonly prefix: number };
  readonly to?: { readonly ip: IpText; readonly prefix: number };
  /** Mark of the packet. */
  readonly mark?: number;
  /** Name of the link that it came by. */
  readonly iif?: string;
}

const ACTIONS = {
  table: FR_ACT_TO_TBL,
  blackhole: FR_ACT_BLACKHOLE,
  unreachable: FR_ACT_UNREACHABLE,
  prohibit: FR_ACT_PROHIBIT,
};

const ruleBody = ({ version, priority, action = 'table', table = 0, from, to, mark, iif }: Rule): Buffer =>
  cat(
    // struct fib_rule_hdr, 12 bytes: include/uapi/linux/fib_rules.h.
    ...[u8(version === 4 ? AF_INET : AF_INET6), u8(to?.prefix ?? 0), u8(from?.prefix ?? 0), u8(0)],
    ...[u8(table < 256 ? table : 0), u8(0), u8(0), u8(ACTIONS[action]), u32(0)],
    attr32(FRA_PRIORITY, priority),
    attr32(FRA_TABLE, table),
    maybe(from, ({ ip }) => attr(FRA_SRC, ipBytes(ip))),
    maybe(to, ({ ip }) => attr(FRA_DST, ipBytes(ip))),
    maybe(mark, (value) => attr32(FRA_FWMARK, value)),
    maybe(iif, (name) => attrText(FRA_IIFNAME, name)),
  );

/** RTM_NEWRULE. */
export const newRule = (rule: Rule): Buffer => nlmsg(RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, ruleBody(rule));

/** RTM_DELRULE. */
export const delRule = (rule: Rule): Buffer => nlmsg(RTM_DELRULE, 0, ruleBody(rule));
