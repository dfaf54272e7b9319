import { EFAULT, ENOMEM } from '../../lib/errno';
import { allocSkb } from '../core/skbuff/alloc/skb_alloc';
import { kfreeSkb } from '../core/skbuff/free/skb_free';
import type { SkBuff } from '../../structs/sk_buff';
import type { World } from '../../world/world';

/**
 * The part of kcm_sendmsg() (net/kcm/kcmsock.c, 6.1 and 6.12) in which a message goes on with another skb. It links the
 * skb, then copies the bytes. The copy fails, because the memory that the user names is not there. Returns -EFAULT or
 * -ENOMEM.
 */
export function kcmSendmsgFault(world: World, head: SkBuff): number {
  const tskb = allocSkb(world, 0);
  if (tskb === null) return -ENOMEM;
  world.touchSkb(head);
  const prev = lastMember(head);
  if (prev === null) head.data.fragList = tskb;
  else prev.next = tskb;
  // out_error: "Remove it from the frag_list" (ca220141fa8e).
  if (world.rules.kcmUnlinksEmpty) {
    if (prev === null) head.data.fragList = null;
    else prev.next = null;
    kfreeSkb(world, tskb);
  }
  return -EFAULT;
}

function lastMember(head: SkBuff): SkBuff | null {
  let last = head.data.fragList;
  while (last !== null && last.next !== null) last = last.next;
  return last;
}
