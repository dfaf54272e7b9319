import { be16, zeros } from '../bytes';
import { type Attributes, attrText, nest } from '../netlink/attribute';
import { nlmsg } from '../netlink/message';
import { ETH_P_ALL } from '../uapi/devices';
import { NLM_F_CREATE, NLM_F_EXCL } from '../uapi/netlink';
import { RTM_DELTFILTER, RTM_NEWTFILTER } from '../uapi/rtnl';
import { TCA_KIND, TCA_OPTIONS } from '../uapi/sched';
import { actionList, type TcAction } from './action';
import { tcmsg, type TcParent } from './handle';

/** A classifier: filters.ts. */
export interface Classifier {
  readonly kind: string;
  /** Without its actions. */
  readonly options: Attributes;
  /** The attribute of its actions. */
  readonly actionsType: number;
}

/** Where a filter is, and for which packets. */
export interface FilterPlace {
  readonly ifindex: number;
  readonly parent: TcParent;
  /** 1 to 0xffff; lower ones come first. Each may have one kind. */
  readonly priority: number;
  /** ETH_P_*; default ETH_P_ALL. */
  readonly protocol?: number;
}

/** Priority, and the protocol in the order of the network. */
const infoOf = ({ priority, protocol = ETH_P_ALL }: FilterPlace): number =>
  ((priority & 0xffff) * 0x10000 + be16(protocol).readUInt16LE()) >>> 0;

/** RTM_NEWTFILTER. Actions run one after the other while their control is pipe. */
export const newFilter = (
  place: FilterPlace,
  { kind, options, actionsType }: Classifier,
  actions: readonly TcAction[] = [],
): Buffer =>
  nlmsg(
    RTM_NEWTFILTER,
    NLM_F_CREATE | NLM_F_EXCL,
    tcmsg(place.ifindex, 0, place.parent, infoOf(place)),
    attrText(TCA_KIND, kind),
    nest(TCA_OPTIONS, options, actions.length > 0 ? nest(actionsType, actionList(actions)) : zeros(0)),
  );

/** RTM_DELTFILTER of all filters of a priority. */
export const delFilter = (place: FilterPlace): Buffer =>
  nlmsg(RTM_DELTFILTER, 0, tcmsg(place.ifindex, 0, place.parent, infoOf(place)));
