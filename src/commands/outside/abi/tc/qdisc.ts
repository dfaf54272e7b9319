import { zeros } from '../bytes';
import { attr, type Attributes, attrText } from '../netlink/attribute';
import { nlmsg } from '../netlink/message';
import { NLM_F_CREATE, NLM_F_REPLACE } from '../uapi/netlink';
import { RTM_DELQDISC, RTM_NEWQDISC } from '../uapi/rtnl';
import { TCA_KIND, TCA_OPTIONS } from '../uapi/sched';
import { tcHandle, tcmsg, type TcParent } from './handle';

/** A queueing discipline with its settings: qdiscs.ts. */
export interface Qdisc {
  readonly kind: string;
  readonly options: Attributes;
}

/**
 * RTM_NEWQDISC; a root qdisc takes the place of the one that is there.
 * @param handle - major number: 1 to 0xffef
 */
export const newQdisc = (ifindex: number, parent: TcParent, handle: number, { kind, options }: Qdisc): Buffer =>
  nlmsg(
    RTM_NEWQDISC,
    NLM_F_CREATE | NLM_F_REPLACE,
    tcmsg(ifindex, tcHandle(parent === 'clsact' ? 0xffff : handle, 0), parent),
    attrText(TCA_KIND, kind),
    options.length > 0 ? attr(TCA_OPTIONS, options) : zeros(0),
  );

/** RTM_DELQDISC. */
export const delQdisc = (ifindex: number, parent: TcParent): Buffer =>
  nlmsg(RTM_DELQDISC, 0, tcmsg(ifindex, parent === 'clsact' ? tcHandle(0xffff, 0) : 0, parent));
