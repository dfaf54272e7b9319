import type { Mutant } from './mutant';

/** Of segmentation: frags shared, members cut, charges moved. */
export const SEGMENT_MUTANTS: readonly Mutant[] = [];
