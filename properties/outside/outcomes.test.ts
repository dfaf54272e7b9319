// Each outcome that a record claims is reached by a program, and no record lacks what its programs show.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { OUTSIDE_COMMANDS } from '../../src/commands/outside/registry';
import { OutsideTarget } from '../../src/outside/outside_target';
import { parseProgram } from '../../src/program/parse';
import { profileNamed } from '../../src/session/named';
import { Session } from '../../src/session/session';
import { sessionOptions } from '../../src/session/session_options';
import { outsideTarget } from '../../src/targets/outside_target';
import { linuxTargets } from '../support/linux';
import { ALL_OUTCOMES, outcomesOf } from '../support/outside_outcomes';

const TARGET = 'linux-7.3';
/** Programs, each with the outcomes that it is there for: `# connect EISCONN, send EPIPE`. */
const PROGRAMS = readFileSync(path.join(__dirname, 'outcomes.skb'), 'utf8')
  .split(/\n\n+/)
  .map((text) => ({ text, reaches: text.split('\n')[0].replace(/^# /, '').split(', ') }));

/** Commands of devices of the machine need another machine: properties/outside/drivers.test.ts. */
const NOT_SHOWN = /^nic/;

test('a program is there for each outcome of each command', () => {
  const reached = new Set(PROGRAMS.flatMap(({ reaches }) => reaches));
  expect(ALL_OUTCOMES.filter((outcome) => !NOT_SHOWN.test(outcome) && !reached.has(outcome))).toEqual([]);
  expect([...reached].filter((outcome) => !ALL_OUTCOMES.includes(outcome))).toEqual([]);
});

test('an error is within reach, or it is not', () => {
  const twice = OUTSIDE_COMMANDS.filter(({ outcomes, outside }) =>
    outside?.elsewhere.some((errno) => outcomes.includes(errno)),
  );
  expect(twice.map(({ name }) => name)).toEqual([]);
});

(linuxTargets([TARGET]).length > 0 ? test : test.skip)(`each program reaches its outcomes on ${TARGET}`, async () => {
  const profile = profileNamed(TARGET);
  const session = new Session({ ...sessionOptions(profile, undefined, profile.abi, false), checks: false });
  const target = new OutsideTarget(
    TARGET,
    outsideTarget(TARGET, () => undefined),
  );
  try {
    const programs = PROGRAMS.map(({ text }) => parseProgram(`profile ${TARGET}\n${text}\n`, 'outcomes.skb'));
    const seen = await outcomesOf(target, session, programs);
    const missed = PROGRAMS.map(({ reaches }, at) => reaches.filter((outcome) => !seen[at].has(outcome)));
    expect(missed.flat()).toEqual([]);
  } finally {
    await target.close();
  }
});
