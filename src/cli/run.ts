import type { Command } from 'commander';
import { printCall, printCallLines } from '../program/print';
import type { Program } from '../program/program';
import { plural } from '../report/figures';
import { findingText } from '../report/finding_text';
import { worldLines } from '../report/world_text/world_text';
import { runOnModel, type Step } from '../session/run_model';
import type { Session } from '../session/session';
import { outcomeText } from '../session/session';
import { sentenceOf, signatureOf, type Verdict } from '../session/verdict';
import { whyOf } from '../why/why';
import { explainOnModel } from '../search/reduce_finding';
import { isColoured } from './support/colour';
import { describeFinding } from '../library/describe_finding';
import { detailOf } from '../library/finding_detail';
import { assertRunsOn } from './support/kernel_runs';
import { parseCount } from './support/options';
import { printJson, printLine } from './support/output';
import { prepareRun } from './support/prepared_run';
import { RepeatedVerdicts } from './support/repeated_verdicts';
import { conditionsOf, type RunConditions } from './support/conditions';
import { placeOfExpected, readProgramText } from './support/read_program';
import { SkippedCalls, type SkippedCall } from '../library/skipped_calls';
import { EXIT_CLEAN, EXIT_FINDING, EXIT_TOO_LITTLE, EXIT_USAGE, type Exit } from './support/exit';

const RUNS_MAX = 100_000;

interface RunOptions {
  readonly target: string;
  readonly mutant?: string;
  readonly trace?: boolean;
  readonly abuse?: boolean;
  readonly provoke?: boolean;
  readonly strict?: boolean;
  readonly repeat?: number;
  readonly json?: boolean;
}

interface Source {
  readonly file: string;
  readonly text: string;
  readonly program: Program;
}

interface Ran extends Source {
  readonly conditions: RunConditions;
  readonly session: Session;
  /** Of the first run that did not end as the program expects, if there is one. */
  readonly verdict: Verdict;
  readonly verdicts: RepeatedVerdicts;
  readonly steps: readonly Step[];
  readonly skipped: readonly SkippedCall[];
  readonly trace: readonly string[];
}

/** `skbcheck run FILE...`: runs programs and prints their verdicts. */
export function addRun(program: Command, exit: Exit): void {
  program
    .command('run')
    .description('run programs on the model, or in lockstep with a target')
    .argument('<file...>', 'programs')
    .option(
      '--target <target>',
      'model, linux-6.1, linux-6.12, a directory with a bzImage and a build tree, or a program',
      'model',
    )
    .option('--mutant <id>', "break one rule of the model; none: not even the rule that the file's mutant line names")
    .option('--trace', 'print every call, its outcome and the world after it')
    .option('--abuse', 'let commands run that break contracts on purpose')
    .option('--provoke', 'let calls through that are legal and make the kernel warn: docs/reference/kernel_findings.md')
    .option('--strict', 'a skipped call is a mistake of the program: exit code 2')
    .option('--repeat <n>', 'run each program n times, from an empty world each time', (text) =>
      parseCount('--repeat', text, 1, RUNS_MAX),
    )
    .option('--json', 'print one JSON document')
    .action(async (files: string[], options: RunOptions) => {
      // Every file is read before the first runs, so that a mistake in the last does not cost a boot.
      const sources = files.map((file) => ({ file, ...readProgramText(file) }));
      for (const { file, program } of sources) assertRunsOn(options.target, file, program);
      const documents: unknown[] = [];
      for (const source of sources) {
        const ran = await runOne(source, options);
        exit.code = worseOf(exit.code, codeOf(ran, options));
        if (options.json === true) documents.push(documentOf(ran, options));
        else printRan(ran, options);
      }
      if (options.json === true) printJson(documents.length === 1 ? documents[0] : documents);
    });
}

/** A finding is worse than a mistake in a program, and that is worse than too little. */
function worseOf(one: number, other: number): number {
  return [EXIT_FINDING, EXIT_USAGE, EXIT_TOO_LITTLE].find((code) => code === one || code === other) ?? EXIT_CLEAN;
}

function codeOf({ verdict, program, skipped, steps }: Ran, { strict }: RunOptions): number {
  if (!isExpected(program, verdict)) return EXIT_FINDING;
  if (strict === true && skipped.length > 0) return EXIT_USAGE;
  return steps.some(({ outcome, settling }) => outcome >= 0 && !settling) ? EXIT_CLEAN : EXIT_TOO_LITTLE;
}

/** Returns whether the run ended as the program expects; a program without an expect line expects no finding. */
function isExpected({ expect }: Program, verdict: Verdict): boolean {
  if (verdict.kind === 'violation') return verdict.invariant === expect;
  return (verdict.kind === 'clean' || verdict.kind === 'limit') && (expect === undefined || expect === 'clean');
}

async function runOne(source: Source, options: RunOptions): Promise<Ran> {
  const prepared = await prepareRun(source.program, conditionsOf(source.file, source.program, options), options.target);
  const trace: string[] = [];
  const { conditions, session } = prepared;
  try {
    const verdicts = new RepeatedVerdicts();
    for (let i = 0; i < (options.repeat ?? 1); i++) verdicts.add(await prepared.judge());
    const { steps, skipped } = runTraced(session, source, trace, options);
    const verdict = verdicts.worst((one) => isExpected(source.program, one));
    return { ...source, conditions, session, verdict, verdicts, steps, skipped, trace };
  } finally {
    await prepared.close();
  }
}

/** Runs the program on the model, and collects what it skips. */
function runTraced(session: Session, { program, text }: Source, trace: string[], options: RunOptions) {
  const skipped = new SkippedCalls(session.world, program, text);
  const ran = runOnModel(session, program, (step) => {
    skipped.onStep(step);
    traceStep(trace, session, program, step, options);
  });
  return { ...ran, skipped: skipped.all };
}

function traceStep(trace: string[], session: Session, program: Program, step: Step, options: RunOptions): void {
  if (options.trace !== true) return;
  const settling = step.settling ? '(settle) ' : '';
  const moment = step.during === undefined ? '' : step.during ? ', during the call above' : ', after the call above';
  trace.push(`${settling}${printCall(step.call, program.names)}  # ${outcomeText(step.call, step.outcome)}${moment}`);
  if (step.outcome >= 0) trace.push(...worldLines(session.world, program.names).map((line) => `      ${line}`));
}

function printRan(ran: Ran, options: RunOptions): void {
  for (const line of ran.trace) printLine(line);
  const { verdict, verdicts, program, file, skipped, conditions } = ran;
  for (const { line, call, why } of skipped) printLine(`${file}:${line}: skipped ${call}: ${why}`);
  const met = isExpected(program, verdict);
  if (options.repeat !== undefined) {
    const failed = verdicts.failed((one) => isExpected(program, one));
    printLine(`${file}: failed in ${failed} of ${plural(verdicts.runs, 'run')}`);
    for (const { signature, count } of verdicts.counts) printLine(`${String(count).padStart(8)}  ${signature}`);
  }
  if (verdict.kind === 'clean' || verdict.kind === 'limit') {
    printLine(`${file}: ${summaryOf(ran)} (${factsOf(ran, options).join(', ')})`);
    if (!met) printLine(expectationOf(ran));
    return;
  }
  if (met) {
    printLine(`${file}: ${signatureOf(verdict)}, as expected (${factsOf(ran, options).join(', ')})`);
    return;
  }
  const report = describeFinding(ran.session, {
    program,
    verdict,
    target: options.target,
    mutant: conditions.mutant?.id,
    abuse: conditions.abuse,
    provoke: conditions.provoke,
    commandsBefore: program.calls.length,
    file,
    detail: detailOf(verdict),
    ...(options.target === 'model' ? { explained: explainOnModel(ran.session, program, signatureOf(verdict)) } : {}),
  });
  printLine(findingText(report, isColoured(process.stdout)).trimEnd());
  if (program.expect !== undefined) printLine(expectationOf(ran));
}

/** `clean`, or that nothing was executed, which is not the same. */
function summaryOf({ verdict, steps }: Ran): string {
  const executed = steps.some(({ outcome, settling }) => outcome >= 0 && !settling);
  return executed ? sentenceOf(verdict) : 'nothing was executed';
}

function factsOf({ program, conditions, skipped }: Ran, { target }: RunOptions): string[] {
  const { mutant, abuse, provoke } = conditions;
  return [
    `${program.profile} on ${target}`,
    ...(mutant === undefined ? [] : [`mutant ${mutant.id}`]),
    ...(abuse ? ['abuse'] : []),
    ...(provoke ? ['provoke'] : []),
    plural(program.calls.length, 'command'),
    ...(skipped.length === 0 ? [] : [`${skipped.length} skipped`]),
  ];
}

/** An expectation that is not met. */
function expectationOf({ file, text, program, verdict }: Ran): string {
  const { line } = placeOfExpected(text);
  const found = verdict.kind === 'clean' ? 'clean' : signatureOf(verdict);
  return `${file}:${line}: expected ${program.expect}, but the result is: ${found}`;
}

function documentOf(ran: Ran, options: RunOptions): unknown {
  const lines = printCallLines(ran.program);
  let position = 0;
  const why = whyOf(ran.session, ran.program, ran.verdict);
  return {
    file: ran.file,
    profile: ran.program.profile,
    target: options.target,
    ...(ran.conditions.mutant === undefined ? {} : { mutant: ran.conditions.mutant.id }),
    ...(ran.program.expect === undefined
      ? {}
      : { expect: ran.program.expect, isExpected: isExpected(ran.program, ran.verdict) }),
    skipped: ran.skipped,
    ...(options.repeat === undefined
      ? {}
      : {
          runs: ran.verdicts.runs,
          failed: ran.verdicts.failed((one) => isExpected(ran.program, one)),
          verdicts: ran.verdicts.counts,
        }),
    signature: signatureOf(ran.verdict),
    verdict: ran.verdict,
    ...(why === null ? {} : { why }),
    steps: ran.steps.map((step) => ({
      call: step.settling ? printCall(step.call, ran.program.names) : lines[position++],
      outcome: outcomeText(step.call, step.outcome),
      settling: step.settling,
      ...(step.during === undefined ? {} : { during: step.during }),
    })),
  };
}
