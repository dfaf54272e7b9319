import { profilesOf } from '../generate/scenario';
import { SCENARIOS } from '../generate/scenarios/registry';
import { MUTANTS } from '../rules/mutants';
import { ALL_PROFILES } from '../rules/profiles';
import { kernelTargets } from '../targets/linux';
import type { MutantInfo, ProfileInfo, ScenarioInfo, TargetInfo } from './types';

/** All profiles, by name. */
export const profiles: Readonly<Record<string, ProfileInfo>> = byKey(
  ALL_PROFILES.map(({ name, title, modelOnly = null }) => ({ name, title, modelOnly })),
  ({ name }) => name,
);

/** All mutants, by id. */
export const mutants: Readonly<Record<string, MutantInfo>> = byKey(
  MUTANTS.map(({ id, title, source, profile, scenario = 'core', expected, program }) => ({
    ...{ id, title, source, profile, scenario, expected },
    program: `profile ${profile}\nmutant ${id}\n${program}`,
  })),
  ({ id }) => id,
);

/** All scenarios, by name. */
export const scenarios: Readonly<Record<string, ScenarioInfo>> = byKey(
  SCENARIOS.map((scenario) => ({
    name: scenario.name,
    title: scenario.title,
    profiles: profilesOf(scenario).map(({ name }) => name),
    commands: scenario.commands.map(({ name }) => name),
    length: scenario.length,
    modelOnly: scenario.modelOnly ?? null,
  })),
  ({ name }) => name,
);

/** The targets, and which of them are set up. Reads the cache of `skbcheck kernel setup`, and starts nothing. */
export function targets(): readonly TargetInfo[] {
  return [
    { name: 'model', isSetUp: true, hint: null },
    ...kernelTargets().map((target) => ({ ...target, hint: target.isSetUp ? null : 'npx skbcheck kernel setup' })),
  ];
}

function byKey<T>(values: readonly T[], keyOf: (value: T) => string): Readonly<Record<string, T>> {
  return Object.freeze(Object.fromEntries(values.map((value) => [keyOf(value), Object.freeze(value)])));
}
