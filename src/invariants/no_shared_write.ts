import { type SkBuff } from '../model/structs/sk_buff';
import type { World } from '../model/world/world';
import type { Invariant } from './invariant';
import { skbHeadlen, skbZcopy } from '../model/net/core/skbuff/skbuff_inlines';

export const NO_SHARED_WRITE: Invariant = {
  name: 'no-shared-write',
  statement: 'no write reaches payload that another holder can see: cloned heads, shared frags',
  source: 'skb_cloned, skb_cow, skb_unclone in include/linux/skbuff.h (6.1 and 6.12)',
  check: checkWrites,
};

/**
 * An skb with user memory that was sent by zerocopy holds the owner of that memory: as soon as the owner is completed,
 * the process writes there again (MSG_ZEROCOPY, Documentation/networking/msg_zerocopy.rst).
 */
export function checkUserPages(world: World): number {
  if (!world.userPages) return 0;
  let checked = 0;
  for (const skb of world.skbs) {
    const { data } = skb;
    if (data.freed) continue;
    for (let i = 0; i < data.nrFrags; i++) {
      const { page } = data.frags[i];
      if (page.user === null) continue;
      checked++;
      if (skbZcopy(skb) === page.user && !page.user.completed) continue;
      world.violate(
        'no-shared-write',
        'skb',
        `user space may write to page#${page.id} while skb#${skb.id} has it: the skb does not hold ` +
          `uarg#${page.user.id}`,
      );
      break;
    }
  }
  return checked;
}

/** Returns more than 0 where the command wrote. */
export function checkWrites(world: World): number {
  const writes = world.memory.writes;
  for (let i = 0; i < writes.length; i += 2) checkWrite(world, writes[i], writes[i + 1]);
  return writes.length;
}

/** The written bytes may be the payload of one skb, the writer's, and of no other. */
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
    // The file reports a write to a page of the page cache, however many others hold the page.
    if (frag.page.address < 0 || frag.page.id > lastIdBefore || frag.page.file !== null) continue;
    const start = frag.page.address + frag.offset;
    if (start < to && from < start + frag.size) return true;
  }
  return false;
}
