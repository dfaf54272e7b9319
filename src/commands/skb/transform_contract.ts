import { NO_ID, type Id } from '../../model/world/kinds';
import { DESTRUCTOR_XSK, type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import type { Draw } from '../draw';
import { pickBestOfThree } from '../pick';
import { isSole, orphanRecurses } from './skb_contract';
import { skbCloned, skbHeadlen } from '../../model/net/core/skbuff/skbuff_inlines';

/** Contracts and draws that the commands which reshape skbs share. */

/** No skb of a program is longer than LEN_MAX. */
export const LEN_MAX = 1 << 20;

/**
 * Returns whether a caller may reshape the skb. Others hold it while users > 1, and callers unshare it first. The
 * driver is still building an skb that waits for skb_mark_for_recycle.
 */
export function mayReshape(skb: SkBuff): boolean {
  return isSole(skb) && !orphanRecurses(skb) && !sharesHeads(skb);
}

/**
 * Returns whether skb_segment shared linear bytes of the packet. The packet then may only be read and freed, as callers
 * of skb_segment do: dataref does not count those segments, so a trim or pull would let others write to bytes that the
 * segments see.
 */
function sharesHeads(skb: SkBuff): boolean {
  if (skb.data.headShared) return true;
  for (let member = skb.data.fragList; member !== null; member = member.next) if (member.data.headShared) return true;
  return false;
}

/** Draws a length in [min, max], more often where one part of the skb ends and the next begins. */
export function drawCut(draw: Draw, skb: SkBuff, min: number, max: number): number {
  if (draw.chance(1, 2)) {
    const cuts = partEnds(skb);
    const cut = cuts[draw.below(cuts.length)] + draw.pick([0, 0, 0, -1, 1]);
    if (cut >= min && cut <= max) return cut;
  }
  return draw.size(min, max);
}

/** Returns where the linear part, each frag and each frag_list member end, in bytes from the start of the payload. */
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

/** A transmit skb with a free destructor_arg, whose skb_shared_info has no sharers. */
export function mayBeZerocopy(skb: SkBuff): boolean {
  return mayReshape(skb) && !skbCloned(skb) && !skb.ppRecycle && skb.destructor !== DESTRUCTOR_XSK;
}

/** Picks a suitable skb, preferring many frags: MAX_SKB_FRAGS is a boundary. Returns -1 when there is none. */
export function pickManyFrags(world: World, draw: Draw, suits: (skb: SkBuff) => boolean): Id<'skb'> {
  return pickBestOfThree(world, draw, 'skb', suits, (skb) => skb.data.nrFrags);
}

/** Returns the suitable skb with the most frags, the first of equals; -1 when there is none. */
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
