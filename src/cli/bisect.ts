import type { Command } from 'commander';
import path from 'node:path';
import { bisectReleases } from '../compare/bisect_releases';
import { bisectStepText, bisectText } from '../report/bisect_text';
import type { BisectDocument, BisectFound, BisectStep } from '../report/documents/bisect_document';
import { isOutsideProgram } from '../program/outside_program';
import { TargetUnavailableError } from '../session/errors';
import { announce } from './support/announce';
import { OutsideAsker } from './support/bisect/ask_outside';
import { ReleaseAsker } from './support/bisect/ask_release';
import type { Asker } from './support/bisect/asker';
import { allCandidates, candidatesBetween, type Candidate } from './support/bisect/bisect_candidates';
import { gitLines } from './support/bisect/git_lines';
import { showSame } from './support/bisect/same_finding';
import { conditionsOf } from './support/conditions';
import { EXIT_CLEAN, EXIT_TOO_LITTLE, type Exit } from './support/exit';
import { assertRunsOn } from './support/kernel_runs';
import { note, printDocument, printLine } from './support/output';
import { readProgram } from './support/read_program';
import { ownFolder } from './support/version';

/** Any kernel: all kernels can run the same programs. */
const SOME_KERNEL = 'linux-6.12';
const CLEAN = 'clean';

interface BisectOptions {
  readonly from?: string;
  readonly to?: string;
  readonly setUpOnly?: boolean;
  readonly json?: boolean;
}

/** `skbcheck bisect FILE`. */
export function addBisect(program: Command, exit: Exit): void {
  program
    .command('bisect')
    .description('find the release of Debian in which a program begins to end in another way')
    .argument('<file>', 'a program')
    .option('--from <release>', 'the first release, or the oldest of a series: 6.12.43, 6.12 (default: the oldest)')
    .option('--to <release>', 'the last release, or the newest of a series: 7.3.4, 7.3 (default: the newest)')
    .option('--set-up-only', 'ask only releases that are set up, and fetch none')
    .option('--json', 'print one JSON document')
    .action(async (file: string, options: BisectOptions) => {
      exit.code = await bisect(file, options, exit);
    });
}

async function bisect(file: string, options: BisectOptions, exit: Exit): Promise<number> {
  const program = readProgram(file);
  const isOutside = isOutsideProgram(program);
  if (!isOutside) assertRunsOn(SOME_KERNEL, file, program);
  const conditions = conditionsOf(file, program, {});
  const all = await allCandidates(options.setUpOnly === true, isOutside, note);
  const candidates = candidatesBetween(all, options.from, options.to);
  announce(exit);
  const asker: Asker = isOutside ? new OutsideAsker(program, note) : new ReleaseAsker(program, conditions, note);
  const steps: BisectStep[] = [];
  const ask = async (at: number): Promise<BisectStep> => {
    const step = await asker.ask(candidates[at]);
    steps.push(step);
    if (options.json !== true) printLine(bisectStepText(step));
    return step;
  };
  const first = await askEnd(ask, 0);
  const last = await askEnd(ask, candidates.length - 1);
  const common = { file, profile: program.profile, steps, releases: candidates.length };
  const by = !showSame(first, last) ? 'model' : last.answersAsFirst === false ? 'first' : undefined;
  if (by === undefined) return print({ ...common, found: null }, options);
  const result = await bisectReleases(candidates, async (at) =>
    asker.canAsk(candidates[at]) ? isAsFirst(await ask(at), first, by) : null,
  );
  const change = changeOf(first, last);
  const found: BisectFound = {
    before: candidates[result.before].name,
    after: candidates[result.after].name,
    change,
    unusable: result.unusable.map((at) => candidates[at].name),
    ...(result.unusable.every((at) => asker.canAsk(candidates[at])) ? {} : { unfetched: true }),
    next: gitLines(
      {
        before: versionOf(steps, candidates[result.before]),
        after: versionOf(steps, candidates[result.after]),
        change,
      },
      path.join(path.relative(process.cwd(), ownFolder()) || '.', 'ci', 'bisect.sh'),
      file,
    ),
  };
  return print({ ...common, by, found }, options);
}

/** @throws TargetUnavailableError when the release cannot be asked: without both ends there is nothing to halve */
async function askEnd(ask: (at: number) => Promise<BisectStep>, at: number): Promise<BisectStep> {
  const step = await ask(at);
  if (step.signature !== null) return step;
  throw new TargetUnavailableError(`${step.release} ${step.sentence}; choose another ${at === 0 ? '--from' : '--to'}`);
}

function isAsFirst(step: BisectStep, first: BisectStep, by: 'model' | 'first'): boolean | null {
  if (step.signature === null) return null;
  return by === 'model' ? showSame(step, first) : step.answersAsFirst === true;
}

function changeOf(first: BisectStep, last: BisectStep): BisectFound['change'] {
  if (showSame(first, last)) return 'changes';
  if (first.signature === CLEAN) return 'appears';
  return last.signature === CLEAN ? 'disappears' : 'changes';
}

function versionOf(steps: readonly BisectStep[], { name }: Candidate): string {
  return steps.find(({ release }) => release === name)?.version ?? name;
}

function print(document: BisectDocument, { json }: BisectOptions): number {
  if (json === true) printDocument('bisect', document);
  else printLine(bisectText(document));
  // Two releases with others between them that could not be fetched are a beginning.
  const isFound = document.found !== null && document.found.unfetched !== true;
  return isFound ? EXIT_CLEAN : EXIT_TOO_LITTLE;
}
