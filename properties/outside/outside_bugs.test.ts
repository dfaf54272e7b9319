// The bugs of released kernels that user space reaches (src/outside/bugs/): each has its program, and the newest kernels
// are silent about all of them.

import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { outsideJudge } from '../../src/cli/support/outside/hunt_kernels';
import { programOfBug } from '../../src/cli/support/outside/known_bugs';
import { DRIVERLESS_SCENARIOS } from '../../src/generate/scenarios/outside';
import { OUTSIDE_BUGS } from '../../src/outside/bugs/outside_bugs';
import { parseProgram } from '../../src/program/parse';
import type { Program } from '../../src/program/program';
import { repeatedVerdict } from '../../src/search/repeated_verdict';
import { showsAgain } from '../../src/search/hunt/shows_again';
import { sentenceOf } from '../../src/session/verdict';
import { linuxTargets } from '../support/linux';

const folder = path.join(__dirname, '..', '..', 'regressions', 'outside');
const programs = new Map<string, Program>(
  OUTSIDE_BUGS.map((bug) => [bug.name, parseProgram(programOfBug(bug), `${bug.name}.skb`)]),
);

/** Programs that the judge once took for bugs. */
const FALSE_ALARMS = readFileSync(path.join(__dirname, 'false_alarms.skb'), 'utf8')
  .split(/\n\n+/)
  .map((text): [string, string] => [text.split('\n')[0].replace(/^# /, ''), text]);

test('each program of the folder belongs to a bug, and each bug was found by a scenario of user space', () => {
  const files = readdirSync(folder).map((file) => file.replace(/\.skb$/, ''));
  expect([...programs.keys()].sort()).toEqual(files.sort());
  const names = DRIVERLESS_SCENARIOS.map(({ name }) => name);
  for (const { found } of OUTSIDE_BUGS) {
    expect(names).toContain(found.scenario);
    expect(found.seed).toContain(`v1:${found.scenario}:`);
  }
});

test('a bug is shown by the release that it was found on, and by none that is silent', () => {
  for (const { found, shows, silent } of OUTSIDE_BUGS) {
    expect(shows).toContain(found.release);
    expect(silent).not.toHaveLength(0);
    expect(shows.filter((release) => silent.includes(release))).toEqual([]);
  }
});

test('a program shows again what it was reduced to, and a bug does not show another one', () => {
  const all = [...programs.values()];
  for (const program of all) {
    expect(showsAgain({ ...program, calls: [...program.calls, ...program.calls] }, program)).toBe(true);
    expect(all.filter((other) => showsAgain(program, other))).toEqual([program]);
  }
});

const NEWEST = linuxTargets(['linux-6.12', 'linux-7.3']);

test.each(NEWEST)('%s is silent, and shows what was a false alarm no more', async (target) => {
  const judge = outsideJudge(target);
  try {
    const shown = [];
    const quiet = FALSE_ALARMS.map(([name, text]): [string, Program] => [
      name,
      parseProgram(`profile ${target}\n${text}\n`, 'false_alarms.skb'),
    ]);
    for (const [name, program] of [...programs, ...quiet]) {
      const { verdict } = await repeatedVerdict(judge, program, 2);
      if (verdict.kind !== 'clean') shown.push(`${name}: ${sentenceOf(verdict)}`);
    }
    expect(shown).toEqual([]);
  } finally {
    await judge.close();
  }
});
