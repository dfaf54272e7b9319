import type { Mutant } from './mutant';

/** Of GRO: what is merged, chained, stolen, charged. */
export const GRO_MUTANTS: readonly Mutant[] = [];
