import { isOfKind, KINDS, type Handle, type HandleOf, type Id, type Kind, type ObjectOf } from './kinds';
import type { World } from './world';

/** Gives handle number `id` to an object. The handle is one reference to it. */
export function bindHandle<K extends Kind>(world: World, id: number, kind: K, object: ObjectOf[K]): void {
  dropHandle(world, id);
  while (world.handles.length <= id) world.handles.push(null);
  const handle: HandleOf<K> = { id: id as Id<K>, kind, kindNumber: KINDS.indexOf(kind), object };
  // TypeScript does not see that a handle of any one kind is one of the union.
  const one = handle as unknown as Handle;
  world.handles[id] = one;
  insert(world.names, one);
  insert<HandleOf<K>>(world.namesOf(kind), handle);
}

/** Unbinds a name: its reference was moved elsewhere or dropped. */
export function dropHandle(world: World, id: number): void {
  const handle = liveHandle(world, id);
  if (handle === null) return;
  world.handles[id] = null;
  remove(world.names, handle);
  remove<HandleOf<Kind>>(world.namesOf(handle.kind), handle);
}

export function liveHandle(world: World, id: number): Handle | null {
  return id >= 0 && id < world.handles.length ? world.handles[id] : null;
}

/** Returns the object that a name of a kind holds, or null when it holds none. */
export function liveObject<K extends Kind>(world: World, id: number, kind: K): ObjectOf[K] | null {
  const handle = liveHandle(world, id);
  return handle !== null && isOfKind(handle, kind) ? handle.object : null;
}

/**
 * Returns the object that a live name holds.
 * @throws Error when the name holds none of that kind: calls are executed only after their names were checked
 */
export function objectOf<K extends Kind>(world: World, id: Id<K>, kind: K): ObjectOf[K] {
  const handle = world.handles[id];
  if (handle === null || handle === undefined || !isOfKind(handle, kind))
    throw new Error(`name number ${id} holds no ${kind}`);
  return handle.object;
}

/** Inserts in order of the numbers: mostly at the end. */
function insert<T extends { readonly id: number }>(names: T[], handle: T): void {
  let i = names.length;
  names.push(handle);
  for (; i > 0 && names[i - 1].id > handle.id; i--) names[i] = names[i - 1];
  names[i] = handle;
}

function remove<T>(names: T[], handle: T): void {
  let i = names.length - 1;
  while (names[i] !== handle) i--;
  for (; i < names.length - 1; i++) names[i] = names[i + 1];
  names.pop();
}
