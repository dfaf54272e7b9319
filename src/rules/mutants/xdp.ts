import type { Mutant } from './mutant';

/** Of XDP, its frames, cpumap and veth. */
export const XDP_MUTANTS: readonly Mutant[] = [];
