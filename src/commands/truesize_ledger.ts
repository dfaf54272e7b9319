import { DESTRUCTOR_SOCK_EDEMUX, type SkbData, type SkBuff } from '../model/structs/sk_buff';
import { isSmallHeadroom } from '../model/net/core/skbuff/copy/skb_unclone';
import type { World } from '../model/world/world';
import { liveObject } from '../model/world/handles';
import type { NamedArgs } from './arg';
import type { Before, Command } from './command';
import type { TruesizeEffects } from './truesize_effects';

/**
 * Reckons truesize after each call from the memory that the call allocates, moves and frees, never from the model's own
 * arithmetic. The `truesize-exact` invariant compares the two. The ledger settles new sk_buffs and replaced heads;
 * `expectTruesize` of the command's record adds the other effects of the call.
 *
 * There is one instance per run. It remembers the objects of a call's arguments across the call, since calls consume
 * names.
 */
export class TruesizeLedger implements Before<unknown> {
  note: unknown = undefined;
  first: SkBuff | null = null;
  second: SkBuff | null = null;
  secondExpected = 0;
  secondEnd = 0;
  firstExpected = 0;
  firstEnd = 0;
  private firstHeadroom = 0;
  private firstDebt = 0;

  /**
   * Before `command.run`.
   * @param note - what `command.noteBefore` returned
   */
  before(world: World, command: Command, args: readonly number[], note: unknown): void {
    this.note = note;
    this.first = null;
    this.second = null;
    const handles = command.handles;
    for (let i = 0; i < handles.length; i++) {
      const { at, kind } = handles[i];
      if (kind !== 'skb') continue;
      const skb = liveObject(world, args[at], 'skb');
      if (this.first === null) this.first = skb;
      else if (this.second === null) this.second = skb;
    }
    if (this.first !== null) {
      this.firstExpected = this.first.expectedTruesize;
      this.firstEnd = this.first.data.end;
      this.firstHeadroom = this.first.dataOffset;
      this.firstDebt = this.first.truesizeDebt;
    }
    if (this.second !== null) {
      this.secondExpected = this.second.expectedTruesize;
      this.secondEnd = this.second.data.end;
    }
  }

  /**
   * After `command.run`.
   * @param result - handle number that the call named, -1
   */
  after(world: World, command: Command, args: NamedArgs, outcome: string, result: number): void {
    for (const skb of world.touchedSkbs) if (!skb.freed && !skb.data.freed) this.settleHead(world, command, args, skb);
    command.expectTruesize?.(world, args, outcome, result, this);
    for (const skb of world.touchedSkbs) remember(skb);
  }

  /** Settles new sk_buffs, and heads that were replaced. */
  private settleHead(world: World, command: Command, args: NamedArgs, skb: SkBuff): void {
    const { truesize: effects } = command;
    if (skb.ledgerData === null) {
      this.settleNew(world, effects, args, skb);
      return;
    }
    if (skb.data !== skb.ledgerData) {
      if (effects.takesOverHead) return;
      const grown = skb.data.end - skb.ledgerEnd;
      if (effects.chargesOwned || (!isOwned(skb) && !effects.keepsTruesize)) skb.expectedTruesize += grown;
      else if (grown > 0 && !keepsEnd(world, effects, skb)) skb.truesizeDebt += grown;
    }
    if (this.isCondensed(effects, skb)) {
      skb.expectedTruesize = chargeOfHead(world, skb.data.end);
      skb.truesizeDebt = 0;
    }
  }

  /**
   * Charges a clone like its source, also after its head was replaced. Charges another new sk_buff for its allocations.
   */
  private settleNew(world: World, effects: TruesizeEffects, args: NamedArgs, skb: SkBuff): void {
    const sharer = this.sourceOf(world, effects, skb);
    if (sharer !== null) {
      skb.expectedTruesize = sharer.expectedTruesize;
      skb.truesizeDebt = sharer.truesizeDebt;
    } else if (this.first !== null && effects.expandsClone?.(args, this.firstHeadroom) === true) {
      skb.expectedTruesize = this.firstExpected + skb.data.end - this.firstEnd;
      skb.truesizeDebt = this.firstDebt;
    } else if (effects.forksMembers) {
      // A member that other frag_lists share was cloned, and perhaps expanded: its source has no name here.
      skb.expectedTruesize = skb.truesize;
      skb.truesizeDebt = Math.max(0, chargeOfHead(world, skb.data.end) + skb.dataLen - skb.truesize);
    } else {
      // pskb_copy counts the frags by their bytes, "an estimate" (__pskb_copy_fclone, 6.1 and 6.12).
      skb.expectedTruesize = chargeOfHead(world, skb.data.end) + skb.dataLen;
      skb.truesizeDebt = 0;
    }
  }

  /**
   * The sk_buff that a clone came from, whose truesize skb_clone copies (__skb_clone, 6.1 and 6.12). Sharers of a head
   * may differ in truesize, because skb_condense changes one of them.
   */
  private sourceOf(world: World, { forksMembers }: TruesizeEffects, skb: SkBuff): SkBuff | null {
    const { first } = this;
    if (first !== null && first.data === skb.data) return first;
    if (forksMembers !== true || !skb.cloned) return otherSharer(world, skb);
    // A member that another frag_list shares was cloned: __pskb_pull_tail leaves its source in the other list.
    const old = first === null ? null : first.ledgerData;
    const before = old === null ? null : memberSharing(old, skb);
    if (before !== null) return before;
    for (const { data } of world.skbs) {
      const member = memberSharing(data, skb);
      if (member !== null) return member;
    }
    return otherSharer(world, skb);
  }

  /** Returns whether skb_condense left the skb without paged bytes. */
  private isCondensed({ condenses }: TruesizeEffects, skb: SkBuff): boolean {
    if (condenses === undefined || skb.dataLen > 0) return false;
    return condenses === 'argument' ? skb === this.first : skb.ledgerDataLen > 0 && !isOwned(skb);
  }
}

/** Of an sk_buff and a head that ends at `end`: SKB_TRUESIZE, written again because the model's is under test. */
function chargeOfHead({ abi }: World, end: number): number {
  return abi.skBuffSize + abi.sharedInfoSize + end;
}

function remember(skb: SkBuff): void {
  skb.ledgerData = skb.data;
  skb.ledgerEnd = skb.data.end;
  skb.ledgerDataLen = skb.dataLen;
}

function isOwned(skb: SkBuff): boolean {
  return skb.sk !== null && skb.destructor !== DESTRUCTOR_SOCK_EDEMUX;
}

/**
 * A call that keeps truesize puts the end back (2b88cba55883). It cannot do so with a head from skb_small_head_cache,
 * of which the kernel warns (6.3).
 */
function keepsEnd(world: World, effects: TruesizeEffects, skb: SkBuff): boolean {
  if (!effects.keepsTruesize) return false;
  return (
    !world.rules.uncloneLeavesSmallHeads ||
    !(isSmallHeadroom(world, skb.ledgerEnd) || isSmallHeadroom(world, skb.data.end))
  );
}

/** The member of a frag_list that shares the head of a new clone. */
function memberSharing(data: SkbData, skb: SkBuff): SkBuff | null {
  for (let member = data.fragList; member !== null; member = member.next)
    if (member !== skb && member.data === skb.data && member.ledgerData !== null) return member;
  return null;
}

function otherSharer(world: World, skb: SkBuff): SkBuff | null {
  const data: SkbData = skb.data;
  if (!skb.cloned) return null;
  for (const other of world.skbs) if (other !== skb && other.data === data && other.ledgerData !== null) return other;
  return null;
}
