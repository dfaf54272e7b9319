import type { Page, PageRef } from '../model/structs/page';
import { NO_ID, type Id, type Kind, type ObjectOf } from '../model/world/kinds';
import type { World } from '../model/world/world';
import { bindHandle } from '../model/world/handles';
import type { Draw } from './draw';

/** Positions of the names that suit. Module-level on purpose: a generator picks all the time, one pick at a time. */
// eslint-disable-next-line no-restricted-syntax
const suitable: number[] = [];

/** Returns one of the live handles of a kind whose object suits; -1 when there is none. */
export function pickHandle<K extends Kind>(
  world: World,
  draw: Draw,
  kind: K,
  suits: (object: ObjectOf[K]) => boolean,
): Id<K> {
  const count = findSuitable(world, kind, suits);
  return count === 0 ? NO_ID : world.namesOf(kind)[suitable[draw.among(count)]].id;
}

/**
 * Makes three picks of one kind, with one search for objects that suit. Returns the best, the earlier one where two are
 * equal.
 */
export function pickBestOfThree<K extends Kind>(
  world: World,
  draw: Draw,
  kind: K,
  suits: (object: ObjectOf[K]) => boolean,
  rank: (object: ObjectOf[K]) => number,
): Id<K> {
  const count = findSuitable(world, kind, suits);
  if (count === 0) return NO_ID;
  const names = world.namesOf(kind);
  let best = names[suitable[draw.among(count)]];
  for (let i = 0; i < 2; i++) {
    const other = names[suitable[draw.among(count)]];
    if (rank(other.object) > rank(best.object)) best = other;
  }
  return best.id;
}

function findSuitable<K extends Kind>(world: World, kind: K, suits: (object: ObjectOf[K]) => boolean): number {
  const names = world.namesOf(kind);
  let count = 0;
  for (let i = 0; i < names.length; i++) if (suits(names[i].object)) suitable[count++] = i;
  return count;
}

export function countHandles(world: World, kind: Kind): number {
  return world.namesOf(kind).length;
}

/** Names the object that the call made. A call without a name keeps nothing. */
export function nameResult<K extends Kind>(world: World, result: number, kind: K, object: ObjectOf[K]): void {
  world.ret = 1;
  if (result >= 0) bindHandle(world, result, kind, object);
}

/** Names a reference to bytes [offset, offset + size) of a page. */
export function namePage(
  world: World,
  result: number,
  page: Page,
  offset: number,
  size: number,
  ofPool: boolean,
): void {
  const ref: PageRef = { page, offset, size, ofPool };
  nameResult(world, result, 'page', ref);
}

/** More than PAGE_NAMES_MAX names of pages do not make a generated program find more. */
export const PAGE_NAMES_MAX = 12;
export const POOL_NAMES_MAX = 3;
export const DEVICE_NAMES_MAX = 2;
export const FRAG_CACHE_NAMES_MAX = 2;
