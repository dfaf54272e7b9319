import type { Arbitrary } from 'fast-check';
import { programs as arbitrary } from '../generate/arbitrary';
import { mutantNamed, profileNamed, scenarioNamed } from '../session/named';
import { UsageError } from '../session/errors';
import type { Program } from './types';

/** Sources that `programs` draws from. */
export interface ProgramOptions {
  /** A key of `profiles`; default: the mutant's, else each profile of the scenario. */
  readonly profile?: string;
  /** A key of `scenarios`; default: the mutant's, else core. */
  readonly scenario?: string;
  /** A key of `mutants`: programs are drawn on the broken rules, and run on them. Default: none. */
  readonly mutant?: string;
  /** Calls of a program at most, from 1; settle comes on top. Default: as many as the scenario allows. */
  readonly maxCommands?: number;
  /** Programs that the reducer tries at most to make a failing one smaller, from 0. Default: 20,000. */
  readonly budget?: number;
}

/**
 * Programs as a fast-check arbitrary. Each call is legal for a caller of that kernel when it is made. A failing program
 * shrinks with the reducer of `skbcheck reduce`. Programs print as text, and are the same for the same seed and path.
 * The arbitrary also shrinks programs that were parsed, in `examples`.
 *
 * @throws UsageError for a name that does not exist, a mutant of another profile, a number out of range
 */
export function programs(options: ProgramOptions = {}): Arbitrary<Program> {
  const mutant = options.mutant === undefined ? undefined : mutantNamed(options.mutant);
  const scenario = scenarioNamed(options.scenario ?? mutant?.scenario ?? 'core');
  const profile = options.profile ?? mutant?.profile;
  if (mutant !== undefined && profile !== mutant.profile)
    throw new UsageError(`mutant ${mutant.id} breaks a rule of profile ${mutant.profile}, not of ${profile}`);
  return arbitrary({
    scenario,
    profile: profile === undefined ? undefined : profileNamed(profile),
    mutant,
    maxCommands: wholeFrom(1, 'maxCommands', options.maxCommands),
    budget: wholeFrom(0, 'budget', options.budget),
  });
}

function wholeFrom(min: number, name: string, value: number | undefined): number | undefined {
  if (value !== undefined && (!Number.isSafeInteger(value) || value < min))
    throw new UsageError(`${name} is a whole number from ${min}, not ${value}`);
  return value;
}
