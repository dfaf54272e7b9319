// Comparisons of two models in this process, in the place of two kernels.

import { CompareSearch, type CompareCounts, type Comparing } from '../../src/compare/compare_search';
import { DecidingRules } from '../../src/compare/deciding_rules';
import type { Pair } from '../../src/compare/pair';
import { PairJudge } from '../../src/compare/pair_judge';
import { PairModels } from '../../src/compare/pair_models';
import { PairTargets } from '../../src/compare/pair_targets';
import { firstProgram } from '../../src/generate/seed';
import type { OpenTarget } from '../../src/lockstep/limited_link';
import type { Profile } from '../../src/rules/profiles';
import type { RawFinding } from '../../src/search/raw_findings';
import { scenarioNamed } from '../../src/session/named';
import { profileOf } from './model';
import { modelLink, type Behaviour } from './model_link';

export const COMPARE_SEED = 184467;

export interface Compared {
  readonly counts: CompareCounts;
  readonly findings: readonly RawFinding[];
  readonly rules: DecidingRules;
}

/** The parts of a comparison of two targets. */
export function comparingWith(profiles: Pair<Profile>, openers: Pair<OpenTarget>): Comparing {
  const targets = new PairTargets(openers, [null, null], () => false);
  // The model of a mutant is that of its base: what the mutant breaks must be a difference.
  const sides = profiles.map(({ name, abi }) => ({ profile: profileOf(name), abi }));
  const pair = [sides[0], sides[1]] as const;
  const names = ['A', 'B'] as const;
  const judge = new PairJudge(targets, new PairModels(pair), names);
  return { targets, models: new PairModels(pair), judge, names, rules: new DecidingRules(pair) };
}

/** The parts of a comparison of two models. */
export function comparingOf(profiles: Pair<Profile>, behaviours: Pair<Behaviour>): Comparing {
  const opener = (side: 0 | 1) => () => Promise.resolve(modelLink('m', profiles[side], behaviours[side]));
  return comparingWith(profiles, [opener(0), opener(1)]);
}

/** Searches one scenario on two targets, up to the first finding. */
export async function compareTargets(
  comparing: Comparing,
  scenario: string,
  commands: number,
  deathsInRow = 4,
): Promise<Compared> {
  const findings: RawFinding[] = [];
  const limits = { commands, findings: 1, deathsInRow, memoryEveryBatches: 2, stop: () => false };
  const search = new CompareSearch(scenarioNamed(scenario), comparing, firstProgram(COMPARE_SEED), limits, (raw) => {
    findings.push(raw);
    return Promise.resolve();
  });
  return { counts: await search.run(), findings, rules: comparing.rules };
}

export function compareModels(
  profiles: Pair<Profile>,
  scenario: string,
  commands: number,
  behaviours: Pair<Behaviour> = [{}, {}],
): Promise<Compared> {
  return compareTargets(comparingOf(profiles, behaviours), scenario, commands);
}
