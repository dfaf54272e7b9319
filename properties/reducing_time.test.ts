// A reduction takes a share of its search's time, tells how far it is, and leaves a program that can be reduced on.

import path from 'node:path';
import { FuzzSearch, type FuzzPlan } from '../src/cli/support/fuzz/fuzz_search';
import { StatusLine } from '../src/cli/support/status_line';
import type { FindingReport } from '../src/report/finding_report';
import type { FuzzRun } from '../src/report/fuzz_run';
import { findingText } from '../src/report/finding_text';
import { CORE } from '../src/generate/scenarios/core';
import { TimeLimit } from '../src/search/time_limit';
import { runOnModel } from '../src/session/run_model';
import { Session } from '../src/session/session';
import { signatureOf } from '../src/session/verdict';
import { folderForTests } from './support/cli';
import { brokenProfile, mutantOf, programOf } from './support/model';

const MUTANT = mutantOf('F1');
const PROFILE = brokenProfile(MUTANT);
const TIME_MS = 240_000;
const cwd = process.cwd();
const folder = folderForTests('reducing-time');

/** Finds one and the same program again and again, whose reduction never comes to its end. */
class EndlessReductions extends FuzzSearch {
  /** Seconds of searching and of each reduction. */
  readonly spent: { searched: number; reduced: readonly number[] } = { searched: 0, reduced: [] };

  async run(): Promise<FuzzRun> {
    const session = new Session({ profile: PROFILE.name, rules: PROFILE.rules, abi: PROFILE.abi });
    const program = programOf(PROFILE, MUTANT.program);
    const { verdict } = runOnModel(session, program);
    const raw = { program, verdict, signature: signatureOf(verdict), afterCommands: 1 };
    const time = TimeLimit.of(this.plan.time_ms, this.events.interrupted);
    const { stop, findings } = this.limits(time);
    let searched = 0;
    const reduced: number[] = [];
    while (!stop() && reduced.length < findings) {
      jest.advanceTimersByTime(7_000);
      searched += 7;
      const begun_ms = performance.now();
      await this.take(
        session,
        raw,
        time,
        ({ isOver }) => {
          let executions = 0;
          while (!isOver({ calls: 9 - Math.min(executions, 4), executions: executions++ }))
            jest.advanceTimersByTime(1_000);
          return Promise.resolve({ program, verdict, executions, exhausted: true });
        },
        () => [],
      );
      reduced.push((performance.now() - begun_ms) / 1000);
    }
    Object.assign(this.spent, { searched, reduced });
    return this.result(session, PROFILE, { programs: 1, findings: [], known: [], compared: 0 });
  }
}

interface Searched {
  readonly seconds: EndlessReductions['spent'];
  readonly reports: readonly FindingReport[];
  readonly stderr: string;
}

async function searched(findings: number): Promise<Searched> {
  const plan: FuzzPlan = {
    ...{ scenario: CORE, target: 'model', mutant: MUTANT, seed: 1, first: 1, commands: null, time_ms: TIME_MS },
    ...{ findings, abuse: false, covers: [] },
  };
  const nothing = (): void => undefined;
  const reports: FindingReport[] = [];
  let stderr = '';
  const spy = jest.spyOn(process.stderr, 'write').mockImplementation((text) => ((stderr += String(text)), true));
  const search = new EndlessReductions(plan, {
    ...{ interrupted: () => false, status: new StatusLine(), onStart: nothing, say: nothing, onRawFinding: nothing },
    onFinding: (report) => reports.push(report),
  });
  await search.run().finally(() => spy.mockRestore());
  return { seconds: search.spent, reports, stderr };
}

beforeAll(() => process.chdir(folder));
afterAll(() => process.chdir(cwd));
beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('a search whose reductions do not end searches on between them', async () => {
  const { seconds } = await searched(4);
  expect(seconds.reduced).toEqual([117, 55, 24, 16]);
  expect(seconds.searched).toBe(4 * 7);
});

test('the only finding that is wanted is reduced in all of the rest', async () => {
  expect((await searched(1)).seconds.reduced).toEqual([233]);
});

test('a reduction says once a minute on stderr how many calls are left, and how much time', async () => {
  const { stderr } = await searched(1);
  const lines = stderr.trimEnd().split('\n');
  expect(lines[0]).toMatch(/^core on model: reducing \d+ commands to 5, \d+ executions, 1\d\d s left$/);
  expect(lines.length).toBeGreaterThanOrEqual(3);
});

test('a finding whose reduction was cut says so, and the command that goes on', async () => {
  const { reports } = await searched(1);
  const [report] = reports;
  const text = findingText(report, false);
  expect(text).toContain('commands, not to the end\n');
  const file = path.join('findings', path.basename(report.file ?? ''));
  expect(text.split('\n')).toContain(`go on:     npx skbcheck reduce ${file} --mutant F1 -o ${file}`);
});
