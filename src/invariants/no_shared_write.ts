import { skbHeadlen, type SkBuff } from '../model/skbuff';
import type { World } from '../model/world';
import type { Invariant } from './invariant';

export const NO_SHARED_WRITE: Invariant = {
  name: 'no-shared-write',
  statement: 'nobody writes to payload that another holder can see: cloned heads, shared frags',
  source: 'skb_cloned, skb_cow, skb_unclone in include/linux/skbuff.h (6.1 and 6.12)',
  check(world) {
    return checkWrites(world);
  },
};

/** Returns how many writes the command made. */
export function checkWrites(world: World): number {
  const writes = world.memory.writes;
  for (let i = 0; i < writes.length; i += 2) checkWrite(world, writes[i], writes[i + 1]);
  return writes.length >> 1;
}

/** What was written may be the payload of one skb, the writer's, and of no other. */
function checkWrite(world: World, address: number, length: number): void {
  let first: SkBuff | null = null;
  for (const skb of world.skbs) {
    if (skb.data.freed || !sees(skb, address, address + length, world.lastIdBefore)) continue;
    if (first === null) {
      first = skb;
      continue;
    }
    world.violate(
      'no-shared-write',
      'skb',
      `${length} bytes were written that skb#${first.id} and skb#${skb.id} both have as payload`,
    );
    return;
  }
}

/** Heads and pages that the command itself made do not count: it fills them before it shares them. */
function sees(skb: SkBuff, from: number, to: number, lastIdBefore: number): boolean {
  const data = skb.data;
  const linear = data.head + skb.dataOffset;
  if (data.id <= lastIdBefore && linear < to && from < linear + skbHeadlen(skb)) return true;
  for (let i = 0; i < data.nrFrags; i++) {
    const frag = data.frags[i];
    if (frag.page.address < 0 || frag.page.id > lastIdBefore) continue;
    const start = frag.page.address + frag.offset;
    if (start < to && from < start + frag.size) return true;
  }
  return false;
}
