import { ENOMEM } from '../../../../lib/errno';
import { kmallocReserve } from '../alloc/kmalloc_reserve';
import { freeSkbData } from '../alloc/skb_head';
import { skbFragRef } from '../frags/skb_frag';
import { skbFreeHead, skbReleaseData } from '../free/skb_free';
import { skbOrphanFrags } from '../zerocopy/skb_orphan_frags';
import { cloneFragList, copySharedInfo } from '../copy/skb_shinfo';
import { skbAlive } from '../alloc/skb_slab';
import { netZcopyGet, skbZcopyDowngradeManaged } from '../zerocopy/skb_zcopy';
import { DESTRUCTOR_SOCK_EDEMUX, skbCloned, skbShared, skbZcopy, type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';

/**
 * pskb_expand_head(): a new kmalloc head with `nhead` more bytes in front and `ntail` behind; 0 or -ENOMEM.
 * Of a cloned skb it takes references for everything in the copied shared_info and lets go of the old head like
 * any other sharer; else the references move. BUG on a shared skb.
 */
export function pskbExpandHead(world: World, skb: SkBuff, nhead: number, ntail: number): number {
  if (!skbAlive(world, skb, 'pskb_expand_head')) return -ENOMEM;
  // BUG_ON(skb_shared(skb)): its other users would not know where their bytes went.
  if (skbShared(skb)) {
    world.violate('skb-users', 'skb', `pskb_expand_head of skb#${skb.id}, which has ${skb.users} users`);
    return -ENOMEM;
  }
  const osize = skb.data.end;
  skbZcopyDowngradeManaged(world, skb);
  const data = kmallocReserve(world, osize + nhead + ntail, skb.pfmemalloc);
  if (data === null) return -ENOMEM;
  world.memory.copy(data.head + nhead, skb.data.head, skb.tail);
  copySharedInfo(data, skb.data);
  if (skbCloned(skb)) {
    // nofrags: the copied shared_info holds nothing yet.
    if (!skbOrphanFrags(world, skb)) {
      freeSkbData(world, data);
      return -ENOMEM;
    }
    world.preempt('pskb_expand_head: cloned');
    holdSharedInfo(world, skb);
    skbReleaseData(world, skb);
  } else {
    skbFreeHead(world, skb);
  }
  skb.data = data;
  skb.headFrag = false;
  if (world.rules.expandHeadClearsMemInfo) skb.memInfo = null;
  skb.dataOffset += nhead;
  skb.tail += nhead;
  skb.cloned = false;
  skb.hdrLen = 0;
  skb.nohdr = false;
  data.dataref = 1;
  adjustTruesize(world, skb, data.end - osize);
  world.touchSkb(skb);
  return 0;
}

/** References for the copy of the shared_info. */
function holdSharedInfo(world: World, skb: SkBuff): void {
  const uarg = skbZcopy(skb);
  if (uarg !== null && world.rules.expandHeadTakesUargReference) netZcopyGet(world, uarg);
  for (let i = 0; i < skb.data.nrFrags; i++) skbFragRef(world, skb, i);
  cloneFragList(skb.data);
}

/** "It is not generally safe to change skb->truesize": only of an skb that is not charged to a socket (158f323b9868). */
function adjustTruesize(world: World, skb: SkBuff, delta: number): void {
  const { expandHeadAdjustsTruesize } = world.rules;
  if (expandHeadAdjustsTruesize === 'never') return;
  const unowned = skb.sk === null || skb.destructor === DESTRUCTOR_SOCK_EDEMUX;
  if (unowned || expandHeadAdjustsTruesize === 'always') skb.truesize += delta;
}
