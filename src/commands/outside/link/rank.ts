import type { OutsideLink } from '../../../model/structs/outside';

/*
 * Filters and bridges send to links behind only, so that links are a tree: the judge follows a frame along its way, and
 * has no end for one that goes in circles. Circles are therefore not searched.
 */

/** The place of a link in the order in which packets go through links. A VLAN or tunnel has that of the link below. */
export const rankOf = ({ id, lower }: Pick<OutsideLink, 'id' | 'lower'>): number =>
  lower === null ? id : rankOf(lower);

/** Whether packets may go from one link into another. */
export const isBehind = (link: OutsideLink, from: OutsideLink): boolean =>
  rankOf(link) > Math.max(from.id, rankOf(from));

/**
 * Whether a filter may send packets of one link to another. A bridge sends what is for one of its ports out of it
 * (br_dev_xmit finds the port's own address), which would lead back.
 */
export const isTarget = (link: OutsideLink, from: OutsideLink): boolean =>
  link.kind !== 'bridge' && isBehind(link, from);
