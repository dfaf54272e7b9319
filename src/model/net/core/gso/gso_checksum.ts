import { Checksum } from '../../headers/csum';
import { Stretches } from '../skbuff/frags/skb_stretches';
import type { SkBuff } from '../../../structs/sk_buff';
import type { World } from '../../../world/world';

const stretches = new Stretches();

/**
 * gso_make_checksum() after skb_segment summed the payload: covers everything from the
 * transport header (`from` bytes behind data) to the end.
 */
export function gsoMakeChecksum(world: World, skb: SkBuff, from: number): number {
  const checksum = new Checksum();
  let skip = from;
  stretches.start(skb);
  while (stretches.next(world)) {
    const skipped = Math.min(skip, stretches.length);
    skip -= skipped;
    checksum.add(world, stretches.address + skipped, stretches.length - skipped);
  }
  return checksum.fold();
}
