import type { World } from '../../model/world/world';
import { walkMvneta } from './walk_mvneta';
import { walkNapis } from './walk_napis';
import { walkSplice } from './walk_splice';
import { walkXdp } from './walk_xdp';
import { walkXsk } from './walk_xsk';
import type { Holds, SystemWalker } from './holds';
/** One for each system around the core. */
const WALKERS: readonly SystemWalker[] = [
  // One for a line.
  walkXdp,
  walkMvneta,
  walkNapis,
  walkSplice,
  walkXsk,
  walkDeferred,
];

/** What cpumaps, drivers' rings, frames, pipes and so on hold: the part of the walk that worlds of the core alone do without. */
export function walkSystems(world: World, holds: Holds): void {
  for (const walker of WALKERS) walker(world, holds);
}

/** Skbs that wait for the CPU that frees them. */
function walkDeferred(world: World, holds: Holds): void {
  for (const { skb } of world.systems.deferred) holds.skb(skb);
}
