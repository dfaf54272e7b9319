import { SKBFL_ZEROCOPY_ENABLE } from '../../../../structs/sk_buff';
import { Uarg } from '../../../../structs/uarg';
import type { World } from '../../../../world/world';

/** An owner of zerocopy pages with one reference, the caller's; `flags` (SKBFL_*) go to every skb that it is set on. */
export function ubufAlloc(world: World, flags: number): Uarg {
  const uarg = new Uarg();
  uarg.id = world.newId();
  uarg.flags = SKBFL_ZEROCOPY_ENABLE | flags;
  return world.add(world.uargs, uarg);
}
