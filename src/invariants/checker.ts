import type { World } from '../model/world/world';
import { EvaluationCounts } from './check/evaluation_counts';
import { ALL_LOOKS, CORE_LOOKS } from './check/looks';
import { quickCheck } from './check/quick_check';
import { INVARIANTS } from './registry';
import type { Walk } from './walk/walk';
import { walkWorld } from './walk/walk_world';

/** Runs the invariants and counts for each how often it was evaluated on a world in which it could fail. */
export class Checker {
  private readonly evaluations = new EvaluationCounts();

  /** Checks what a command can have broken. Returns whether all invariants hold. */
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

  /** Checks the whole world and takes nothing from an earlier check. */
  wholeWorld(world: World): boolean {
    return this.checkInOrder(world, walkWorld(world, true), true);
  }

  /** Checks the world after settle. */
  settled(world: World): boolean {
    this.wholeWorld(world);
    for (let i = 0; i < INVARIANTS.length; i++) {
      const invariant = INVARIANTS[i];
      if (invariant.checkSettled !== undefined && invariant.checkSettled(world) > 0) this.evaluations.add(i);
    }
    return world.violations.length === 0;
  }

  /** The evaluations by name of the invariant, for reports. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    INVARIANTS.forEach((invariant, i) => (counts[invariant.name] = this.evaluations.of(i)));
    return counts;
  }

  /** Runs invariant after invariant, so that the first violation is of the first of them. */
  private checkInOrder(world: World, walk: Walk, everything: boolean): boolean {
    const looks = world.systems.live > 0 ? ALL_LOOKS : CORE_LOOKS;
    let could = 0;
    for (const { bit, check } of looks) if (check(world, walk, everything) > 0) could |= bit;
    this.evaluations.addSet(could);
    return world.violations.length === 0;
  }
}
