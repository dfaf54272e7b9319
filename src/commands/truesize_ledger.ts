import { DESTRUCTOR_SOCK_EDEMUX, type SkbData, type SkBuff } from '../model/structs/sk_buff';
import { isSmallHeadroom } from '../model/net/core/skbuff/copy/skb_unclone';
import type { World } from '../model/world/world';
import { liveHandle } from '../model/world/handles';
import type { Before, Command } from './command';

/**
 * What truesize must be after each call, reckoned from the memory that the call allocates, moves and frees, never from
 * the model's own arithmetic. The `truesize-exact` invariant compares the two.
 *
 * One instance per run: it remembers the objects of a call's arguments across the call, since names can be consumed.
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
      const skb = (liveHandle(world, args[at])?.object as SkBuff | undefined) ?? null;
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
  after(world: World, command: Command, args: readonly number[], outcome: string, result: number): void {
    for (const skb of world.touchedSkbs) if (!skb.freed && !skb.data.freed) this.settleHead(world, command, args, skb);
    if (command.expectTruesize !== undefined) command.expectTruesize(world, args, outcome, result, this);
    else this.effect(world, command, args, outcome, result);
    for (const skb of world.touchedSkbs) remember(skb);
  }

  /** New sk_buffs, and heads that were replaced. */
  private settleHead(world: World, command: Command, args: readonly number[], skb: SkBuff): void {
    const data = skb.data;
    const overhead = world.abi.skBuffSize + world.abi.sharedInfoSize;
    if (skb.ledgerData === null) {
      this.settleNew(world, command, args, skb);
      return;
    }
    if (data === skb.ledgerData) {
      if (condenses(command.name)) this.settleTrim(overhead, command.name, skb);
      return;
    }
    if (command.name === 'skb_morph') return;
    const grown = data.end - skb.ledgerEnd;
    if (command.name === 'skb_expand_head' || (!isOwned(skb) && !keepsTruesize(command.name)))
      skb.expectedTruesize += grown;
    else if (grown > 0 && !keepsEnd(world, command.name, skb)) skb.truesizeDebt += grown;
    if (condenses(command.name)) this.settleTrim(overhead, command.name, skb);
  }

  /** A clone is charged like its source, also after its head was replaced; anything else for what was allocated for it. */
  private settleNew(world: World, command: Command, args: readonly number[], skb: SkBuff): void {
    const sharer = this.first !== null && this.first.data === skb.data ? this.first : otherSharer(world, skb);
    if (sharer !== null) {
      skb.expectedTruesize = sharer.expectedTruesize;
      skb.truesizeDebt = sharer.truesizeDebt;
    } else if (this.isExpandedClone(command, args)) {
      skb.expectedTruesize = this.firstExpected + skb.data.end - this.firstEnd;
      skb.truesizeDebt = this.firstDebt;
    } else if (forksMembers(command.name)) {
      // A member that other frag_lists share was cloned, and perhaps expanded: its source has no name here.
      skb.expectedTruesize = skb.truesize;
      skb.truesizeDebt = Math.max(
        0,
        world.abi.skBuffSize + world.abi.sharedInfoSize + skb.data.end + skb.dataLen - skb.truesize,
      );
    } else {
      // pskb_copy counts the frags by their bytes, "an estimate" (__pskb_copy_fclone, 6.1 and 6.12).
      skb.expectedTruesize = world.abi.skBuffSize + world.abi.sharedInfoSize + skb.data.end + skb.dataLen;
      skb.truesizeDebt = 0;
    }
  }

  private isExpandedClone(command: Command, args: readonly number[]): boolean {
    if (this.first === null) return false;
    if (command.name === 'skb_expand_head') return true;
    return command.name === 'skb_realloc_headroom' && args[1] > this.firstHeadroom;
  }

  /** ___pskb_trim ends in skb_condense for an skb without an owner: a linear one is charged for its head alone. */
  private settleTrim(overhead: number, command: string, skb: SkBuff): void {
    if (
      skb.dataLen === 0 &&
      (command === 'skb_condense' ? skb === this.first : skb.ledgerDataLen > 0 && !isOwned(skb))
    ) {
      skb.expectedTruesize = overhead + skb.data.end;
      skb.truesizeDebt = 0;
    }
  }

  /** What the call itself says about truesize. */
  private effect(world: World, command: Command, args: readonly number[], outcome: string, result: number): void {
    const first = this.first;
    const second = this.second;
    switch (command.name) {
      case 'skb_add_rx_frag':
      case 'skb_coalesce_rx_frag':
      case 'skb_fill_page_desc':
      case 'skb_fill_page_desc_managed':
        if (first !== null && outcome === 'ok') first.expectedTruesize += args[args.length - 1];
        break;
      case 'skb_try_coalesce':
        if (first === null || second === null) break;
        if (outcome === 'linked_frag_list') this.append(first, second);
        else this.coalesce(world, first, outcome);
        break;
      case 'skb_append_frag_list':
        if (first !== null && second !== null && outcome === 'ok') this.append(first, second);
        break;
      case 'skb_detach_frag_list':
        if (first !== null && outcome === 'ok') this.detach(world, first, result);
        break;
      case 'skb_split':
        if (first !== null && second !== null && outcome === 'ok') {
          // tcp_fragment: the paged bytes that move; linear ones go to a head that is charged already.
          first.expectedTruesize -= second.dataLen;
          second.expectedTruesize += second.dataLen;
        }
        break;
      case 'skb_shift':
        if (first !== null && second !== null && world.ret > 0) {
          first.expectedTruesize += world.ret;
          second.expectedTruesize -= world.ret;
        }
        break;
      case 'skb_morph':
        if (first !== null && second !== null && outcome === 'ok') {
          first.expectedTruesize = second.expectedTruesize;
          first.truesizeDebt = second.truesizeDebt;
        }
        break;
      default:
        break;
    }
  }

  /** The sum of truesize shrinks by what kfree_skb_partial really frees: the sk_buff, and the head if it was not stolen. */
  private coalesce(world: World, to: SkBuff, outcome: string): void {
    const { skBuffSize, sharedInfoSize } = world.abi;
    if (outcome === 'stole_head') to.expectedTruesize += this.secondExpected - skBuffSize;
    else if (outcome === 'moved_frags')
      to.expectedTruesize += this.secondExpected - skBuffSize - sharedInfoSize - this.secondEnd;
    else return;
    to.truesizeDebt += this.second?.truesizeDebt ?? 0;
  }

  /** A member joins the list of `head`. */
  private append(head: SkBuff, member: SkBuff): void {
    head.expectedTruesize += this.secondExpected;
    head.truesizeDebt += member.truesizeDebt;
    member.truesizeInList = this.secondExpected;
  }

  private detach(world: World, head: SkBuff, result: number): void {
    const member = liveHandle(world, result)?.object as SkBuff | undefined;
    if (member === undefined) return;
    head.expectedTruesize -= member.expectedTruesize;
    // A member that grew in the list takes along more than the head was charged for it.
    head.truesizeDebt += Math.max(0, member.expectedTruesize - member.truesizeInList);
  }
}

/** __pskb_pull_tail, ___pskb_trim and pskb_carve fork shared members of a frag_list. */
function forksMembers(name: string): boolean {
  return condenses(name) || name === '__pskb_pull_tail' || name === 'skb_linearize' || name === 'pskb_extract';
}

function condenses(name: string): boolean {
  return name === '___pskb_trim' || name === 'skb_condense' || name === 'sk_filter_trim_cap';
}

function remember(skb: SkBuff): void {
  skb.ledgerData = skb.data;
  skb.ledgerEnd = skb.data.end;
  skb.ledgerDataLen = skb.dataLen;
}

function isOwned(skb: SkBuff): boolean {
  return skb.sk !== null && skb.destructor !== DESTRUCTOR_SOCK_EDEMUX;
}

/** skb_unclone_keeptruesize and its callers: skb_prepare_for_shift (5.12, 097b9146c0e2). */
function keepsTruesize(name: string): boolean {
  return name === 'skb_unclone_keeptruesize' || name === 'skb_shift' || name === 'tcp_trim_head';
}

/** They put the end back where it was (2b88cba55883), but for a head from skb_small_head_cache, of which the kernel warns (6.3). */
function keepsEnd(world: World, name: string, skb: SkBuff): boolean {
  if (!keepsTruesize(name)) return false;
  return (
    !world.rules.smallHeadCache || !(isSmallHeadroom(world, skb.ledgerEnd) || isSmallHeadroom(world, skb.data.end))
  );
}

function otherSharer(world: World, skb: SkBuff): SkBuff | null {
  const data: SkbData = skb.data;
  if (!skb.cloned) return null;
  for (const other of world.skbs) if (other !== skb && other.data === data && other.ledgerData !== null) return other;
  return null;
}
