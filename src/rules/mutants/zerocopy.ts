import type { Mutant } from './mutant';

/** Of zerocopy: who holds the owner of user pages, and when it is told. */
export const ZEROCOPY_MUTANTS: readonly Mutant[] = [];
