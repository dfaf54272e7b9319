import type { OutsideLink, OutsideLinkKind } from '../../../model/structs/outside';
import { objectOf } from '../../../model/world/handles';
import type { Id } from '../../../model/world/kinds';
import type { World } from '../../../model/world/world';
import type { MacText } from '../abi/address';
import { FIRST_FD } from '../step';

/* Names, indexes, addresses and descriptors of devices follow from the number of the name in the program. */

/** One of the devices of a link. */
export interface Device {
  readonly name: string;
  readonly ifindex: number;
  readonly mac: MacText;
}

const FIRST_INDEX = 1000;
/** Descriptors of tun devices begin so far behind the first descriptor of a program. */
const TUN_FDS = 600;
const FIRST_TABLE = 300;

/** The device that the kernel sends to. */
export function nearOf({ id }: Pick<OutsideLink, 'id'>): Device {
  return { name: `s${id}`, ifindex: FIRST_INDEX + 2 * id, mac: macOf(id, 1) };
}

/** The device that the kernel receives from what went in. */
export function farOf(link: Pick<OutsideLink, 'id' | 'kind'>): Device {
  if (!isPair(link)) return nearOf(link);
  return { name: `p${link.id}`, ifindex: FIRST_INDEX + 2 * link.id + 1, mac: macOf(link.id, 2) };
}

const PAIRS: readonly OutsideLinkKind[] = ['veth', 'vlan', 'tunnel', 'ip_tunnel'];
/** Links that are two devices: those that enter one come out of the other. */
export const isPair = ({ kind }: Pick<OutsideLink, 'kind'>): boolean => PAIRS.includes(kind);

/** Links whose packets go over the link below with other headers before them. */
export const isTunnel = ({ kind }: Pick<OutsideLink, 'kind'>): boolean => kind === 'tunnel' || kind === 'ip_tunnel';

/** Devices whose packets have a header of Ethernet. */
export const hasEthernet = ({ kind }: Pick<OutsideLink, 'kind'>): boolean =>
  kind === 'tap' || kind === 'bridge' || (isPair({ kind }) && kind !== 'ip_tunnel');

/** The Ethernet address to which frames go that leave by a link. Nobody has that of a device that is alone. */
export function nextMacOf(link: Pick<OutsideLink, 'id' | 'kind'>): MacText {
  return isPair(link) ? farOf(link).mac : strangerOf(link);
}

/** An Ethernet address of no device. */
export const strangerOf = ({ id }: Pick<OutsideLink, 'id'>): MacText => macOf(id, 3);

/** The number of the routing table for packets that come out of a link. */
export const tableOf = ({ id }: Pick<OutsideLink, 'id'>): number => FIRST_TABLE + id;

/** The descriptor that a program reads and writes a tun device by. */
export const tunFd = ({ id }: Pick<OutsideLink, 'id'>): number => FIRST_FD + TUN_FDS + id;

function macOf(id: number, end: number): MacText {
  return `02:00:00:00:${(id & 255).toString(16).padStart(2, '0')}:0${end}`;
}

export function linkOf(world: World, id: Id<'link'>): OutsideLink {
  return objectOf(world, id, 'link');
}

/** The receiver of frames: the far device, or none, so that a bridge sends them to all its ports. */
export const RECEIVER_WORDS = ['far', 'nobody'] as const;
export type ReceiverWord = (typeof RECEIVER_WORDS)[number];

/** The Ethernet addresses of a frame that a program writes. A bridge takes none that are for itself: br_dev_xmit. */
export function macOfWriter(
  link: Pick<OutsideLink, 'id' | 'kind'>,
  receiver: ReceiverWord = 'far',
): { readonly from: MacText; readonly to: MacText } {
  const isForFar = receiver === 'far' && link.kind !== 'bridge';
  return { from: macOf(link.id, 4), to: isForFar ? farOf(link).mac : strangerOf(link) };
}
