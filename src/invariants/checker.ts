import type { World } from '../model/world';
import { INVARIANTS } from './registry';
import { walkWorld } from './walk';

/** Runs the invariants and counts for each how often it was evaluated on a world in which it could fail. */
export class Checker {
  readonly evaluations: number[] = INVARIANTS.map(() => 0);

  /** After a command: what it touched, and whoever holds anything. True when all hold. */
  afterCommand(world: World): boolean {
    return this.checkAll(world, false);
  }

  /** The whole world, nothing taken from an earlier check. */
  wholeWorld(world: World): boolean {
    return this.checkAll(world, true);
  }

  /** After settle. */
  settled(world: World): boolean {
    this.checkAll(world, true);
    for (let i = 0; i < INVARIANTS.length; i++) {
      const invariant = INVARIANTS[i];
      if (invariant.checkSettled !== undefined && invariant.checkSettled(world) > 0) this.evaluations[i]++;
    }
    return world.violations.length === 0;
  }

  /** By name, for reports. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    INVARIANTS.forEach((invariant, i) => (counts[invariant.name] = this.evaluations[i]));
    return counts;
  }

  private checkAll(world: World, everything: boolean): boolean {
    const walk = walkWorld(world, everything);
    for (let i = 0; i < INVARIANTS.length; i++) {
      const invariant = INVARIANTS[i];
      if (invariant.check !== undefined && invariant.check(world, walk, everything) > 0) this.evaluations[i]++;
    }
    return world.violations.length === 0;
  }
}
