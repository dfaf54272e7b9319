import { CompareSearch } from '../src/compare/compare_search';
import { DecidingRules } from '../src/compare/deciding_rules';
import { PairJudge } from '../src/compare/pair_judge';
import { PairModels } from '../src/compare/pair_models';
import { PairTargets } from '../src/compare/pair_targets';
import type { Scenario } from '../src/generate/scenario';
import type { Link } from '../src/lockstep/link';
import { findProfile, type Profile } from '../src/rules/profiles';
import type { Case } from './measure';
import { ofScenario } from './model_cases';

/** `compare` of a kernel with itself, in two VMs. */
export function compareCase(target: string, scenario: Scenario, links: readonly [Link, Link], commands: number): Case {
  const [a, b] = links;
  const profile = findProfile(target) as Profile;
  const sides = [
    { profile, abi: a.abi },
    { profile, abi: b.abi },
  ] as const;
  const targets = new PairTargets([() => Promise.resolve(a), () => Promise.resolve(b)], links, () => false);
  const names = ['A', 'B'] as const;
  const models = new PairModels(sides);
  const judge = new PairJudge(targets, new PairModels(sides), names);
  const comparing = { targets, models, judge, names, rules: new DecidingRules(sides) };
  let seed = 1;
  return {
    name: `${target} compare${ofScenario(scenario)}`,
    title: 'generate and execute on the model, execute and observe in two guests, compare them after every command',
    async round() {
      const limits = { commands, findings: Infinity, stop: () => false };
      const search = new CompareSearch(scenario, comparing, seed, limits, ({ signature }) => {
        process.stderr.write(`${target} in two VMs: ${signature}\n`);
        return Promise.resolve();
      });
      const { programs, compared } = await search.run();
      seed += programs;
      return compared;
    },
  };
}
