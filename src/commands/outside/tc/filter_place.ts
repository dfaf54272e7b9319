import type { OutsideLink } from '../../../model/structs/outside';
import type { World } from '../../../model/world/world';
import { type Id, NO_ID } from '../../../model/world/kinds';
import type { Draw } from '../../draw';
import { pickHandle } from '../../pick';
import { newQdisc } from '../abi/tc/qdisc';
import { clsact } from '../abi/tc/qdiscs';
import type { FilterPlace } from '../abi/tc/filter';
import { farOf, linkOf, nearOf } from '../link/devices';
import { isTarget } from '../link/rank';
import { PLACE_WORDS } from './filter_words';

/** The device of a place: what goes into a link leaves by the near one, what comes out arrives at the far one. */
const deviceOf = (link: OutsideLink, place: number): number =>
  PLACE_WORDS[place] === 'in' ? nearOf(link).ifindex : farOf(link).ifindex;

/** The place of the next filter of a link. Filters see a packet in the order in which they were made. */
export function placeOf(link: OutsideLink, place: number, protocol: number): FilterPlace {
  return {
    ifindex: deviceOf(link, place),
    parent: PLACE_WORDS[place] === 'in' ? 'egress' : 'ingress',
    priority: link.filters + 1,
    protocol,
  };
}

/** Messages that make the places for filters of a link, where it has none: clsact of tc-bpf(8). */
export function placeMessages(link: OutsideLink): Buffer[] {
  if (link.hasFilterPlace) return [];
  return devicesOf(link).map((ifindex) => newQdisc(ifindex, 'clsact', 0, clsact()));
}

/** The indexes of the devices of a link, each once. */
export const devicesOf = (link: OutsideLink): number[] => [...new Set([nearOf(link).ifindex, farOf(link).ifindex])];

/** Says that a link has one filter more. */
export function addFilter(link: OutsideLink): void {
  link.hasFilterPlace = true;
  link.filters++;
}

/** A link for a filter: the judge says most where nothing is merged. */
export function pickFilterLink(world: World, draw: Draw): Id<'link'> {
  const suits = ({ kind, merges, holds }: OutsideLink): boolean => kind !== 'nic' && !merges && !holds;
  const exact = draw.chance(7, 8) ? pickHandle(world, draw, 'link', suits) : NO_ID;
  return exact >= 0 ? exact : pickHandle(world, draw, 'link', ({ kind }) => kind !== 'nic');
}

/** A link that a filter sends packets to; -1: there is none behind. */
export function pickTarget(world: World, draw: Draw, from: OutsideLink): Id<'link'> {
  const suits = (link: OutsideLink): boolean => link.kind !== 'nic' && link.kind !== 'tun' && isTarget(link, from);
  const exact = pickHandle(world, draw, 'link', (link) => suits(link) && !link.merges);
  return exact >= 0 ? exact : pickHandle(world, draw, 'link', suits);
}

/** The link that a filter sends to, if packets may go there: see rank.ts. */
export function targetOf(world: World, from: OutsideLink, to: Id<'link'>): OutsideLink | null {
  const link = to < 0 ? null : linkOf(world, to);
  return link !== null && isTarget(link, from) ? link : null;
}
