import type { World } from '../model/world/world';
import { EvaluationCounts } from './evaluation_counts';
import type { Check, Invariant } from './invariant';
import { CORE_RECORDS, SYSTEM_RECORDS } from './kinds/kind_table';
import type { KindRecord } from './kinds/kind_record';
import { INVARIANTS } from './registry';
import type { Walk } from './walk/walk';
import { walkWorld } from './walk_world';

/** One check and the bit of its invariant: bits are positions in INVARIANTS. */
interface Look {
  readonly bit: number;
  readonly check: Check;
}

/** The checks of every invariant, in the order of INVARIANTS, so that the first violation is of the first of them. */
function looksWith(records: readonly KindRecord[]): readonly Look[] {
  const kindChecks = records.flatMap(({ checks }) => checks);
  const unlisted = kindChecks.find(({ invariant }) => !INVARIANTS.includes(invariant));
  if (unlisted !== undefined) throw new Error(`invariant ${unlisted.invariant.name} is missing in registry.ts`);
  return INVARIANTS.flatMap((invariant, position) =>
    checksOf(invariant, kindChecks).map((check) => ({ bit: 1 << position, check })),
  );
}

function checksOf(invariant: Invariant, kindChecks: KindRecord['checks']): Check[] {
  const ofKinds = kindChecks.filter((one) => one.invariant === invariant).map(({ check }) => check);
  return invariant.check === undefined ? ofKinds : [invariant.check, ...ofKinds];
}

const CORE_LOOKS = looksWith(CORE_RECORDS);
const ALL_LOOKS = looksWith([...CORE_RECORDS, ...SYSTEM_RECORDS]);

/** Runs the invariants and counts for each how often it was evaluated on a world in which it could fail. */
export class Checker {
  private readonly evaluations = new EvaluationCounts();

  /** Checks what a command can have broken. Returns whether all invariants hold. */
  afterCommand(world: World): boolean {
    return this.check(world, walkWorld(world, false), false);
  }

  /** Checks the whole world and takes nothing from an earlier check. */
  wholeWorld(world: World): boolean {
    return this.check(world, walkWorld(world, true), true);
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

  private check(world: World, walk: Walk, everything: boolean): boolean {
    const looks = world.systems.live > 0 ? ALL_LOOKS : CORE_LOOKS;
    let could = 0;
    for (const { bit, check } of looks) if (check(world, walk, everything) > 0) could |= bit;
    this.evaluations.addSet(could);
    return world.violations.length === 0;
  }
}
