import { profilesOf, type Scenario } from '../src/generate/scenario';
import { SCENARIOS } from '../src/generate/scenarios/registry';
import type { Link } from '../src/lockstep/link';
import { findProfile, type Profile } from '../src/rules/profiles';
import type { Case } from './measure';
import { lockstepCase } from './link_cases';
import { searchCase } from './model_cases';

/*
 * One row for each scenario beside the core's: the costs of the systems around the core. Their commands are dearer than
 * the core's: one can receive a packet of many frags, or cut it into a list of skbs. So rows of two scenarios cannot be
 * compared; compare a row with itself, before and after a change.
 */

const OTHERS = SCENARIOS.filter(({ name }) => name !== 'core');

/** The checked search of every scenario on its models. */
export function scenarioCases(commandsPerRound: number): Case[] {
  return OTHERS.flatMap((scenario) =>
    profilesOf(scenario).map((profile) => searchCase(scenario, profile, true, commandsPerRound)),
  );
}

/** Lockstep with a target, of every scenario that its kernel can run. */
export function scenarioLinkCases(target: string, link: Link, commandsPerRound: number): Case[] {
  const profile = findProfile(target) as Profile;
  return OTHERS.filter((scenario) => runsOn(scenario, profile)).map((scenario) =>
    lockstepCase(target, scenario, profile, link, commandsPerRound),
  );
}

function runsOn(scenario: Scenario, profile: Profile): boolean {
  return scenario.modelOnly === undefined && profilesOf(scenario).includes(profile);
}
