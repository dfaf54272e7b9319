import type { Mutant } from './mutant';

/** Of drivers: what a driver owes to the pool, the device and the skb. */
export const DRIVER_MUTANTS: readonly Mutant[] = [];
