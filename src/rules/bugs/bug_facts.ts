import type { RuleName } from '../history/histories';
import type { Rules } from '../rules';

/** A rule that came with the fix of a bug: what a caller may do then, what an invariant asks, or what the fix needs. */
export interface Companion {
  readonly rule: RuleName;
  /** Rules without which it asks for more than a release has. */
  readonly where: Partial<Rules>;
}

/** Facts of a bug that the histories do not say. An entry answers each question, if only with nothing. */
interface InKernels {
  /** Rules without which a release does not have the code of the bug. */
  readonly code: Partial<Rules>;
  readonly companions: readonly Companion[];
}

/** The kernels had the value of the mutant. Its program shows the bug on a release that has it, or something else. */
interface OfMutant extends InKernels {
  readonly is: 'the value of the mutant';
  readonly program: OwnProgram;
}

/** The kernels had another value than the mutant, or there is no mutant. */
interface OfKernels extends InKernels {
  readonly is: 'a value of its own';
  readonly title: string;
  readonly scenario: string;
  readonly rules: readonly RuleName[];
  /** Invariants that it breaks on the model. */
  readonly expected: readonly string[];
  readonly program: OwnProgram;
}

/** Kernels had the value before they were built as they are today. Something else kept the memory right. */
interface NoBug {
  readonly is: 'no bug of a kernel';
  readonly why: string;
}

/** The program that shows a bug on a release that has it: that of the mutant, a text, or why there is none. */
export type OwnProgram = 'of the mutant' | { readonly text: string } | { readonly none: string };

export type BugFacts = OfMutant | OfKernels | NoBug;

/** The usual case. */
export const OF_MUTANT: OfMutant = {
  is: 'the value of the mutant',
  code: {},
  companions: [],
  program: 'of the mutant',
};
