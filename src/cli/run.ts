import type { Command } from 'commander';
import { printCall, printCallLines } from '../program/print';
import type { Program } from '../program/program';
import { plural } from '../report/figures';
import { findingText } from '../report/finding_text';
import { worldLines } from '../report/world_text/world_text';
import { leakVerdict } from '../lockstep/leak_verdict';
import { runOnModel, type Step } from '../session/run_model';
import { outcomeText, Session } from '../session/session';
import { TargetJudge } from '../lockstep/target_judge';
import { sentenceOf, signatureOf, type Verdict } from '../session/verdict';
import { describeFinding } from '../library/describe_finding';
import { detailOf } from '../library/finding_detail';
import { assertRunsOn } from './support/kernel_runs';
import { profileNamed } from './support/options';
import { note, printJson, printLine } from './support/output';
import { conditionsOf, type RunConditions } from './support/conditions';
import { placeOfExpected, readProgramText } from './support/read_program';
import { SkippedCalls, type SkippedCall } from '../library/skipped_calls';
import { sessionOptions } from '../session/session_options';
import { chooseTarget } from '../targets/choose_target';
import { EXIT_CLEAN, EXIT_FINDING, EXIT_TOO_LITTLE, EXIT_USAGE, type Exit } from './support/exit';

interface RunOptions {
  readonly target: string;
  readonly mutant?: string;
  readonly trace?: boolean;
  readonly abuse?: boolean;
  readonly provoke?: boolean;
  readonly strict?: boolean;
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
  readonly verdict: Verdict;
  readonly steps: readonly Step[];
  readonly skipped: readonly SkippedCall[];
  readonly trace: readonly string[];
}

const EXAMPLES = `
Examples:
  $ npx skbcheck run regressions/kfree-skb-twice.skb --trace
  $ npx skbcheck run regressions/*.skb --target linux-6.12 --strict

Exit codes: 0 every program ended as it expects, 1 one did not, 2 usage (with --strict also a skipped call), 3 the
target could not be used, 4 nothing of a program was executed.`;

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
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
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
    const { verdict, steps, skipped } = runTraced(session, program, text, trace, options);
    return { file, text, program, conditions, session, verdict, steps, skipped, trace };
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
    if (verdict.kind === 'clean') verdict = await leakVerdict(judge, program);
    const { steps, skipped } = runTraced(session, program, text, trace, options);
    return { file, text, program, conditions, session, verdict, steps, skipped, trace };
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
  const met = isExpected(program, verdict);
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
  });
  process.stdout.write(findingText(report, process.stdout.isTTY === true));
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
  return {
    file: ran.file,
    profile: ran.program.profile,
    target: options.target,
    ...(ran.conditions.mutant === undefined ? {} : { mutant: ran.conditions.mutant.id }),
    ...(ran.program.expect === undefined
      ? {}
      : { expect: ran.program.expect, isExpected: isExpected(ran.program, ran.verdict) }),
    skipped: ran.skipped,
    signature: signatureOf(ran.verdict),
    verdict: ran.verdict,
    steps: ran.steps.map((step) => ({
      call: step.settling ? printCall(step.call, ran.program.names) : lines[position++],
      outcome: outcomeText(step.call, step.outcome),
      settling: step.settling,
      ...(step.during === undefined ? {} : { during: step.during }),
    })),
  };
}
