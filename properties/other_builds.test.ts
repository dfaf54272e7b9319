// Kernels of the same release that were built with other options: each scenario runs on their sizes, and nothing breaks.

import { ProgramGenerator } from '../src/generate/generator';
import { isSearchedWith } from '../src/generate/scenario';
import { SCENARIOS } from '../src/generate/scenarios/registry';
import { Settler } from '../src/generate/settle';
import type { Abi } from '../src/rules/abi';
import { profileOf } from './support/model';
import { knownBehind } from '../src/search/known_findings';
import { runGenerated } from '../src/search/search_model';
import { Session } from '../src/session/session';

const PROGRAMS = 60;
const profile = profileOf('linux-7.3');
const scenarios = SCENARIOS.filter((scenario) => isSearchedWith(scenario, profile));

const BUILDS: readonly (readonly [string, Partial<Abi>])[] = [['without SMP', { bulkAllocPages: 1 }]];

describe.each(BUILDS)('a kernel %s', (_name, sizes) => {
  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('runs %s', (_scenario, scenario) => {
    const options = { profile: profile.name, rules: profile.rules, abi: { ...profile.abi, ...sizes } };
    const session = new Session(options);
    const generator = new ProgramGenerator(scenario, profile);
    const broken: string[] = [];
    for (let number = 0; number < PROGRAMS; number++) {
      runGenerated(generator, new Settler(), session, number);
      const { verdict } = session;
      if (verdict.kind === 'violation' && knownBehind(session) === undefined)
        broken.push(`${number}: ${verdict.invariant}: ${verdict.message}`);
    }
    expect(broken).toEqual([]);
  });
});
