import { findScenario } from '../../generate/scenarios/registry';
import type { Scenario } from '../../generate/scenario';
import type { Abi } from '../../rules/abi';
import { findMutant, profileWith, type Mutant } from '../../rules/mutants';
import { findProfile, type Profile } from '../../rules/profiles';
import { Session } from '../../session/session';
import type { Lane } from '../campaign_types';

/** The parts that a lane names. */
export interface LaneParts {
  readonly scenario: Scenario;
  readonly profile: Profile;
  readonly mutant?: Mutant;
}

export function partsOfLane(lane: Lane): LaneParts {
  const scenario = findScenario(lane.scenario);
  const profile = findProfile(lane.profile);
  const mutant = lane.mutant === undefined ? undefined : findMutant(lane.mutant);
  if (scenario === undefined || profile === undefined || (lane.mutant !== undefined && mutant === undefined))
    throw new Error(`${lane.id} names something that this version of skbcheck does not have`);
  return { scenario, profile, mutant };
}

/** @param more - another mutant, in addition to the lane's own */
export function sessionOf({ profile, mutant, scenario }: LaneParts, abi: Abi = profile.abi, more?: Mutant): Session {
  const { name, rules } = profileWith(profile, mutant, more);
  // The world of user space holds nothing of the kernel.
  const isOutside = scenario.levels !== undefined;
  return new Session({ profile: name, rules, abi, checks: !isOutside });
}
