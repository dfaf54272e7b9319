import type { Mutant } from './mutant';

/** Of AF_XDP: slots, charges, user pages. */
export const XSK_MUTANTS: readonly Mutant[] = [];
