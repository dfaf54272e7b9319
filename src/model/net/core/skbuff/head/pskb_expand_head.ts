import { ENOMEM, EINVAL } from '../../../../lib/errno';
import { kmallocReserve } from '../alloc/kmalloc_reserve';
import { freeSkbData } from '../alloc/skb_head';
import { skbFragRef, skbFragUnref, fillPageDesc } from '../frags/skb_frag';
import { skbFreeHead, skbReleaseData } from '../free/skb_free';
import { cloneFragList, copySharedInfo } from '../copy/skb_shinfo';
import { skbAlive } from '../alloc/skb_slab';
import { netZcopyGet, skbZcopyDowngradeManaged, skbZcopyClear } from '../zerocopy/skb_zcopy';
import { DESTRUCTOR_SOCK_EDEMUX, type SkBuff, SKBFL_DONT_ORPHAN } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbCloned, skbShared, skbZcopy } from '../skbuff_inlines';
import { ubufOrder, __skbPagelen, allocCopyPages, copyFrags } from '../zerocopy/ubuf_pages';

// This file also holds skb_orphan_frags, skb_copy_ubufs and skb_unclone: the four call each other in a circle.

/**
 * pskb_expand_head(): allocates a kmalloc head with `nhead` more bytes in front and `ntail` behind. Returns 0 or
 * -ENOMEM. For a cloned skb it takes references for everything in the copied shared_info, and releases the old head as
 * any sharer does. Otherwise the references move. BUG on a shared skb.
 */
export function pskbExpandHead(world: World, skb: SkBuff, nhead: number, ntail: number): number {
  if (!skbAlive(world, skb, 'pskb_expand_head')) return -ENOMEM;
  // BUG_ON(skb_shared(skb)): its other users would not know that their bytes moved.
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

/** Takes the references for the copy of the shared_info. */
function holdSharedInfo(world: World, skb: SkBuff): void {
  const uarg = skbZcopy(skb);
  if (uarg !== null && world.rules.expandHeadTakesUargReference) netZcopyGet(world, uarg);
  for (let i = 0; i < skb.data.nrFrags; i++) skbFragRef(world, skb, i);
  cloneFragList(skb.data);
}

/**
 * "It is not generally safe to change skb->truesize": changes it only if the skb is not
 * charged to a socket (158f323b9868).
 */
function adjustTruesize(world: World, skb: SkBuff, delta: number): void {
  const { expandHeadAdjustsTruesize } = world.rules;
  if (expandHeadAdjustsTruesize === 'never') return;
  const unowned = skb.sk === null || skb.destructor === DESTRUCTOR_SOCK_EDEMUX;
  if (unowned || expandHeadAdjustsTruesize === 'always') skb.truesize += delta;
}

/**
 * skb_copy_ubufs() (6.1 and 6.12): copies the payload of the frags to the kernel's own pages, and completes the uarg
 * with success false. Returns 0 or -errno. On failure the frags are as before, though the skb may be uncloned.
 *
 * truesize stays, although the new pages may be larger than the pinned ones.
 * With frags that hold no byte at all the kernel would write frags[-1], but no command makes a frag of size 0.
 */
export function skbCopyUbufs(world: World, skb: SkBuff): number {
  const numFrags = skb.data.nrFrags;
  // A failed skb_unclone returns -EINVAL, too.
  if (skbShared(skb) || skbUnclone(world, skb) !== 0) return -EINVAL;
  if (numFrags !== 0) {
    const order = ubufOrder(world, __skbPagelen(skb));
    const pages = allocCopyPages(world, __skbPagelen(skb), order);
    if (pages === null) return -ENOMEM;
    const last = copyFrags(world, skb.data, pages, world.abi.pageSize << order);
    // "skb frags release userspace buffers": managed frags have nothing to release.
    for (let i = 0; i < numFrags; i++) skbFragUnref(world, skb, i, 'skb_copy_ubufs');
    for (let i = 0; i < pages.length; i++) {
      fillPageDesc(skb, i, pages[i], 0, i < pages.length - 1 ? world.abi.pageSize << order : last);
    }
    skb.data.nrFrags = pages.length;
    world.touchSkb(skb);
  }
  skbZcopyClear(world, skb, false);
  return 0;
}

/**
 * skb_orphan_frags(): copies user pages before another owner may keep them, unless the uarg has SKBFL_DONT_ORPHAN.
 * Returns false when that failed. A cloned skb with pages to copy must not get here: skb_copy_ubufs would unclone it,
 * which orphans again, endlessly. skb_clone orphans before it clones, so the kernel does not get there.
 */
export function skbOrphanFrags(world: World, skb: SkBuff): boolean {
  if (skbZcopy(skb) === null) return true;
  if ((skb.data.flags & SKBFL_DONT_ORPHAN) !== 0) return true;
  return skbCopyUbufs(world, skb) === 0;
}

/** skb_unclone(): gives the skb a head of its own if it shares one. Returns 0 or -errno. */
export function skbUnclone(world: World, skb: SkBuff): number {
  return skbCloned(skb) ? pskbExpandHead(world, skb, 0, 0) : 0;
}
