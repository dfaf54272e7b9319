import type { Command } from 'commander';
import { printCall, printCallLines } from '../program/print';
import type { Program } from '../program/program';
import { findingText } from '../report/finding_text';
import { worldLines } from '../report/world_text/world_text';
import { measureLeak } from '../lockstep/judge';
import { runOnModel, type Step } from '../session/run_model';
import { outcomeText, Session } from '../session/session';
import { TargetJudge } from '../lockstep/target_judge';
import { sentenceOf, signatureOf, type Verdict } from '../session/verdict';
import { describeFinding } from './support/describe_finding';
import { detailOf } from './support/finding_detail';
import { assertRunsOn } from './support/kernel_runs';
import { mutantNamed, profileNamed } from './support/options';
import { note, printJson, printLine } from './support/output';
import { readProgram } from './support/read_program';
import { sessionOptions } from './support/session_options';
import { chooseTarget } from './support/target_option';
import { EXIT_CLEAN, EXIT_FINDING, type Exit } from './support/exit';

interface RunOptions {
  readonly target: string;
  readonly mutant?: string;
  readonly trace?: boolean;
  readonly abuse?: boolean;
  readonly provoke?: boolean;
  readonly json?: boolean;
}

interface Ran {
  readonly file: string;
  readonly program: Program;
  readonly session: Session;
  readonly verdict: Verdict;
  readonly steps: readonly Step[];
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
    .option('--mutant <id>', 'break one rule of the model')
    .option('--trace', 'print every call, its outcome and the world after it')
    .option('--abuse', 'let commands run that break contracts on purpose')
    .option('--provoke', 'let calls through that are legal and make the kernel warn: docs/reference/kernel_findings.md')
    .option('--json', 'print one JSON document')
    .action(async (files: string[], options: RunOptions) => {
      // Every file is read before the first runs, so that a mistake in the last does not cost a boot.
      const programs = files.map((file) => ({ file, program: readProgram(file) }));
      for (const { file, program } of programs) assertRunsOn(options.target, file, program);
      const documents: unknown[] = [];
      for (const { file, program } of programs) {
        const ran = await runOne(file, program, options);
        if (ran.verdict.kind !== 'clean' && ran.verdict.kind !== 'limit') exit.code = EXIT_FINDING;
        if (options.json === true) documents.push(documentOf(ran, options));
        else printRan(ran, options);
      }
      if (options.json === true) printJson(documents.length === 1 ? documents[0] : documents);
      exit.code ||= EXIT_CLEAN;
    });
}

async function runOne(file: string, program: Program, options: RunOptions): Promise<Ran> {
  const mutant = options.mutant === undefined ? undefined : mutantNamed(options.mutant);
  const profile = profileNamed(program.profile);
  const choice = chooseTarget(options.target, options.target === 'model' ? undefined : profile.name, note);
  const trace: string[] = [];
  if (choice.kind === 'model') {
    const session = new Session({
      ...sessionOptions(profile, mutant, profile.abi, options.abuse === true),
      provoke: options.provoke,
    });
    const { verdict, steps } = runOnModel(session, program, (step) =>
      traceStep(trace, session, program, step, options),
    );
    return { file, program, session, verdict, steps, trace };
  }
  const link = await choice.open();
  const session = new Session({
    ...sessionOptions(profile, mutant, link.abi, options.abuse === true),
    ...provoked(options),
  });
  const judge = new TargetJudge(choice.open, session, link);
  try {
    let verdict = await judge.judge(program);
    if (verdict.kind === 'clean') verdict = await leakVerdict(session, judge, program);
    const { steps } = runOnModel(session, program, (step) => traceStep(trace, session, program, step, options));
    return { file, program, session, verdict, steps, trace };
  } finally {
    await judge.close();
  }
}

/** Options of a session that provokes: the model's checks are off, because they would fail before the kernel warns. */
function provoked(options: RunOptions): { provoke: boolean; checks: boolean } {
  return { provoke: options.provoke === true, checks: options.provoke !== true };
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
  const { verdict, program, file } = ran;
  const skipped = ran.steps.filter((step) => step.outcome < 0 && !step.settling).length;
  const calls = `${program.calls.length} commands${skipped === 0 ? '' : `, ${skipped} skipped`}`;
  if (verdict.kind === 'clean' || verdict.kind === 'limit') {
    printLine(`${file}: ${sentenceOf(verdict)} (${program.profile} on ${options.target}, ${calls})`);
    return;
  }
  const report = describeFinding(ran.session, {
    program,
    verdict,
    target: options.target,
    mutant: options.mutant,
    abuse: options.abuse,
    provoke: options.provoke,
    commandsBefore: program.calls.length,
    file,
    detail: detailOf(verdict),
  });
  process.stdout.write(findingText(report, process.stdout.isTTY === true));
}

function documentOf(ran: Ran, options: RunOptions): unknown {
  const lines = printCallLines(ran.program);
  let position = 0;
  return {
    file: ran.file,
    profile: ran.program.profile,
    target: options.target,
    ...(options.mutant === undefined ? {} : { mutant: options.mutant }),
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
