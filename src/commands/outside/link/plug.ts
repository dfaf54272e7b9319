import type { OutsideLink } from '../../../model/structs/outside';
import type { World } from '../../../model/world/world';
import { cat, u32 } from '../abi/bytes';
import { newQdisc } from '../abi/tc/qdisc';
import { nearOf } from './devices';

/** struct tc_plug_qopt (include/uapi/linux/pkt_sched.h): hold from now on; let go whatever comes. */
const ACTIONS = { hold: 0, release: 2 } as const;
const HANDLE = 1;
/** plug_init takes the limit from the message that makes the qdisc. */
const LIMIT_BYTES = 1 << 24;

/** A message that makes the qdisc plug of a link, or tells it what to do: tc-plug of iproute2. */
export function plugMessage(link: Pick<OutsideLink, 'id'>, action: keyof typeof ACTIONS): Buffer {
  const options = cat(u32(ACTIONS[action]), u32(LIMIT_BYTES));
  return newQdisc(nearOf(link).ifindex, 'root', HANDLE, { kind: 'plug', options });
}

/** Messages that let go what links hold, the oldest first, and make them hold again. */
export function releaseMessages(world: World): Buffer[] {
  const links = world.namesOf('link').map(({ object }) => object);
  const holding = links.filter(({ holds }) => holds);
  return holding.flatMap((link) => [plugMessage(link, 'release'), plugMessage(link, 'hold')]);
}
