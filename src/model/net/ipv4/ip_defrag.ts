import { appendFragList } from '../core/skbuff/frags/frag_list';
import { skbGsoReset } from '../core/gso/gso';
import type { SkBuff } from '../../structs/sk_buff';
import type { Sock } from '../../structs/sock';
import { isSkbWmem, skbOrphan } from '../core/sock/sock_charge';
import type { World } from '../../world/world';
import { skbUnclone } from '../core/skbuff/head/pskb_expand_head';

/**
 * ip_defrag() of `skb`, the first part of a datagram. `fragment`, which arrived before, is the rest, so `skb` completes
 * the datagram (ip_frag_queue, inet_frag_reasm_prepare and inet_frag_reasm_finish, net/ipv4, 6.1 and 6.12). Returns 0
 * or -ENOMEM. On failure both skbs are unchanged, except that no socket is charged for the fragment.
 *
 * Both kernels follow 18685451fc4e: "TX: skb->sk might have been passed as argument to dst->output and must remain
 * valid until tx completes. Move sk to reassembled skb and fix up wmem accounting."
 */
export function ipDefrag(world: World, skb: SkBuff, fragment: SkBuff): number {
  // An skb that waits in the queue is orphaned (the end of ip_frag_queue).
  if (world.rules.reassemblyOrphansQueued) skbOrphan(world, fragment);
  if (world.rules.reassemblyStripsGso) {
    // "An IP fragment is never a GSO packet" (inet_frag_queue_insert).
    skbGsoReset(world, skb);
    skbGsoReset(world, fragment);
  }
  if (!world.rules.reassemblyKeepsSk) skbOrphan(world, skb);
  const sk = isSkbWmem(skb) ? skb.sk : null;
  const before = skb.truesize;
  const err = skbUnclone(world, skb);
  if (sk !== null) sk.wmemAlloc += skb.truesize - before;
  if (err !== 0) return err;
  const head = skb.truesize;
  // The kernel calls skb_try_coalesce for IP_DEFRAG_LOCAL_DELIVER only.
  fragment.sk = null;
  appendFragList(world, skb, fragment);
  if (sk !== null && world.rules.reassemblyChargesSum) sk.wmemAlloc += skb.truesize - head;
  checkReassembled(world, skb);
  return 0;
}

/**
 * A datagram of IP fragments is no GSO packet, and none of its parts is: skb_segment would take the frag_list for one
 * of GRO's ("whose frag_list is not GRO-shaped", CVE-2026-80590).
 */
function checkReassembled(world: World, skb: SkBuff): void {
  for (let part: SkBuff | null = skb; part !== null; part = part === skb ? skb.data.fragList : part.next)
    if (part.data.gsoSize !== 0)
      world.violate(
        'geometry',
        'skb',
        `skb#${skb.id} was reassembled of fragments, and skb#${part.id} in it has gso_size ${part.data.gsoSize}`,
      );
}

/**
 * ip_local_out() and the functions below it got skb->sk as an argument. They go on with that socket after the hook in
 * which ip_defrag ran.
 */
export function ipLocalOutUses(world: World, sk: Sock | null): void {
  if (sk?.freed === true)
    world.violate('no-use-after-free', 'sock', `the caller of ip_defrag goes on with sock#${sk.id}, which was freed`);
}
