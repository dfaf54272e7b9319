import type { Scenario } from '../generate/scenario';
import { findScenario } from '../generate/scenarios/registry';
import { profileWith, type Mutant } from '../rules/mutants';
import { findProfile, type Profile } from '../rules/profiles';
import { Session } from '../session/session';

/** The profile that the mutant breaks. */
export function baseOf(mutant: Mutant): Profile {
  const profile = findProfile(mutant.profile);
  if (profile === undefined) throw new Error(`mutant ${mutant.id} is of no known profile: ${mutant.profile}`);
  return profile;
}

/** The profile that the mutant breaks, with the mutant's rules. */
export function brokenOf(mutant: Mutant): Profile {
  return profileWith(baseOf(mutant), mutant);
}

export function scenarioOf(mutant: Mutant): Scenario {
  const name = mutant.scenario ?? 'core';
  const scenario = findScenario(name);
  if (scenario === undefined) throw new Error(`mutant ${mutant.id} is of no known scenario: ${name}`);
  return scenario;
}

export function sessionOn({ name, rules, abi }: Profile, checks = true): Session {
  return new Session({ profile: name, rules, abi, checks });
}
