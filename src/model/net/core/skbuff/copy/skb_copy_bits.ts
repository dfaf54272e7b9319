import { skbHeadlen } from '../skbuff_inlines';
import { Stretches } from '../frags/skb_stretches';
import type { SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';

const stretches = new Stretches();

/**
 * skb_copy_bits(): copies bytes [offset, offset + length) of the payload, of any layout, to an arena address.
 * A negative offset reaches into the headroom. Returns false when the skb has fewer bytes (-EFAULT).
 */
export function skbCopyBits(world: World, skb: SkBuff, offset: number, to: number, length: number): boolean {
  if (offset + length > skb.len) return false;
  // The kernel copies the linear bytes first. Every caller drops the copy then.
  if (skb.unreadable && offset + length > skbHeadlen(skb)) return false;
  let skip = offset;
  let left = length;
  let target = to;
  if (skip < 0) {
    const before = Math.min(-skip, left);
    world.memory.copy(target, skb.data.head + skb.dataOffset + skip, before);
    target += before;
    left -= before;
    skip = 0;
  }
  stretches.start(skb);
  while (left > 0 && stretches.next(world)) {
    if (skip >= stretches.length) {
      skip -= stretches.length;
      continue;
    }
    const taken = Math.min(stretches.length - skip, left);
    world.memory.copy(target, stretches.address + skip, taken);
    target += taken;
    left -= taken;
    skip = 0;
  }
  return left === 0;
}
