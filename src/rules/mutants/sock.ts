import type { Mutant } from './mutant';

/** Of sockets: what an sk_buff is charged with. */
export const SOCK_MUTANTS: readonly Mutant[] = [];
