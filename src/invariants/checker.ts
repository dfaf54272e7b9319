import type { World } from '../model/world/world';
import { checkSystemsFor } from './systems/check_systems';
import { EvaluationCounts } from './evaluation_counts';
import { INVARIANTS } from './registry';
import { quickCheck } from './quick_check';
import { walkWorld, type Walk } from './walk/walk';

/** Runs the invariants and counts for each how often it was evaluated on a world in which it could fail. */
export class Checker {
  private readonly evaluations = new EvaluationCounts();

  /** After a command: what it touched, and whoever holds anything. True when all hold. */
  afterCommand(world: World): boolean {
    const walk = walkWorld(world, false);
    const before = world.violations.length;
    const could = quickCheck(world, walk);
    if (world.violations.length > 0) {
      world.violations.length = before;
      return this.checkInOrder(world, walk, false);
    }
    this.evaluations.addSet(could);
    return true;
  }

  /** The whole world, nothing taken from an earlier check. */
  wholeWorld(world: World): boolean {
    return this.checkInOrder(world, walkWorld(world, true), true);
  }

  /** After settle. */
  settled(world: World): boolean {
    this.wholeWorld(world);
    for (let i = 0; i < INVARIANTS.length; i++) {
      const invariant = INVARIANTS[i];
      if (invariant.checkSettled !== undefined && invariant.checkSettled(world) > 0) this.evaluations.add(i);
    }
    return world.violations.length === 0;
  }

  /** By name, for reports. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    INVARIANTS.forEach((invariant, i) => (counts[invariant.name] = this.evaluations.of(i)));
    return counts;
  }

  /** Invariant after invariant, so that the first violation is of the first of them. */
  private checkInOrder(world: World, walk: Walk, everything: boolean): boolean {
    for (let i = 0; i < INVARIANTS.length; i++) {
      const invariant = INVARIANTS[i];
      let could = invariant.check?.(world, walk, everything) ?? 0;
      if (world.systems.live > 0) could += checkSystemsFor(world, invariant);
      if (could > 0) this.evaluations.add(i);
    }
    return world.violations.length === 0;
  }
}
