import {
  GRO_MOVED_FRAGS,
  GRO_MOVED_FRAGS_TO_LAST,
  GRO_STOLE_HEAD,
  GRO_STOLE_HEAD_TO_LAST,
} from '../../model/net/core/gro/skb_gro_receive';
import type { Napi } from '../../model/structs/napi';
import { DESTRUCTOR_NONE, type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';

/** The charge of a packet before it went into GRO. */
export interface Entered {
  readonly expected: number;
  readonly debt: number;
  readonly end: number;
  readonly owned: boolean;
}

export function noteEntry(skb: SkBuff): Entered {
  return {
    expected: skb.expectedTruesize,
    debt: skb.truesizeDebt,
    end: skb.data.end,
    owned: skb.destructor !== DESTRUCTOR_NONE,
  };
}

/**
 * A merge conserves truesize except for freed memory. A packet whose frags moved loses its sk_buff and head, a packet
 * whose head was stolen loses its sk_buff, and a chained packet stays whole.
 */
export function settleTruesize(world: World, napi: Napi, entered: Entered): void {
  const merge = napi.merge;
  if (merge === null) return;
  const { skBuffSize, sharedInfoSize } = world.abi;
  const grown = merge.end - entered.end;
  // A head that grew under an owner is not charged (pskb_expand_head).
  const expected = entered.expected + (entered.owned ? 0 : grown);
  const debt = entered.debt + (entered.owned && grown > 0 ? grown : 0);
  let freed = 0;
  if (merge.how === GRO_MOVED_FRAGS || merge.how === GRO_MOVED_FRAGS_TO_LAST)
    freed = skBuffSize + sharedInfoSize + merge.end;
  else if (merge.how === GRO_STOLE_HEAD || merge.how === GRO_STOLE_HEAD_TO_LAST) freed = skBuffSize;
  const { p, lp, skb } = merge;
  for (const taker of lp === p ? [p] : [p, lp]) {
    taker.expectedTruesize += expected - freed;
    taker.truesizeDebt += debt;
  }
  if (lp !== p) lp.truesizeInList += expected - freed;
  if (skb.freed) return;
  if (freed === 0) {
    skb.truesizeInList = expected;
    return;
  }
  // napi_reuse_skb keeps the sk_buff and its head.
  skb.expectedTruesize = freed;
  skb.truesizeDebt = 0;
}
