import type { NamedArgs } from './arg';

/**
 * The effects of a call on heads, frag_lists and charges: the ledger settles sk_buffs by them before `expectTruesize`
 * runs.
 */
export interface TruesizeEffects<Args = NamedArgs> {
  /**
   * The call condenses, so a linear skb is charged for its head alone.
   * 'trimmed': ___pskb_trim ends in skb_condense for an skb that had paged bytes and has no owner.
   * 'argument': the call condenses the skb that it names.
   */
  readonly condenses?: 'trimmed' | 'argument';
  /** A new head adds nothing to truesize: skb_unclone_keeptruesize and its callers (5.12, 097b9146c0e2). */
  readonly keepsTruesize?: true;
  /** The call forks members that frag_lists share, as __pskb_pull_tail, ___pskb_trim and pskb_carve do. */
  readonly forksMembers?: true;
  /** The call charges a head that grew to an skb with an owner too. pskb_expand_head leaves truesize alone then. */
  readonly chargesOwned?: true;
  /** The sk_buff takes over the head of another, which is charged already. */
  readonly takesOverHead?: true;
  /**
   * Returns whether a new skb that shares no head is a clone of the call's first skb with an expanded head.
   * @param headroom - of the first skb before the call
   */
  expandsClone?(args: Args, headroom: number): boolean;
}

/** The effects with all fields in one order: one hidden class, as for Command. */
export function effectsOf(effects: TruesizeEffects): TruesizeEffects {
  const { condenses, keepsTruesize, forksMembers, chargesOwned, takesOverHead, expandsClone } = effects;
  return { condenses, keepsTruesize, forksMembers, chargesOwned, takesOverHead, expandsClone };
}
