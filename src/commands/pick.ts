import type { Page, PageRef } from '../model/structs/page';
import type { Kind, HandleObject, World } from '../model/world/world';
import { bindHandle } from '../model/world/handles';
import type { Draw } from './draw';

/** Numbers of the handles that suit. Module-level on purpose: a generator picks all the time, and one pick at a time. */
const suitable: number[] = [];

/** One of the live handles of a kind whose object suits; -1 when there is none. */
export function pickHandle<T extends HandleObject>(
  world: World,
  draw: Draw,
  kind: Kind,
  suits: (object: T) => boolean,
): number {
  const count = findSuitable(world, kind, suits);
  return count === 0 ? -1 : suitable[draw.among(count)];
}

/** Three picks of one kind that look for what suits only once: the best of them, the earlier where they are equal. */
export function pickBestOfThree<T extends HandleObject>(
  world: World,
  draw: Draw,
  kind: Kind,
  suits: (object: T) => boolean,
  rank: (object: T) => number,
): number {
  const count = findSuitable(world, kind, suits);
  if (count === 0) return -1;
  let best = suitable[draw.among(count)];
  for (let i = 0; i < 2; i++) {
    const other = suitable[draw.among(count)];
    if (rank(world.handles[other]?.object as T) > rank(world.handles[best]?.object as T)) best = other;
  }
  return best;
}

function findSuitable<T extends HandleObject>(world: World, kind: Kind, suits: (object: T) => boolean): number {
  const names = world.namesOf(kind);
  let count = 0;
  for (let i = 0; i < names.length; i++) if (suits(names[i].object as T)) suitable[count++] = names[i].id;
  return count;
}

export function countHandles(world: World, kind: Kind): number {
  return world.namesOf(kind).length;
}

/** A name for what the call made; a call without a name keeps nothing. */
export function nameResult(world: World, result: number, kind: Kind, object: HandleObject): void {
  world.ret = 1;
  if (result >= 0) bindHandle(world, result, kind, object);
}

/** A name for a reference to bytes [offset, offset + size) of a page. */
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

/** More names of one kind than this do not make a generated program find more. */
export const PAGE_NAMES_MAX = 12;
export const POOL_NAMES_MAX = 3;
export const DEVICE_NAMES_MAX = 2;
export const FRAG_CACHE_NAMES_MAX = 2;
