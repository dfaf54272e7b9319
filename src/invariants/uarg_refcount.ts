import type { Uarg } from '../model/structs/uarg';
import type { World } from '../model/world/world';
import type { Invariant } from './invariant';

export const UARG_REFCOUNT: Invariant = {
  name: 'uarg-refcount',
  statement:
    "a zerocopy owner's refcount equals the shared_infos and names that hold it, and it completes only when the " +
    'last of them drops its reference',
  source: 'net_zcopy_get, net_zcopy_put, skb_zcopy_set (6.1 and 6.12)',
  check(world) {
    for (const uarg of world.uargs) checkUarg(world, uarg);
    return world.uargs.length;
  },
};

export function checkUarg(world: World, uarg: Uarg): void {
  if (uarg.refcnt !== uarg.seenReferences)
    world.violate(
      'uarg-refcount',
      'uarg',
      `uarg#${uarg.id} has refcnt ${uarg.refcnt}, but ${uarg.seenReferences} hold it`,
    );
  if (uarg.completed && uarg.seenReferences > 0)
    world.violate('uarg-refcount', 'uarg', `uarg#${uarg.id} is completed while ${uarg.seenReferences} still hold it`);
}
