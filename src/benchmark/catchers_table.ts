import { INVARIANTS } from '../invariants/registry';
import type { Catchers } from './catchers';

/** The mutants that each invariant catches when it is checked alone. */
export interface CatchersTable {
  readonly seed: number;
  /** Commands executed on each mutant, after its own program. */
  readonly commands: number;
  readonly interrupted: boolean;
  readonly invariants: readonly InvariantRow[];
  readonly mutants: readonly { readonly mutant: string; readonly catchers: Catchers }[];
}

export interface InvariantRow {
  readonly name: string;
  /** Mutants that the invariant catches. */
  readonly catches: readonly string[];
  /** Mutants that no other invariant catches. */
  readonly onlyIt: readonly string[];
}

export function catchersTable(
  plan: Pick<CatchersTable, 'seed' | 'commands'>,
  mutants: CatchersTable['mutants'],
  interrupted: boolean,
): CatchersTable {
  const caughtBy = (name: string, alone: boolean): string[] =>
    mutants
      .filter(({ catchers }) => name in catchers && (!alone || Object.keys(catchers).length === 1))
      .map(({ mutant }) => mutant);
  return {
    ...plan,
    interrupted,
    invariants: INVARIANTS.map(({ name }) => ({ name, catches: caughtBy(name, false), onlyIt: caughtBy(name, true) })),
    mutants,
  };
}
