import type { Handle, HandleObject, Kind, World } from './world';

/** Give handle number `id` to an object. The handle is one reference to it. */
export function bindHandle(world: World, id: number, kind: Kind, object: HandleObject): void {
  while (world.handles.length <= id) world.handles.push(null);
  world.handles[id] = { kind, object };
}

/** The name's reference was moved elsewhere or dropped: the name is gone. */
export function dropHandle(world: World, id: number): void {
  world.handles[id] = null;
}

export function liveHandle(world: World, id: number): Handle | null {
  return id >= 0 && id < world.handles.length ? (world.handles[id] ?? null) : null;
}
