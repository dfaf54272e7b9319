import type { Segments } from '../skbuff/segment/skb_segment';
import { DESTRUCTOR_TCP_WFREE, type SkBuff } from '../../../structs/sk_buff';
import type { Sock } from '../../../structs/sock';
import type { World } from '../../../world/world';

/** The result of a protocol's gso_segment. */
export interface GsoSegments {
  readonly segments: Segments;
  /** The reason why there are no segments although nothing failed. Null: skb_segment was called. */
  readonly refused: 'short_header' | 'too_small' | 'device_segments' | null;
}

/**
 * Moves the destructor and the socket of the skb to every segment. sk_wmem_alloc changes by the difference between the
 * truesize of the segments and of the skb (tcp_gso_segment, __udp_gso_segment; 7ec318feeed1, 575b65bc5bff).
 */
export function chargeSegments(world: World, skb: SkBuff, first: SkBuff, destructor: number): void {
  const sk = skb.sk as Sock;
  let sumTruesize = 0;
  for (let seg: SkBuff | null = first; seg !== null; seg = seg.next) {
    seg.destructor = destructor;
    seg.sk = sk;
    sumTruesize += seg.truesize;
    world.touchSkb(seg);
  }
  skb.destructor = 0;
  skb.sk = null;
  const { gsoCorrectsCharge } = world.rules;
  if (gsoCorrectsCharge === 'both' || gsoCorrectsCharge === (destructor === DESTRUCTOR_TCP_WFREE ? 'tcp' : 'udp'))
    sk.wmemAlloc += sumTruesize - skb.truesize;
}
