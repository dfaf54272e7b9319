import { type SkBuff } from '../model/structs/sk_buff';
import type { World } from '../model/world/world';
import type { Invariant } from './invariant';
import { FRAG_LIST_MAX } from './walk/walk';
import { skbHeadlen } from '../model/net/core/skbuff/skbuff_inlines';

/**
 * The position of the comparison in the expected payload. It is at module level on purpose: comparisons never overlap,
 * and a comparison allocates nothing.
 */
let payload: readonly number[] = [];
let span: number;
let spanDone: number;
let position: number;

export const BYTES: Invariant = {
  name: 'bytes',
  statement:
    'every byte of payload is the byte that was put there, in order, through clone, copy, coalesce, split, ' +
    'shift, pull and trim',
  source: 'skb_copy_bits (6.1 and 6.12) and the documentation of each function',
  check(world, _walk, everything) {
    const skbs = everything ? world.skbs : world.touchedSkbs;
    let checked = 0;
    for (const skb of skbs) {
      if (skb.freed || skb.data.freed) continue;
      checked++;
      checkPayload(world, skb);
    }
    return checked;
  },
};

function expect(bytes: readonly number[]): void {
  payload = bytes;
  span = 0;
  spanDone = 0;
  position = 0;
}

export function checkPayload(world: World, skb: SkBuff): void {
  expect(skb.payload);
  if (!compareSkb(world, skb, 0)) {
    world.violate('bytes', 'skb', `skb#${skb.id}: byte ${position} of its payload is not the byte that was put there`);
    return;
  }
  if (span < payload.length)
    world.violate('bytes', 'skb', `skb#${skb.id}: ${position} bytes of payload are there, more were put`);
}

/** Returns whether these stretches of memory, pairs (address, length), hold exactly the payload. */
export function comparePayload(world: World, expected: readonly number[], stretches: readonly number[]): boolean {
  expect(expected);
  for (let i = 0; i < stretches.length; i += 2)
    if (!compareStretch(world, stretches[i], stretches[i + 1])) return false;
  return span >= payload.length;
}

function compareSkb(world: World, skb: SkBuff, depth: number): boolean {
  const data = skb.data;
  if (!compareStretch(world, data.head + skb.dataOffset, skbHeadlen(skb))) return false;
  for (let i = 0; i < data.nrFrags; i++) {
    const frag = data.frags[i];
    if (frag.page.address < 0 ? frag.size > 0 : !compareStretch(world, frag.page.address + frag.offset, frag.size))
      return false;
  }
  if (depth > FRAG_LIST_MAX) return false;
  let members = 0;
  for (let member = data.fragList; member !== null; member = member.next) {
    if (++members > FRAG_LIST_MAX || !compareSkb(world, member, depth + 1)) return false;
  }
  return true;
}

function compareStretch(world: World, address: number, length: number): boolean {
  let at = address;
  const end = address + length;
  while (at < end) {
    if (span >= payload.length) return false;
    const expected = payload[span] + spanDone;
    const left = payload[span + 1] - spanDone;
    const count = Math.min(left, end - at);
    if (!world.memory.areEqual(at, expected, count)) {
      position += firstDifference(world.memory.bytes, at, expected);
      return false;
    }
    at += count;
    position += count;
    spanDone += count;
    if (count === left) {
      span += 2;
      spanDone = 0;
    }
  }
  return true;
}

function firstDifference(bytes: Uint8Array, a: number, b: number): number {
  let i = 0;
  while (bytes[a + i] === bytes[b + i]) i++;
  return i;
}
