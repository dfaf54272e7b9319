// The search meets each outcome of each command: success, each refusal, each failed allocation.

import { canEndSo, isAvailable } from '../src/commands/available';
import { COMMANDS } from '../src/commands/registry';
import { searchModel } from '../src/search/search_model';
import { profilesOf, type Scenario } from '../src/generate/scenario';
import { findScenario, SCENARIOS } from '../src/generate/scenarios/registry';
import { PROFILES, type Profile } from '../src/rules/profiles';
import { firstProgram } from '../src/generate/seed';
import { sessionOf } from './support/model';

const SEED = 184467;
const SEARCHED = 1_000_000;
const EXECUTED_MIN = 1000;
const core = findScenario('core') as Scenario;

/** The counts of a search: by command, and by `command: outcome`. */
interface Seen {
  readonly executed: ReadonlyMap<string, number>;
  readonly outcomes: ReadonlyMap<string, number>;
}

/** Outcomes that no program of the core can meet, with the scenario that meets them. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([['skb_try_coalesce: refused_unreadable', 'netmem']]);

function search(profile: Profile, scenario = core): Seen {
  const session = sessionOf(profile, { checks: false });
  searchModel(scenario, profile, session, firstProgram(SEED), { commands: SEARCHED, findings: 1, stop: () => false });
  const executed = new Map<string, number>();
  const outcomes = new Map<string, number>();
  for (const command of scenario.commands) {
    if (!isAvailable(command, profile.name)) continue;
    const { name, outcomes: names } = command;
    const count = session.counts.get(name);
    executed.set(name, count?.executed ?? 0);
    names.forEach((outcome, i) => {
      if (canEndSo(command, outcome, profile.name)) outcomes.set(`${name}: ${outcome}`, count?.outcomes[i] ?? 0);
    });
  }
  return { executed, outcomes };
}

/** The names that were seen less than `min` times, with their counts. */
function rarer(seen: ReadonlyMap<string, number>, min: number): string[] {
  const rare = [...seen].filter(([, count]) => count < min).sort(([, a], [, b]) => a - b);
  return rare.map(([name, count]) => `${name} (${count})`);
}

describe.each(PROFILES)(`$name, ${SEARCHED} commands (seed ${SEED})`, (profile) => {
  let seen: Seen;
  beforeAll(() => (seen = search(profile)));

  test('every command meets each of its outcomes', () => {
    if (process.env.SKBCHECK_RARE !== undefined) process.stderr.write(`${rarer(seen.outcomes, 100).join('\n')}\n`);
    const ofCore = new Map([...seen.outcomes].filter(([outcome]) => !ELSEWHERE.has(outcome)));
    expect(rarer(ofCore, 1)).toEqual([]);
  });

  test('an outcome that another scenario meets is none of the core', () => {
    for (const [outcome] of ELSEWHERE) expect(seen.outcomes.get(outcome) ?? 0).toBe(0);
  });

  test(`every command is executed ${EXECUTED_MIN} times`, () => {
    expect(rarer(seen.executed, EXECUTED_MIN)).toEqual([]);
  });
});

test.each([...ELSEWHERE])('%s: the scenario %s meets it', (outcome, name) => {
  const scenario = findScenario(name) as Scenario;
  const met = profilesOf(scenario).map((profile) => search(profile, scenario).outcomes.get(outcome) ?? 0);
  expect(met).not.toHaveLength(0);
  expect(Math.min(...met)).toBeGreaterThan(0);
});

test('every command that keeps contracts is in a scenario', () => {
  const searched = new Set(SCENARIOS.flatMap(({ commands }) => commands));
  expect(COMMANDS.filter((command) => command.abuse !== true && !searched.has(command))).toEqual([]);
});

test('the core has every command of its systems that keeps contracts', () => {
  const systems = new Set(core.commands.map(({ system }) => system));
  expect(core.commands).toEqual(COMMANDS.filter(({ abuse, system }) => abuse !== true && systems.has(system)));
});
