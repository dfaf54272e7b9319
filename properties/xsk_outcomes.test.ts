// The search meets each outcome of each AF_XDP call, on each kernel that has it.

import { canEndSo } from '../src/commands/available';
import { searchModel } from '../src/search/search_model';
import type { Scenario } from '../src/generate/scenario';
import { findScenario } from '../src/generate/scenarios/registry';
import { PROFILES } from '../src/rules/profiles';
import { sessionOf } from './support/model';

const SEED = 184467;
const SEARCHED = 300_000;
const EXECUTED_MIN = 300;
const xsk = findScenario('xsk') as Scenario;

describe.each(PROFILES)(`$name, ${SEARCHED} commands (seed ${SEED})`, (profile) => {
  const seen = new Map<string, number>();
  const executed = new Map<string, number>();

  beforeAll(() => {
    const session = sessionOf(profile, { checks: false });
    searchModel(xsk, profile, session, SEED, { commands: SEARCHED, findings: 1, stop: () => false });
    for (const { name, outcomes, system } of xsk.commands) {
      if (system !== 'xsk') continue;
      const count = session.counts.get(name);
      executed.set(name, count?.executed ?? 0);
      outcomes.forEach((outcome, i) => seen.set(`${name}: ${outcome}`, count?.outcomes[i] ?? 0));
    }
  });

  test('every command of AF_XDP meets each of its outcomes', () => {
    if (process.env.SKBCHECK_RARE !== undefined) process.stderr.write(`${JSON.stringify([...seen], null, 1)}\n`);
    const missing = [...seen].filter(([, count]) => count === 0).map(([name]) => name);
    const impossible = xsk.commands.flatMap((command) =>
      command.outcomes
        .filter((outcome) => command.system === 'xsk' && !canEndSo(command, outcome, profile.name))
        .map((outcome) => `${command.name}: ${outcome}`),
    );
    expect(missing).toEqual(impossible);
  });

  test(`every command of AF_XDP is executed ${EXECUTED_MIN} times`, () => {
    expect([...executed].filter(([, count]) => count < EXECUTED_MIN)).toEqual([]);
  });
});
