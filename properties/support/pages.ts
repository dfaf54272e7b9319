import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BUCKET_NAMES } from '../../src/benchmark/benchmark';
import { catchersOf } from '../../src/benchmark/catchers';
import { catchersTable } from '../../src/benchmark/catchers_table';
import { runBenchmark } from '../../src/benchmark/run_plan';
import { strategyNamed } from '../../src/benchmark/strategies';
import { writeReports } from '../../src/cli/support/campaign/campaign_reports';
import { sessionOptions } from '../../src/session/session_options';
import { stepThrough } from '../../src/cli/support/step_through';
import { parseProgram } from '../../src/program/parse';
import { benchmarkHtml } from '../../src/report/benchmark_report/benchmark_html';
import { catchersHtml } from '../../src/report/benchmark_report/catchers_html';
import { stepHtml } from '../../src/report/picture/step_html';
import { findMutant, MUTANTS, type Mutant } from '../../src/rules/mutants';
import { findProfile, type Profile } from '../../src/rules/profiles';
import { Session } from '../../src/session/session';
import { campaignOfMutants } from './campaign_fixture';
import { buildOnce, skbcheck } from './cli';

const SEED = 11;
const mutant = (id: string): Mutant => findMutant(id) as Mutant;

/** A page that people open: its name, its file, and the part of it that is opened. */
export interface NamedPage {
  readonly name: string;
  readonly file: string;
  readonly hash: string;
}

/** Writes a page that steps through a mutant's own program. */
export function writeStepPage(folder: string, id: string): string {
  const { profile: name, program, title } = mutant(id);
  const profile = findProfile(name) as Profile;
  const text = `profile ${name}\n${program}`;
  const session = new Session(sessionOptions(profile, mutant(id), profile.abi, false));
  const facts = [
    ['profile', name],
    ['mutant', `${id}: ${title}`],
    ['reproduce', `npx skbcheck run ${id}.skb --mutant ${id}`],
  ] as const;
  const file = path.join(folder, `${id}.html`);
  writeFileSync(file, stepHtml(`skbcheck: ${id}.skb`, facts, stepThrough(session, parseProgram(text, id), text)));
  return file;
}

/** Runs a short campaign, which leaves coverage.json and the pages of the model's code in `folder`. */
export function runShortCampaign(folder: string): void {
  const args = ['campaign', '--scenarios', 'core', '--targets', 'model', '--commands', '20000', '--workers', '1'];
  const { code, stderr } = skbcheck([...args, '--seed', '3', '--dir', folder], { cwd: path.dirname(folder) });
  if (code !== 0) throw new Error(`the campaign ended with ${code}: ${stderr}`);
}

/** Writes every kind of page into a folder; each is real. */
export async function writeEveryPage(folder: string): Promise<readonly NamedPage[]> {
  buildOnce();
  const clean = path.join(folder, 'clean');
  runShortCampaign(clean);
  const found = path.join(folder, 'found');
  mkdirSync(found);
  copyFileSync(path.join(clean, 'coverage.json'), path.join(found, 'coverage.json'));
  const campaign = campaignOfMutants(['B2', 'C1'], SEED);
  await writeReports(found, campaign);
  const benchmark = await runBenchmark(
    {
      mutants: ['A11', 'B2', 'F3', 'R2-coalesce-unanswered'].map(mutant),
      strategies: ['swarm', 'state-aware', 'fc-commands'].map(strategyNamed),
      ...{ seed: 1001, trials: 2, commands: 3_000, time_ms: null, giveUp: null, reduced: 0 },
    },
    { workers: 0, interrupted: () => false, onSignal: () => undefined, onProgress: () => undefined },
  );
  writeFileSync(path.join(folder, 'mutants.html'), benchmarkHtml(benchmark, BUCKET_NAMES));
  const caught = MUTANTS.slice(0, 12).map((one) => ({ mutant: one.id, catchers: catchersOf(one, SEED, 100) }));
  const table = catchersTable({ seed: SEED, commands: 100 }, caught, false);
  writeFileSync(path.join(folder, 'invariants.html'), catchersHtml(table));
  const page = (name: string, file: string, hash = ''): NamedPage => ({ name, file: path.join(folder, file), hash });
  return [
    { name: 'show', file: writeStepPage(folder, 'B2'), hash: '' },
    page('campaign', 'clean/report.html'),
    page('findings', 'found/report.html'),
    page('finding-opened', 'found/report.html', `#finding-${campaign.findings[0].id}`),
    page('mutants', 'mutants.html'),
    page('invariants-of-mutants', 'invariants.html'),
    page('coverage', 'found/coverage/index.html'),
    page('coverage-of-a-file', 'found/coverage/net/core/skbuff/merge_split/skb_try_coalesce.ts.html'),
  ];
}
