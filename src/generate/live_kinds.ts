import { KINDS, type Kind, type World } from '../model/world/world';

/** One bit for each kind. */
export function kindBit(kind: Kind): number {
  return 1 << KINDS.indexOf(kind);
}

/** The bits of the kinds that have names. */
export function liveKinds(world: World): number {
  let bits = 0;
  let left = world.names.length;
  const { namesInOrder } = world;
  // The core's kinds come first, so that a world without systems is done early.
  for (let i = 0; left > 0; i++) {
    const { length } = namesInOrder[i];
    if (length === 0) continue;
    bits |= 1 << i;
    left -= length;
  }
  return bits;
}
