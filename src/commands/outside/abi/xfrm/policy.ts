import { type IpText, ipVersion } from '../address';
import { cat, u16, u32, u8, zeros } from '../bytes';
import { attr, attr32, maybe } from '../netlink/attribute';
import { nlmsg } from '../netlink/message';
import { familyOf } from '../netlink/rtnl/family';
import { NLM_F_CREATE, NLM_F_EXCL } from '../uapi/netlink';
import {
  XFRM_MSG_DELPOLICY,
  XFRM_MSG_NEWPOLICY,
  XFRM_POLICY_ALLOW,
  XFRM_POLICY_FWD,
  XFRM_POLICY_IN,
  XFRM_POLICY_OUT,
  XFRMA_IF_ID,
  XFRMA_TMPL,
} from '../uapi/xfrm';
import { espId, lifetime, modeByte, selectorBytes, xfrmAddress, type XfrmMode, type XfrmSelector } from './structs';

/** A policy: packets of the selector need that transformation. ip-xfrm(8). */
export interface XfrmPolicy {
  readonly selector: XfrmSelector;
  readonly direction: 'in' | 'out' | 'forward';
  readonly mode: XfrmMode;
  readonly reqid: number;
  /** Ends of a tunnel. */
  readonly from?: IpText;
  readonly to?: IpText;
  readonly priority?: number;
  readonly ifId?: number;
}

const DIRECTIONS = { in: XFRM_POLICY_IN, out: XFRM_POLICY_OUT, forward: XFRM_POLICY_FWD };

/** struct xfrm_user_tmpl, 64 bytes, of ESP with any algorithm. */
function template({ selector, mode, reqid, from, to }: XfrmPolicy): Buffer {
  const any = ipVersion(selector.to) === 4 ? '0.0.0.0' : '::';
  const end = to ?? any;
  return cat(
    ...[espId(end, 0), u16(familyOf(end)), zeros(2), xfrmAddress(from ?? any), u32(reqid), modeByte(mode)],
    ...[u8(0), u8(0), zeros(1), u32(-1), u32(-1), u32(-1)],
  );
}

/** XFRM_MSG_NEWPOLICY: struct xfrm_userpolicy_info, 168 bytes, and its template. */
export const newPolicy = (policy: XfrmPolicy): Buffer =>
  nlmsg(
    XFRM_MSG_NEWPOLICY,
    NLM_F_CREATE | NLM_F_EXCL,
    ...[selectorBytes(policy.selector), lifetime(), u32(policy.priority ?? 0), u32(0)],
    ...[u8(DIRECTIONS[policy.direction]), u8(XFRM_POLICY_ALLOW), u8(0), u8(0), zeros(4)],
    attr(XFRMA_TMPL, template(policy)),
    maybe(policy.ifId, (id) => attr32(XFRMA_IF_ID, id)),
  );

/**
 * struct xfrm_userpolicy_info of a socket, whose packets need no transformation: IP_XFRM_POLICY, IPV6_XFRM_POLICY. So
 * does a daemon that receives ESP in UDP, where policies are for all packets of the machine.
 */
export function socketPolicy(version: 4 | 6, direction: 'in' | 'out'): Buffer {
  const any = version === 4 ? '0.0.0.0' : '::';
  return cat(
    ...[selectorBytes({ from: any, fromPrefix: 0, to: any, toPrefix: 0 }), lifetime(), u32(0), u32(0)],
    ...[u8(DIRECTIONS[direction]), u8(XFRM_POLICY_ALLOW), u8(0), u8(0), zeros(4)],
  );
}

/** XFRM_MSG_DELPOLICY: struct xfrm_userpolicy_id, 64 bytes. */
export const delPolicy = ({ selector, direction, ifId }: XfrmPolicy): Buffer =>
  nlmsg(
    XFRM_MSG_DELPOLICY,
    0,
    ...[selectorBytes(selector), u32(0), u8(DIRECTIONS[direction]), zeros(3)],
    maybe(ifId, (id) => attr32(XFRMA_IF_ID, id)),
  );
