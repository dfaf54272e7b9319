import type { SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';

/**
 * Appends a member to the frag_list, as reassembly links fragments (inet_frag_reasm_finish, net/ipv4/inet_fragment.c,
 * 6.1 and 6.12). The head's truesize includes the member's from now on.
 */
export function appendFragList(world: World, skb: SkBuff, member: SkBuff): void {
  world.touchSkb(skb);
  world.touchSkb(member);
  let last = skb.data.fragList;
  if (last === null) {
    skb.data.fragList = member;
  } else {
    while (last.next !== null) last = last.next;
    last.next = member;
  }
  member.next = null;
  skb.dataLen += member.len;
  skb.len += member.len;
  skb.truesize += member.truesize;
}

/** Removes the first member, as ip_do_fragment takes a frag_list apart (net/ipv4/ip_output.c, 6.1 and 6.12). */
export function detachFragList(world: World, skb: SkBuff): SkBuff {
  const member = skb.data.fragList as SkBuff;
  world.touchSkb(skb);
  world.touchSkb(member);
  skb.data.fragList = member.next;
  member.next = null;
  skb.dataLen -= member.len;
  skb.len -= member.len;
  skb.truesize -= member.truesize;
  return member;
}

/**
 * Moves the list behind the skb (skb.next) to its frag_list, one by one (sctp_make_reassembled_event,
 * net/sctp/ulpevent.c).
 */
export function gatherList(world: World, skb: SkBuff): void {
  let member = skb.next;
  skb.next = null;
  while (member !== null) {
    const next: SkBuff | null = member.next;
    appendFragList(world, skb, member);
    member = next;
  }
}

/** Returns whether another list shares the last member. Then this list must not write the member's `next`. */
export function lastMemberShared(skb: SkBuff): boolean {
  let last = skb.data.fragList;
  if (last === null) return false;
  while (last.next !== null) last = last.next;
  return last.users !== 1;
}
