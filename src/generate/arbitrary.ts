import fc from 'fast-check';
import { didYouMean } from '../program/did_you_mean';
import { HANDLES_MAX } from '../program/parse';
import type { Program } from '../program/program';
import { findMutant, profileWith, type Mutant } from '../rules/mutants';
import { ALL_PROFILES, findProfile, type Profile } from '../rules/profiles';
import { ProgramSource } from './generator';
import { newPrograms } from './new_programs';
import { printable } from './printable';
import { profilesOf, type Scenario } from './scenario';
import { findScenario, SCENARIOS } from './scenarios/registry';
import { formatSeed } from './seed';
import { ShrinkingReduction } from './shrinking_reduction';

const SEED_MAX = 0xffffffff;
/** Candidates that fast-check tries at most for one failing program. */
const SHRINKS_MAX = 20_000;
/** Newly generated programs that the reducer tries for each call of a reduced one. */
const NEW_TRIED_PER_CALL = 400;

/** Sources that `programs` draws from. */
export interface ProgramOptions {
  /** Default: core. */
  readonly scenario?: Scenario | string;
  /** Default: each profile of the scenario. */
  readonly profile?: Profile | string;
  /** A mutant of each of the profiles. Programs carry it as their condition. */
  readonly mutant?: Mutant;
  /** Calls of a program at most; default: as many as the scenario allows. */
  readonly maxCommands?: number;
  /** Candidates that the reducer tries at most for a failing program; default 20,000. */
  readonly budget?: number;
}

/**
 * Programs that are legal on their profile, as a fast-check arbitrary. It shrinks with the reducer, and also shrinks
 * programs that fast-check did not generate: `examples` may hold one from a file. Values print as program text.
 */
export function programs(options: ProgramOptions = {}): fc.Arbitrary<Program> {
  const scenario = shortened(scenarioOf(options.scenario ?? 'core'), options.maxCommands);
  const profiles = options.profile === undefined ? profilesOf(scenario) : [profileOf(options.profile)];
  return new ProgramArbitrary(
    scenario,
    profiles.map((profile) => new ProgramSource(scenario, profileWith(profile, options.mutant))),
    options.mutant,
    options.budget ?? SHRINKS_MAX,
  );
}

class ProgramArbitrary extends fc.Arbitrary<Program> {
  constructor(
    private readonly scenario: Scenario,
    private readonly sources: readonly ProgramSource[],
    private readonly mutant: Mutant | undefined,
    private readonly budget: number,
  ) {
    super();
  }

  generate(mrng: fc.Random): fc.Value<Program> {
    const source = this.sources[mrng.nextInt(0, this.sources.length - 1)];
    const number = mrng.nextInt(0, SEED_MAX);
    const { scenario, mutant } = this;
    const program = { ...source.program(number), seed: formatSeed(scenario.name, number) };
    return new fc.Value(printable(mutant === undefined ? program : { ...program, mutant: mutant.id }), undefined);
  }

  canShrinkWithoutContext(value: unknown): value is Program {
    return isProgram(value);
  }

  /** @param context - the reduction that made `value`; undefined for a program that it did not make */
  shrink(value: Program, context: unknown): fc.Stream<fc.Value<Program>> {
    if (context instanceof ShrinkingReduction) {
      const stream = context.goOnFrom(value);
      if (stream !== null) return stream;
    }
    const profile = profileWith(profileOf(value.profile), findMutant(value.mutant ?? ''));
    const others = newPrograms(profile, NEW_TRIED_PER_CALL);
    return new ShrinkingReduction(value, { maxExecutions: this.budget, ...others }).start();
  }
}

/** Returns whether the value has the shape of a program, with every handle in its table of names. */
export function isProgram(value: unknown): value is Program {
  if (typeof value !== 'object' || value === null) return false;
  const { profile, calls, names } = value as Partial<Program>;
  if (typeof profile !== 'string' || !Array.isArray(calls) || !Array.isArray(names)) return false;
  if (names.length > HANDLES_MAX || findProfile(profile) === undefined) return false;
  return calls.every(
    (call: Program['calls'][number]) =>
      Array.isArray(call.args) && call.args.length === call.command.args.length && call.result < names.length,
  );
}

function shortened(scenario: Scenario, maxCommands = scenario.length.max): Scenario {
  const { min, usual, max } = scenario.length;
  const most = (length: number): number => Math.min(length, maxCommands);
  return { ...scenario, length: { min: most(min), usual: most(usual), max: most(max) } };
}

function scenarioOf(scenario: Scenario | string): Scenario {
  return typeof scenario === 'string' ? (findScenario(scenario) ?? unknown('scenario', scenario, SCENARIOS)) : scenario;
}

function profileOf(profile: Profile | string): Profile {
  return typeof profile === 'string' ? (findProfile(profile) ?? unknown('profile', profile, ALL_PROFILES)) : profile;
}

function unknown(what: string, name: string, known: readonly { readonly name: string }[]): never {
  const names = known.map((one) => one.name);
  throw new RangeError(`no ${what} '${name}'${didYouMean(name, names)}; ${what}s: ${names.join(', ')}`);
}
