import { __pskbPullTail } from '../pull_trim/__pskb_pull_tail';
import { ENOMEM } from '../../../../lib/errno';
import { NETIF_F_FRAGLIST, NETIF_F_SG } from '../../gso/gso';
import { copySkbHeader } from '../copy/skb_copy_header';
import { skbClone } from '../copy/skb_clone';
import { consumeSkb, kfreeSkbList, skbReleaseHeadState } from '../free/skb_free';
import { skbPush } from '../pull_trim/skb_linear';
import { type SkBuff } from '../../../../structs/sk_buff';
import { touchLeaders, touchSharers } from '../touch_sharers';
import type { World } from '../../../../world/world';
import { skbShared } from '../skbuff_inlines';
import { skbUnclone } from '../head/pskb_expand_head';

/**
 * skb_segment_list() (6.1 and 6.12) of a fraglist GRO skb: moves the members of its frag_list to the list behind it
 * (skb.next), each with a copy of the head's `offset` bytes of MAC header in front. The data of head and members is at
 * the network header. Returns 0 or -ENOMEM. On failure the members were freed, and the caller frees the skb,
 * whose len still counts them.
 *
 * truesize stays with the head, because members have no owner to be uncharged for theirs (238e03d04662, C5).
 */
export function skbSegmentList(world: World, skb: SkBuff, features: number, offset: number): number {
  skbPush(world, skb, offset);
  // Unclones, because shared_info is written below (c329b261afe7, C8).
  if (world.rules.segmentListUnclones && skbUnclone(world, skb) !== 0) return failed(world, skb);
  touchSharers(world, skb);
  let list = skb.data.fragList;
  skb.data.fragList = null;
  let tail: SkBuff = skb;
  let deltaLen = 0;
  let deltaTruesize = 0;
  while (list !== null) {
    let nskb: SkBuff = list;
    list = list.next;
    let err = 0;
    // Another list has the member, too (53475c5dd856, C7).
    if (world.rules.segmentListForksShared && skbShared(nskb)) {
      const fork = skbClone(world, nskb);
      if (fork === null) err = -ENOMEM;
      else {
        consumeSkb(world, nskb);
        nskb = fork;
        err = skbUnclone(world, nskb);
      }
    }
    touchLeaders(world, nskb);
    tail.next = nskb;
    if (err !== 0) {
      nskb.next = list;
      return failed(world, skb);
    }
    tail = nskb;
    deltaLen += nskb.len;
    deltaTruesize += nskb.truesize;
    skbPush(world, nskb, offset);
    skbReleaseHeadState(world, nskb);
    copySkbHeader(world, nskb, skb);
    world.memory.copy(nskb.data.head + nskb.dataOffset, skb.data.head + skb.dataOffset, offset);
    if (needsLinearize(nskb, features) && !__pskbPullTail(world, nskb, nskb.dataLen)) {
      // A fork has no successor yet, so the kernel leaks the remaining members.
      if (list !== null && nskb.next === null) world.meet('segment-list-forgets-members');
      return failed(world, skb);
    }
  }
  skb.dataLen -= deltaLen;
  skb.len -= deltaLen;
  if (world.rules.segmentListTakesTruesize) skb.truesize -= deltaTruesize;
  skb.data.gsoSize = 0;
  skb.data.gsoType = 0;
  if (needsLinearize(skb, features) && !__pskbPullTail(world, skb, skb.dataLen)) return failed(world, skb);
  // skb_get() and the caller's consume_skb() of the original cancel each other out.
  return 0;
}

function failed(world: World, skb: SkBuff): number {
  kfreeSkbList(world, skb.next);
  skb.next = null;
  return -ENOMEM;
}

/** skb_needs_linearize(). */
function needsLinearize(skb: SkBuff, features: number): boolean {
  if (skb.dataLen === 0) return false;
  if (skb.data.fragList !== null && (features & NETIF_F_FRAGLIST) === 0) return true;
  return skb.data.nrFrags !== 0 && (features & NETIF_F_SG) === 0;
}
