import type { Scenario } from '../generate/scenario';
import { findScenario, SCENARIOS } from '../generate/scenarios/registry';
import { didYouMean, didYouMeanId } from '../program/did_you_mean';
import { findMutant, MUTANTS, type Mutant } from '../rules/mutants';
import { ALL_PROFILES, findProfile, type Profile } from '../rules/profiles';
import { UsageError } from './errors';

/** In the place of a mutant's id: the rules of the profile, even if the program names a mutant. */
export const NO_MUTANT = 'none';

export function profileNamed(name: string): Profile {
  const profile = findProfile(name);
  if (profile !== undefined) return profile;
  const names = ALL_PROFILES.map((known) => known.name);
  throw new UsageError(`no profile '${name}'${didYouMeanId(name, names)}; profiles: ${names.join(', ')}`);
}

export function scenarioNamed(name: string): Scenario {
  const scenario = findScenario(name);
  if (scenario !== undefined) return scenario;
  const names = SCENARIOS.map((known) => known.name);
  throw new UsageError(`no scenario '${name}'${didYouMean(name, names)}; scenarios: ${names.join(', ')}`);
}

export function mutantNamed(id: string): Mutant {
  const mutant = findMutant(id);
  if (mutant !== undefined) return mutant;
  const ids = MUTANTS.map((known) => known.id);
  throw new UsageError(`no mutant '${id}'${didYouMeanId(id, ids)}; see: npx skbcheck list mutants`);
}
