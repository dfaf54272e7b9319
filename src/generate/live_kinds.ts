import { KINDS, type Kind, type World } from '../model/world/world';

/** One bit for each kind. */
export function kindBit(kind: Kind): number {
  return 1 << KINDS.indexOf(kind);
}

/** The bits of the kinds of which a name holds something. */
export function liveKinds(world: World): number {
  let bits = 0;
  let left = world.names.length;
  const { namesInOrder } = world;
  // In a world of the core alone none is left after its kinds, which are the first.
  for (let i = 0; left > 0; i++) {
    const { length } = namesInOrder[i];
    if (length === 0) continue;
    bits |= 1 << i;
    left -= length;
  }
  return bits;
}
