import { SKBFL_ZEROCOPY_ENABLE } from '../../../../structs/sk_buff';
import { Uarg } from '../../../../structs/uarg';
import type { World } from '../../../../world/world';

/**
 * Returns a new uarg with one reference, the caller's.
 *
 * @param flags - SKBFL_* for every skb that gets this uarg
 */
export function ubufAlloc(world: World, flags: number): Uarg {
  const uarg = new Uarg();
  uarg.id = world.newId();
  uarg.flags = SKBFL_ZEROCOPY_ENABLE | flags;
  return world.add(world.uargs, uarg);
}
