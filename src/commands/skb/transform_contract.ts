import { NO_ID, type Id } from '../../model/world/kinds';
import { DESTRUCTOR_XSK, type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import type { Draw } from '../draw';
import { pickBestOfThree } from '../pick';
import { isSole, orphanRecurses } from './skb_contract';
import { skbCloned, skbHeadlen } from '../../model/net/core/skbuff/skbuff_inlines';

/** Contracts and draws that the commands which reshape skbs share. */

/** No skb of a program is longer than this. */
export const LEN_MAX = 1 << 20;

/**
 * May a caller reshape the skb? Others hold it while users > 1 (pskb_expand_head has a BUG_ON for that), and one that waits for
 * skb_mark_for_recycle is still being built by its driver.
 */
export function mayReshape(skb: SkBuff): boolean {
  return isSole(skb) && !orphanRecurses(skb) && !sharesHeads(skb);
}

/**
 * Once skb_segment shared the linear bytes of a frag_list member as a frag, the packet is there to be read and freed, as callers of
 * skb_segment do: dataref does not count those segments, so that a trim or pull would let others write to what they see.
 */
function sharesHeads(skb: SkBuff): boolean {
  if (skb.data.headShared) return true;
  for (let member = skb.data.fragList; member !== null; member = member.next) if (member.data.headShared) return true;
  return false;
}

/** A length in [min, max] with a taste for the places where one part of the skb ends and the next begins. */
export function drawCut(draw: Draw, skb: SkBuff, min: number, max: number): number {
  if (draw.chance(1, 2)) {
    const cuts = partEnds(skb);
    const cut = cuts[draw.below(cuts.length)] + draw.pick([0, 0, 0, -1, 1]);
    if (cut >= min && cut <= max) return cut;
  }
  return draw.size(min, max);
}

/** Where the linear part, each frag and each frag_list member end, in bytes from the start of the payload. */
function partEnds(skb: SkBuff): number[] {
  let at = skbHeadlen(skb);
  const ends = [at];
  for (let i = 0; i < skb.data.nrFrags; i++) ends.push((at += skb.data.frags[i].size));
  for (let member = skb.data.fragList; member !== null; member = member.next) {
    ends.push(at + skbHeadlen(member), at + member.len);
    at += member.len;
  }
  return ends;
}

/** A transmit skb, whose skb_shared_info nobody else sees, and whose destructor_arg is free. */
export function mayBeZerocopy(skb: SkBuff): boolean {
  return mayReshape(skb) && !skbCloned(skb) && !skb.ppRecycle && skb.destructor !== DESTRUCTOR_XSK;
}

/** One that suits, rather with many frags than with few: MAX_SKB_FRAGS is a boundary. -1 when there is none. */
export function pickManyFrags(world: World, draw: Draw, suits: (skb: SkBuff) => boolean): Id<'skb'> {
  return pickBestOfThree(world, draw, 'skb', suits, (skb) => skb.data.nrFrags);
}

/** The one that suits with the most frags, the first of them; -1 when there is none. */
export function pickMostFrags(world: World, suits: (skb: SkBuff) => boolean): Id<'skb'> {
  let best: Id<'skb'> = NO_ID;
  let most = 0;
  for (const { id, object: skb } of world.namesOf('skb')) {
    if (skb.data.nrFrags <= most || !suits(skb)) continue;
    best = id;
    most = skb.data.nrFrags;
  }
  return best;
}
