// The entry for ES modules. The code is that of index.ts. Only the type of `programs` differs: fast-check declares its
// types once for each module system, and a property of an ES module does not take an arbitrary of the other.

import type { Arbitrary } from 'fast-check';
import { programs as programsOf, type Program, type ProgramOptions } from './index.js';

export * from './index.js';

/** See `programs` of programs.ts. */
export const programs: (options?: ProgramOptions) => Arbitrary<Program> = programsOf as never;
