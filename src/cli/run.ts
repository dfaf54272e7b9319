import type { Command } from 'commander';
import { printCall } from '../program/print';
import type { Program } from '../program/program';
import { countsText, evaluationsIn, sumOfCounts, whySaysNothing } from '../report/documents/counts';
import type { RunDocument } from '../report/documents/program_document';
import { plural } from '../report/figures';
import { findingText } from '../report/finding_text';
import { ktapText } from '../report/ktap';
import { ktapOfRuns } from '../report/ktap_of_runs';
import { worldLines } from '../report/world_text/world_text';
import { measureLeak } from '../lockstep/judge';
import { runOnModel, type Step } from '../session/run_model';
import { outcomeText, Session } from '../session/session';
import { TargetJudge } from '../lockstep/target_judge';
import { sentenceOf, signatureOf, type Verdict } from '../session/verdict';
import { describeFinding } from './support/describe_finding';
import { detailOf } from './support/finding_detail';
import { assertRunsOn } from './support/kernel_runs';
import { assertOneFormat, profileNamed } from './support/options';
import { note, printDocument, printLine } from './support/output';
import { conditionsOf } from './support/conditions';
import { programFiles } from './support/program_files';
import { countsOfRun, isExpected, type Ran, type Source } from './support/ran';
import { placeOfExpected, readProgramText } from './support/read_program';
import { runDocument } from './support/run_document';
import { SkippedCalls } from './support/skipped_calls';
import { sessionOptions } from './support/session_options';
import { chooseTarget } from './support/target_option';
import { EXIT_CLEAN, EXIT_FINDING, EXIT_TOO_LITTLE, EXIT_USAGE, type Exit } from './support/exit';

interface RunOptions {
  readonly target: string;
  readonly mutant?: string;
  readonly trace?: boolean;
  readonly abuse?: boolean;
  readonly provoke?: boolean;
  readonly strict?: boolean;
  readonly json?: boolean;
  readonly ktap?: boolean;
}

const EXAMPLES = `
Examples:
  $ npx skbcheck run regressions/kfree-skb-twice.skb --trace
  $ npx skbcheck run regressions/*.skb --target linux-6.12 --strict

Exit codes: 0 every program ended as it expects, 1 one did not, 2 usage (with --strict also a skipped call), 3 the
target could not be used, 4 a program says nothing: nothing of it was executed, evaluated or compared.`;

/** `skbcheck run FILE...`: runs programs and prints their verdicts. */
export function addRun(program: Command, exit: Exit): void {
  program
    .command('run')
    .description('run programs on the model, or in lockstep with a target')
    .argument('<file...>', 'programs, or directories with programs (*.skb)')
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
    .option('--json', 'print one JSON document')
    .option('--ktap', 'print KTAP, a test for each program')
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], options: RunOptions) => {
      assertOneFormat(options);
      // Every file is read before the first runs, so that a mistake in the last does not cost a boot.
      const sources = programFiles(files).map((file) => ({ file, ...readProgramText(file) }));
      for (const { file, program } of sources) assertRunsOn(options.target, file, program);
      const runs: RunDocument[] = [];
      for (const source of sources) {
        const ran = await runOne(source, options);
        exit.code = worseOf(exit.code, codeOf(ran, options));
        if (options.json === true || options.ktap === true) runs.push(runDocument(ran, options.target));
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
function whyTooLittle({ verdict, counts }: Ran, target: string): string | undefined {
  if (verdict.kind === 'limit') return sentenceOf(verdict);
  return verdict.kind === 'clean' ? whySaysNothing(counts, target !== 'model') : undefined;
}

async function runOne({ file, text, program }: Source, options: RunOptions): Promise<Ran> {
  const conditions = conditionsOf(file, program, options);
  const { mutant, abuse, provoke } = conditions;
  const profile = profileNamed(program.profile);
  const choice = chooseTarget(options.target, options.target === 'model' ? undefined : profile.name, note);
  const trace: string[] = [];
  if (choice.kind === 'model') {
    const session = new Session({
      ...sessionOptions(profile, mutant, profile.abi, abuse),
      provoke,
    });
    const ran = runTraced(session, program, text, trace, options);
    const counts = countsOfRun(ran.steps, evaluationsIn(session.checker.counts()), 0);
    return { file, text, program, conditions, session, ...ran, counts, trace };
  }
  const link = await choice.open();
  const session = new Session({
    ...sessionOptions(profile, mutant, link.abi, abuse),
    // The model's checks are off while it provokes, because they would fail before the kernel warns.
    ...{ provoke, checks: !provoke },
  });
  const judge = new TargetJudge(choice.open, session, link);
  try {
    let verdict = await judge.judge(program);
    const { compared } = judge;
    if (verdict.kind === 'clean') verdict = await leakVerdict(session, judge, program);
    const before = evaluationsIn(session.checker.counts());
    const { steps, skipped } = runTraced(session, program, text, trace, options);
    const counts = countsOfRun(steps, evaluationsIn(session.checker.counts()) - before, compared);
    return { file, text, program, conditions, session, verdict, steps, counts, skipped, trace };
  } finally {
    await judge.close();
  }
}

/** Runs the program on the model, and collects what it skips. */
function runTraced(session: Session, program: Program, text: string, trace: string[], options: RunOptions) {
  const skipped = new SkippedCalls(session.world, program, text);
  const ran = runOnModel(session, program, (step) => {
    skipped.onStep(step);
    traceStep(trace, session, program, step, options);
  });
  return { ...ran, skipped: skipped.all };
}

/** A leak that the comparison does not show: the target loses memory although the model loses none. */
async function leakVerdict(session: Session, judge: TargetJudge, program: Program): Promise<Verdict> {
  const link = await judge.link();
  const lost = await measureLeak(session, link, program);
  if (lost === 0) return { kind: 'clean' };
  // The reducer finds the leaking call: without it no memory is lost.
  const place = { call: program.calls.length, command: 'settle', settling: true };
  return {
    kind: 'divergence',
    place,
    field: 'memory in use',
    message: `the target loses ${(lost / 1024).toFixed(1)} KiB each time the program runs, the model nothing`,
  };
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
  const { verdict, program, file, skipped, conditions } = ran;
  for (const { line, call, why } of skipped) printLine(`${file}:${line}: skipped ${call}: ${why}`);
  const met = isExpected(ran);
  if (verdict.kind === 'clean' || verdict.kind === 'limit') {
    printLine(
      `${file}: ${whyTooLittle(ran, options.target) ?? sentenceOf(verdict)} (${factsOf(ran, options).join(', ')})`,
    );
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
  });
  process.stdout.write(findingText(report, process.stdout.isTTY === true));
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
