import type { Check, Invariant } from '../invariant';
import { SYSTEM_KINDS } from '../../model/world/kinds';
import type { KindCheck, KindRecord } from '../kinds/kind_record';
import { CORE_RECORDS, SYSTEM_RECORDS, SYSTEMS } from '../kinds/kind_table';
import { INVARIANTS } from '../registry';

/** One check and the bit of its invariant: bits are positions in INVARIANTS. */
export interface Look {
  readonly bit: number;
  readonly check: Check;
}

/** The checks of the objects of one kind, which are in `world.systems.inOrder`. */
export interface KindLooks {
  /** Position of the kind in SYSTEM_KINDS. */
  readonly at: number;
  readonly looks: readonly Look[];
}

/**
 * The checks of a world without objects of the systems, in the order of INVARIANTS. Causes come before consequences.
 */
export const CORE_LOOKS = looksWith(CORE_RECORDS);
export const ALL_LOOKS = looksWith([...CORE_RECORDS, ...SYSTEM_RECORDS]);

/** The checks that the systems add to CORE_LOOKS, kind by kind. */
export const SYSTEM_LOOKS: readonly KindLooks[] = SYSTEM_KINDS.map((kind, at) => ({
  at,
  looks: SYSTEMS[kind].checks.map(({ invariant, check }) => ({ bit: 1 << INVARIANTS.indexOf(invariant), check })),
})).filter(({ looks }) => looks.length > 0);

function looksWith(records: readonly KindRecord[]): readonly Look[] {
  const kindChecks = records.flatMap(({ checks }) => checks);
  const unlisted = kindChecks.find(({ invariant }) => !INVARIANTS.includes(invariant));
  if (unlisted !== undefined) throw new Error(`invariant ${unlisted.invariant.name} is missing in registry.ts`);
  return INVARIANTS.flatMap((invariant, position) =>
    checksOf(invariant, kindChecks).map((check) => ({ bit: 1 << position, check })),
  );
}

function checksOf(invariant: Invariant, kindChecks: readonly KindCheck[]): Check[] {
  const ofKinds = kindChecks.filter((one) => one.invariant === invariant).map(({ check }) => check);
  return invariant.check === undefined ? ofKinds : [invariant.check, ...ofKinds];
}
