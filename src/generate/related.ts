import { liveHandle } from '../model/world/handles';
import type { HandleOf, Kind } from '../model/world/kinds';
import type { World } from '../model/world/world';
import type { Call } from '../program/program';
import { KIND_FACTS } from './kinds';

/**
 * The objects that a call names, with their heads, pages, pools and rings. Two calls without a common part cannot race,
 * so most schedules are drawn from calls that have one.
 */
export function partsOf(world: World, { command, args }: Call): unknown[] {
  const parts: unknown[] = [];
  for (const { at } of command.handles) {
    const handle = liveHandle(world, args[at]);
    if (handle !== null) addParts(handle, parts);
  }
  return parts;
}

function addParts<K extends Kind>({ kind, object }: HandleOf<K>, parts: unknown[]): void {
  parts.push(object);
  KIND_FACTS[kind].addParts?.(object, parts);
}

/** Returns whether two lists of parts have one in common. */
export function areRelated(some: readonly unknown[], others: readonly unknown[]): boolean {
  return others.some((other) => other !== null && some.includes(other));
}
