import type { Mutant } from './mutant';

/** Of two CPUs: they need a schedule. */
export const RACES_MUTANTS: readonly Mutant[] = [];
