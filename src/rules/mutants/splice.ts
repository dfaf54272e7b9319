import type { Mutant } from './mutant';

/** Of splice, zerocopy receive and the marker of shared frags. */
export const SPLICE_MUTANTS: readonly Mutant[] = [];
