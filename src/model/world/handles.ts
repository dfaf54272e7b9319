import type { Handle, HandleObject, Kind, World } from './world';

/** Give handle number `id` to an object. The handle is one reference to it. */
export function bindHandle(world: World, id: number, kind: Kind, object: HandleObject): void {
  dropHandle(world, id);
  while (world.handles.length <= id) world.handles.push(null);
  const handle: Handle = { id, kind, object };
  world.handles[id] = handle;
  insert(world.names, handle);
  insert(world.namesOf(kind), handle);
}

/** The name's reference was moved elsewhere or dropped: the name is gone. */
export function dropHandle(world: World, id: number): void {
  const handle = liveHandle(world, id);
  if (handle === null) return;
  world.handles[id] = null;
  remove(world.names, handle);
  remove(world.namesOf(handle.kind), handle);
}

export function liveHandle(world: World, id: number): Handle | null {
  return id >= 0 && id < world.handles.length ? world.handles[id] : null;
}

/** In order of the numbers: mostly at the end. */
function insert(names: Handle[], handle: Handle): void {
  let i = names.length;
  names.push(handle);
  for (; i > 0 && names[i - 1].id > handle.id; i--) names[i] = names[i - 1];
  names[i] = handle;
}

function remove(names: Handle[], handle: Handle): void {
  let i = names.length - 1;
  while (names[i] !== handle) i--;
  for (; i < names.length - 1; i++) names[i] = names[i + 1];
  names.pop();
}
