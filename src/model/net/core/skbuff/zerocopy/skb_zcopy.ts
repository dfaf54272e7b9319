import { getPage, putPage } from '../../../../mm/page_alloc';
import { SKBFL_ALL_ZEROCOPY, SKBFL_MANAGED_FRAG_REFS, type SkBuff } from '../../../../structs/sk_buff';
import { sockPut } from '../../sock/sock_put';
import type { Uarg } from '../../../../structs/uarg';
import type { World } from '../../../../world/world';
import { skbZcopy, skbZcopyManaged } from '../skbuff_inlines';

/** net_zcopy_get(). */
export function netZcopyGet(world: World, uarg: Uarg): void {
  if (uarg.completed)
    world.violate('no-use-after-free', 'uarg', `a reference is taken on uarg#${uarg.id}, which is completed`);
  else uarg.refcnt++;
}

/** The uarg's ->callback (6.1), ->ops->complete (6.12): drops one reference. The last one puts the pinned pages. */
export function ubufComplete(world: World, uarg: Uarg, success: boolean): void {
  if (uarg.completed) {
    world.violate('no-double-free', 'uarg', `uarg#${uarg.id} is completed once more after its last reference`);
    return;
  }
  uarg.completions++;
  if (success) uarg.successes++;
  uarg.refcnt--;
  if (uarg.refcnt !== 0 && world.rules.uargCompletesOnce) return;
  uarg.completed = true;
  for (const page of uarg.pinned) putPage(world, page);
  uarg.pinned.length = 0;
  world.remove(world.uargs, uarg);
  // The end of __msg_zerocopy_callback().
  if (uarg.sk !== null) sockPut(world, uarg.sk);
}

/** net_zcopy_put(). */
export function netZcopyPut(world: World, uarg: Uarg): void {
  ubufComplete(world, uarg, true);
}

/**
 * skb_zcopy_set(): gives the skb a reference and the uarg's flags. Does nothing when it is zerocopy already.
 * uarg.flags never has SKBFL_MANAGED_FRAG_REFS: io_sg_from_iter (io_uring/net.c), which fills managed frags, sets it on
 * the skb. In uarg.flags, skb_zerocopy_clone would pass it to a copy whose frags have real references.
 */
export function skbZcopySet(world: World, skb: SkBuff, uarg: Uarg): void {
  if (skbZcopy(skb) !== null) return;
  netZcopyGet(world, uarg);
  skb.data.uarg = uarg;
  skb.data.flags |= uarg.flags;
  world.touchSkb(skb);
}

/** skb_zcopy_clear(). */
export function skbZcopyClear(world: World, skb: SkBuff, success: boolean): void {
  const uarg = skbZcopy(skb);
  if (uarg === null) return;
  ubufComplete(world, uarg, success);
  skb.data.flags &= ~SKBFL_ALL_ZEROCOPY;
}

/** skb_zcopy_downgrade_managed(): takes a page reference for each managed frag. */
export function skbZcopyDowngradeManaged(world: World, skb: SkBuff): void {
  if (!skbZcopyManaged(skb)) return;
  const data = skb.data;
  data.flags &= ~SKBFL_MANAGED_FRAG_REFS;
  for (let i = 0; i < data.nrFrags; i++) getPage(world, data.frags[i].page);
}
