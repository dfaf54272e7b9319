import { KINDS, type Kind, type World } from '../model/world';

/** One bit for each kind. */
export function kindBit(kind: Kind): number {
  return 1 << KINDS.indexOf(kind);
}

/** The bits of the kinds of which a name holds something. */
export function liveKinds(world: World): number {
  let bits = 0;
  const { namesByKind } = world;
  for (let i = 0; i < namesByKind.length; i++) if (namesByKind[i].length > 0) bits |= 1 << i;
  return bits;
}
