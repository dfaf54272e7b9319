import { Checksum } from './csum';
import { Stretches } from './skb_stretches';
import type { SkBuff } from './skbuff';
import type { World } from './world';

const stretches = new Stretches();

/** gso_make_checksum() after skb_segment summed the payload: everything from the transport header (`from` bytes behind data) to the end. */
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
