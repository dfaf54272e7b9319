import { napiPpPutPage } from './napi_pp_put_page';
import { putPage } from '../../../../mm/page_alloc';
import { freeSkbData } from '../alloc/skb_head';
import { __skbFragUnref } from '../frags/skb_frag';
import { freeStruct, kfreeSkbmem } from '../alloc/skb_slab';
import { skbZcopyClear } from '../zerocopy/skb_zcopy';
import { DESTRUCTOR_NONE, SKB_DATAREF_SHIFT, SKB_FCLONE_UNAVAILABLE, type SkBuff } from '../../../../structs/sk_buff';
import { runDestructor } from '../../sock/sock_charge';
import type { World } from '../../../../world/world';
import { xdpReturnSkbPage } from './xdp_return_skb_page';
import { skbZcopy, skbZcopyManaged } from '../skbuff_inlines';

export { netZcopyGet, netZcopyPut, skbZcopyClear } from '../zerocopy/skb_zcopy';
export { kfreeSkbmem } from '../alloc/skb_slab';

/**
 * skb_free_head(): puts the head to its pool, or page_frag_free, or kfree.
 * The hook of 2018 precedes the test of head_frag.
 */
export function skbFreeHead(world: World, skb: SkBuff): void {
  const data = skb.data;
  const page = data.page;
  freeSkbData(world, data);
  if (skb.memInfo !== null) {
    xdpReturnSkbPage(world, skb, page);
    return;
  }
  if (!skb.headFrag || page === null) return;
  if (skb.ppRecycle && napiPpPutPage(world, page)) return;
  putPage(world, page);
}

/**
 * skb_release_data(): drops this skb's reference to the head. The last one releases frags, frag_list and head.
 * Each skb but the last loses pp_recycle, so exactly one sk_buff returns the pages to the pool.
 */
export function skbReleaseData(world: World, skb: SkBuff): void {
  const data = skb.data;
  if (data.freed) {
    world.violate('no-double-free', 'skb', `skb#${skb.id} releases head#${data.id}, which was freed`);
    return;
  }
  world.touchSkb(skb);
  if (!skbDataUnref(world, skb)) {
    if (world.rules.releaseClearsRecycleOfSharer) skb.ppRecycle = false;
    return;
  }
  let managed = false;
  if (skbZcopy(skb) !== null) {
    managed = skbZcopyManaged(skb);
    skbZcopyClear(world, skb, true);
    world.preempt('skb_release_data: zerocopy completed');
  }
  if (!managed) {
    for (let i = 0; i < data.nrFrags; i++) __skbFragUnref(world, data.frags[i].page, skb.ppRecycle);
  }
  if (data.fragList !== null) kfreeSkbList(world, data.fragList);
  skbFreeHead(world, skb);
  skb.ppRecycle = false;
}

/**
 * skb_data_unref() (6.12), the start of skb_release_data (6.1).
 * Returns whether this was the last reference to the head.
 */
function skbDataUnref(world: World, skb: SkBuff): boolean {
  if (!skb.cloned) return true;
  const data = skb.data;
  data.dataref -= skb.nohdr ? (1 << SKB_DATAREF_SHIFT) + 1 : 1;
  let left = data.dataref;
  if (left < 0)
    world.violate('dataref', 'skb', `dataref of head#${data.id} is ${left} after skb#${skb.id} released it`);
  if (left === 0) return true;
  world.preempt('skb_release_data: dataref dropped');
  if (!world.rules.releaseDataIsAtomic) left = data.dataref;
  return left === 0;
}

/** skb_release_head_state(): runs the destructor. (dst, conntrack and extensions are not modelled.) */
export function skbReleaseHeadState(world: World, skb: SkBuff): void {
  if (skb.destructor !== DESTRUCTOR_NONE) runDestructor(world, skb);
}

/** skb_release_all(). */
export function skbReleaseAll(world: World, skb: SkBuff): void {
  skbReleaseHeadState(world, skb);
  skbReleaseData(world, skb);
}

/** __kfree_skb(). */
export function __kfreeSkb(world: World, skb: SkBuff): void {
  skbReleaseAll(world, skb);
  kfreeSkbmem(world, skb);
}

/** kfree_skb(): drops one user. The last one frees the skb. */
export function kfreeSkb(world: World, skb: SkBuff): void {
  if (skb.freed) {
    world.violate('no-double-free', 'skb', `skb#${skb.id} is freed a second time`);
    return;
  }
  world.touchSkb(skb);
  // skb_unref() leaves users at 1 for the last user, because no other can read it.
  if (skb.users !== 1) {
    world.preempt('skb_unref: users read');
    skb.users--;
    if (skb.users !== 0) return;
  }
  world.preempt('kfree_skb: last user');
  __kfreeSkb(world, skb);
}

/** consume_skb(), which has the same effect on memory as kfree_skb. */
export function consumeSkb(world: World, skb: SkBuff): void {
  kfreeSkb(world, skb);
}

/**
 * napi_consume_skb(): with a budget, the last user's struct goes to the per-CPU cache from which NAPI polls allocate.
 * That cache has no lock. Neither half of an fclone pair goes there.
 */
export function napiConsumeSkb(world: World, skb: SkBuff, budget: number): void {
  const toCache = budget !== 0 && !skb.freed && skb.users === 1 && skb.fclone === SKB_FCLONE_UNAVAILABLE;
  kfreeSkb(world, skb);
  // napi_skb_cache_put()
  if (toCache && !world.inSoftirq())
    world.violate('ring-bounds', 'skb', `skb#${skb.id} goes to the NAPI cache of this CPU, outside softirq`);
}

/** kfree_skb_list(). */
export function kfreeSkbList(world: World, first: SkBuff | null): void {
  let skb = first;
  while (skb !== null) {
    const next: SkBuff | null = skb.next;
    kfreeSkb(world, skb);
    skb = next;
  }
}

/**
 * kfree_skb_partial(), after skb_try_coalesce. With a stolen head only the struct is left: the head and its frags
 * belong to another skb now. An fclone must not get here, because the struct is freed to the slab directly.
 */
export function kfreeSkbPartial(world: World, skb: SkBuff, stolen: boolean): void {
  if (!stolen) {
    __kfreeSkb(world, skb);
    return;
  }
  if (world.rules.partialFreeReleasesHeadState) skbReleaseHeadState(world, skb);
  freeSkbData(world, skb.data);
  freeStruct(world, skb);
}
