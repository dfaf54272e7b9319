import fc from 'fast-check';
import { HANDLES_MAX } from '../program/parse';
import { printProgram } from '../program/print';
import type { Program } from '../program/program';
import { candidates } from '../reduce/candidates';
import { ALL_PROFILES, findProfile, type Profile } from '../rules/profiles';
import { ProgramSource } from './generator';
import { profilesOf, type Scenario } from './scenario';
import { findScenario, SCENARIOS } from './scenarios/registry';

const SEED_MAX = 0xffffffff;

/** Sources that `programs` draws from. */
export interface ProgramOptions {
  /** Default: core. */
  readonly scenario?: Scenario | string;
  /** Default: each profile of the scenario. A mutant's profile makes programs of its base profile's name. */
  readonly profile?: Profile | string;
}

/**
 * Programs that are legal on their profile, as a fast-check arbitrary. It shrinks with the reducer, and also shrinks
 * programs that fast-check did not generate: `examples` may hold one from a file. Values print as program text.
 */
export function programs(options: ProgramOptions = {}): fc.Arbitrary<Program> {
  const scenario = scenarioOf(options.scenario ?? 'core');
  const profiles = options.profile === undefined ? profilesOf(scenario) : [profileOf(options.profile)];
  return new ProgramArbitrary(profiles.map((profile) => new ProgramSource(scenario, profile)));
}

class ProgramArbitrary extends fc.Arbitrary<Program> {
  constructor(private readonly sources: readonly ProgramSource[]) {
    super();
  }

  generate(mrng: fc.Random): fc.Value<Program> {
    const source = this.sources[mrng.nextInt(0, this.sources.length - 1)];
    return new fc.Value(printable(source.program(mrng.nextInt(0, SEED_MAX))), undefined);
  }

  canShrinkWithoutContext(value: unknown): value is Program {
    return isProgram(value);
  }

  /** @param context - the reducer phase that made `value`, which is likely to make it smaller again */
  shrink(value: Program, context: unknown): fc.Stream<fc.Value<Program>> {
    const phase = typeof context === 'number' ? context : 0;
    return fc.stream(shrinksOf(value, phase));
  }
}

function* shrinksOf(program: Program, firstPhase: number): Generator<fc.Value<Program>> {
  for (const candidate of candidates(program, firstPhase)) {
    yield new fc.Value(printable(candidate.program), candidate.phase);
  }
}

/** Makes fast-check print the program's text, to be saved and run. */
function printable(program: Program): Program {
  const toString = (): string => `\n${printProgram(program)}`;
  return Object.defineProperty(program, fc.toStringMethod, { value: toString, enumerable: false });
}

/** Returns whether the value has the shape of a program, with every handle in its table of names. */
function isProgram(value: unknown): value is Program {
  if (typeof value !== 'object' || value === null) return false;
  const { profile, calls, names } = value as Partial<Program>;
  if (typeof profile !== 'string' || !Array.isArray(calls) || !Array.isArray(names)) return false;
  if (names.length > HANDLES_MAX) return false;
  return calls.every(
    (call: Program['calls'][number]) =>
      Array.isArray(call.args) && call.args.length === call.command.args.length && call.result < names.length,
  );
}

function scenarioOf(scenario: Scenario | string): Scenario {
  const found = typeof scenario === 'string' ? findScenario(scenario) : scenario;
  if (found === undefined)
    throw new RangeError(
      `no scenario ${JSON.stringify(scenario)}; scenarios: ${SCENARIOS.map(({ name }) => name).join(', ')}`,
    );
  return found;
}

function profileOf(profile: Profile | string): Profile {
  const found = typeof profile === 'string' ? findProfile(profile) : profile;
  if (found === undefined)
    throw new RangeError(
      `no profile ${JSON.stringify(profile)}; profiles: ${ALL_PROFILES.map(({ name }) => name).join(', ')}`,
    );
  return found;
}
