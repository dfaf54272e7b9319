import type { Command } from 'commander';
import { printCall } from '../program/print';
import type { Program } from '../program/program';
import { countsText, evaluationsIn, sumOfCounts, whySaysNothing } from '../report/documents/counts';
import type { RunDocument } from '../report/documents/program_document';
import { plural } from '../report/figures';
import { findingText } from '../report/finding_text';
import { ktapText } from '../report/ktap/ktap';
import { ktapOfRuns } from '../report/ktap/ktap_of_runs';
import { worldLines } from '../report/world_text/world_text';
import { runOnModel, type Step } from '../session/run_model';
import type { Session } from '../session/session';
import { outcomeText } from '../session/session';
import { sentenceOf, signatureOf } from '../session/verdict';
import { askElsewhere, foundElsewhere } from '../report/hints/found_elsewhere';
import { foundOn } from '../search/found_on';
import { explainOnModel } from '../search/reduce_finding';
import { isColoured } from './support/colour';
import { describeFinding } from '../library/describe_finding';
import { detailOf } from '../library/finding_detail';
import { assertRunsOn } from './support/kernel_runs';
import { assertOneFormat, parseCount } from './support/options';
import { printDocument, printLine } from './support/output';
import { prepareRun } from './support/prepared_run';
import { programFiles } from './support/program_files';
import { countsOfRun, isExpected, type Ran, type Source } from './support/ran';
import { RepeatedVerdicts } from './support/repeated_verdicts';
import { conditionsOf } from './support/conditions';
import { placeOfExpected, readProgramText } from './support/read_program';
import { answerTo, runDocument } from './support/run_document';
import { SkippedCalls } from '../library/skipped_calls';
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
  readonly ktap?: boolean;
}

/** `skbcheck run FILE...`: runs programs and prints their verdicts. */
export function addRun(program: Command, exit: Exit): void {
  program
    .command('run')
    .description('run programs on the model, or in lockstep with a target')
    .argument('<file...>', 'programs, or directories with programs (*.skb)')
    .option(
      '--target <target>',
      'model, linux-6.1, linux-7.0.4, a directory with a bzImage and a build tree, or a program',
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
    .option('--ktap', 'print KTAP, a test for each program')
    .action(async (files: string[], options: RunOptions) => {
      assertOneFormat(options);
      // Every file is read before the first runs, so that a mistake in the last does not cost a boot.
      const sources = programFiles(files).map((file) => ({ file, ...readProgramText(file) }));
      for (const { file, program } of sources) assertRunsOn(options.target, file, program);
      const runs: RunDocument[] = [];
      for (const source of sources) {
        const ran = await runOne(source, options);
        exit.code = worseOf(exit.code, codeOf(ran, options));
        if (options.json === true || options.ktap === true)
          runs.push(runDocument(ran, options.target, options.repeat !== undefined));
        else printRan(ran, options);
      }
      if (options.ktap === true) process.stdout.write(ktapText(ktapOfRuns(runs)));
      else if (options.json === true && runs.length === 1) printDocument('run', runs[0]);
      else if (options.json === true) printDocument('runs', { ...sumOfCounts(runs), runs });
    });
}

/** A finding is worse than a mistake in a program, and that is worse than too little. */
function worseOf(one: number, other: number): number {
  return [EXIT_FINDING, EXIT_USAGE, EXIT_TOO_LITTLE].find((code) => code === one || code === other) ?? EXIT_CLEAN;
}

function codeOf(ran: Ran, { strict, target }: RunOptions): number {
  if (!isExpected(ran)) return EXIT_FINDING;
  if (strict === true && ran.skipped.length > 0) return EXIT_USAGE;
  return whyTooLittle(ran, target) === undefined ? EXIT_CLEAN : EXIT_TOO_LITTLE;
}

/** Why a run without a finding says too little about the program; undefined: it says enough. */
function whyTooLittle({ verdict, counts, program }: Ran, target: string): string | undefined {
  if (verdict.kind === 'limit') return sentenceOf(verdict);
  const other = foundOn(program, target);
  if (verdict.kind === 'clean' && other !== undefined) return foundElsewhere(other);
  return verdict.kind === 'clean' ? whySaysNothing(counts, target !== 'model') : undefined;
}

async function runOne(source: Source, options: RunOptions): Promise<Ran> {
  const prepared = await prepareRun(source.program, conditionsOf(source.file, source.program, options), options.target);
  const trace: string[] = [];
  const { conditions, session } = prepared;
  try {
    const verdicts = new RepeatedVerdicts();
    for (let i = 0; i < (options.repeat ?? 1); i++) verdicts.add(await prepared.judge());
    const compared = prepared.compared();
    const before = evaluationsIn(session.checker.counts());
    const { steps, skipped } = runTraced(session, source, trace, options);
    const evaluated = evaluationsIn(session.checker.counts()) - before + (prepared.asked?.() ?? 0);
    const counts = countsOfRun(steps, evaluated, compared);
    const verdict = verdicts.worst((one) => isExpected({ program: source.program, verdict: one }));
    const answers = prepared.answersBehind?.(verdict);
    return { ...source, conditions, session, verdict, verdicts, steps, counts, skipped, trace, answers };
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

/** The calls of a program of user space with the kernel's answers: its beliefs are no trace of a kernel. */
function answersTrace(ran: Ran): string[] {
  return ran.steps.map((step, at) => {
    const answer = answerTo(ran, step, at) ?? outcomeText(step.call, step.outcome);
    return `${step.settling ? '(settle) ' : ''}${printCall(step.call, ran.program.names)}  # ${answer}`;
  });
}

function printRan(ran: Ran, options: RunOptions): void {
  const { verdict, verdicts, program, file, skipped, conditions, answers } = ran;
  if (options.trace === true) for (const line of answers === undefined ? ran.trace : answersTrace(ran)) printLine(line);
  for (const { line, call, why } of skipped) printLine(`${file}:${line}: skipped ${call}: ${why}`);
  const met = isExpected(ran);
  if (options.repeat !== undefined) {
    const failed = verdicts.failed((one) => isExpected({ program, verdict: one }));
    printLine(`${file}: failed in ${failed} of ${plural(verdicts.runs, 'run')}`);
    for (const { signature, count } of verdicts.counts) printLine(`${String(count).padStart(8)}  ${signature}`);
  }
  if (verdict.kind === 'clean' || verdict.kind === 'limit') {
    printLine(
      `${file}: ${whyTooLittle(ran, options.target) ?? sentenceOf(verdict)} (${factsOf(ran, options).join(', ')})`,
    );
    const other = verdict.kind === 'clean' ? foundOn(program, options.target) : undefined;
    if (other !== undefined) printLine(askElsewhere(other, file, 'run'));
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
    answers,
    ...(options.target === 'model' ? { explained: explainOnModel(ran.session, program, signatureOf(verdict)) } : {}),
  });
  printLine(findingText(report, isColoured(process.stdout)).trimEnd());
  if (program.expect !== undefined) printLine(expectationOf(ran));
}

function factsOf({ program, conditions, counts }: Ran, { target }: RunOptions): string[] {
  const { mutant, abuse, provoke } = conditions;
  return [
    `${program.profile} on ${target}`,
    ...(mutant === undefined ? [] : [`mutant ${mutant.id}`]),
    ...(abuse ? ['abuse'] : []),
    ...(provoke ? ['provoke'] : []),
    plural(program.calls.length, 'command'),
    countsText(counts, target !== 'model'),
  ];
}

/** An expectation that is not met. */
function expectationOf({ file, text, program, verdict }: Ran): string {
  const { line } = placeOfExpected(text);
  const found = verdict.kind === 'clean' ? 'clean' : signatureOf(verdict);
  return `${file}:${line}: expected ${program.expect}, but the result is: ${found}`;
}
