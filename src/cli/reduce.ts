import { askElsewhere, foundElsewhere } from '../report/hints/found_elsewhere';
import { foundOn } from '../search/found_on';
import { reduceWords } from '../report/hints/reduce_words';
import { shellWords } from '../report/shell_words';
import type { Command } from 'commander';
import { placeOf, sentenceOf, signatureOf, type Verdict } from '../session/verdict';
import { reduceFinding, reduceOnModelAsync } from '../search/reduce_finding';
import { TimeLimit } from '../search/time_limit';
import { plural } from '../report/figures';
import { printProgram } from '../program/print';
import { isOfRest } from '../outside/left_behind';
import { OutsideJudge } from '../outside/outside_judge';
import { isOutsideProgram } from '../program/outside_program';
import type { Program } from '../program/program';
import type { ReduceResult } from '../reduce/reduce';
import { runOnModel } from '../session/run_model';
import { Session } from '../session/session';
import { openInTime, OutOfTimeError } from '../lockstep/limited_link';
import { TargetJudge, type OpenJudge } from '../lockstep/target_judge';
import { evaluationsIn, whySaysNothing, type Counts } from '../report/documents/counts';
import { assertRunsOn } from './support/kernel_runs';
import { conditionsOf, withConditions, type RunConditions } from './support/conditions';
import { Interrupt } from './support/interrupt';
import { profileNamed } from '../session/named';
import { parseCount, parseDuration } from './support/options';
import { note, printDocument, printLine } from './support/output';
import { openOutsideJudge } from './support/outside/outside_run';
import { reducingUntil } from './support/reducing';
import { StatusLine } from './support/status_line';
import { countsOfRun } from './support/ran';
import { readProgram } from './support/read_program';
import { conditionedOptions } from '../session/session_options';
import { assertOutput, writeOutput } from './support/files';
import { chooseTarget } from '../targets/choose_target';
import { STREAM } from '../targets/read_input';
import { EXIT_CLEAN, EXIT_FINDING, EXIT_INTERRUPTED, EXIT_TOO_LITTLE, type Exit } from './support/exit';

const BUDGET_MAX = 1_000_000_000;

interface ReduceOptions {
  readonly target: string;
  readonly mutant?: string;
  readonly output?: string;
  readonly abuse?: boolean;
  readonly time?: string;
  readonly budget?: string;
  readonly json?: boolean;
}

/** The limits that the user set. */
interface ReduceLimits {
  readonly time: TimeLimit;
  readonly executions?: number;
}

/** `skbcheck reduce FILE`. */
export function addReduce(program: Command, exit: Exit): void {
  program
    .command('reduce')
    .description('make a failing program smaller and keep its signature')
    .argument('<file>', 'a program; one that was reduced before goes on from there')
    .option(
      '--target <target>',
      'model, linux-6.1, linux-7.0.4, a directory with a bzImage and a build tree, or a program',
      'model',
    )
    .option('--mutant <id>', 'break one rule of the model')
    .option('-o, --output <file>', 'file for the reduced program; stdout when absent')
    .option('--time <time>', 'stop after this time: 60s, 10m, 8h (default: no limit)')
    .option('--budget <number>', 'stop after this number of executed programs (default: 200000; fewer on a target)')
    .option('--abuse', 'let commands run that break contracts on purpose')
    .option('--json', 'print one JSON document')
    .action(async (file: string, options: ReduceOptions) => {
      exit.code = await reduceFile(file, options);
    });
}

async function reduceFile(file: string, options: ReduceOptions): Promise<number> {
  const executions = options.budget === undefined ? undefined : parseCount('--budget', options.budget, 1, BUDGET_MAX);
  const time_ms = options.time === undefined ? null : parseDuration('--time', options.time);
  if (options.output !== undefined) assertOutput(options.output, options.json === true);
  const program = readProgram(file);
  assertRunsOn(options.target, file, program);
  const conditions = conditionsOf(file, program, options);
  const interrupt = new Interrupt();
  try {
    const time = TimeLimit.of(time_ms, () => interrupt.interrupted);
    const code = await reduceProgram(file, program, conditions, options, { time, executions });
    return interrupt.interrupted ? EXIT_INTERRUPTED : code;
  } catch (error) {
    if (!(error instanceof OutOfTimeError)) throw error;
    note(`${file}: not reduced, ${error.message}`);
    return interrupt.interrupted ? EXIT_INTERRUPTED : EXIT_TOO_LITTLE;
  } finally {
    interrupt.dispose();
  }
}

async function reduceProgram(
  file: string,
  program: Program,
  conditions: RunConditions,
  options: ReduceOptions,
  limits: ReduceLimits,
): Promise<number> {
  if (isOutsideProgram(program)) {
    const judge = await openOutsideJudge(program, options.target);
    judge.measures = true;
    return reduceJudged(file, program, conditions, options, limits, judge.session, judge);
  }
  const profile = profileNamed(program.profile);
  const choice = chooseTarget(options.target, options.target === 'model' ? undefined : profile.name, note);
  const isPast = limits.time.isPast;
  const link = choice.kind === 'model' ? null : await openInTime(choice.open, isPast);
  const session = new Session(conditionedOptions(profile, conditions, link?.abi));
  const judge = choice.kind === 'model' ? null : new TargetJudge(choice.open, session, link, isPast);
  return reduceJudged(file, program, conditions, options, limits, session, judge);
}

async function reduceJudged(
  file: string,
  program: Program,
  conditions: RunConditions,
  options: ReduceOptions,
  limits: ReduceLimits,
  session: Session,
  judge: OpenJudge | null,
): Promise<number> {
  try {
    const { verdict, counts } = await judged(session, judge, program);
    if (verdict.kind === 'clean' || verdict.kind === 'limit') {
      const other = foundOn(program, options.target);
      const nothing = other === undefined ? whySaysNothing(counts, judge !== null) : foundElsewhere(other);
      const why = verdict.kind === 'limit' ? sentenceOf(verdict) : nothing;
      if (options.json === true)
        printDocument('reduce', { ...counts, file, signature: signatureOf(verdict), reduced: null });
      else {
        printLine(`${file}: ${why ?? sentenceOf(verdict)}, nothing to reduce`);
        if (other !== undefined && verdict.kind === 'clean') printLine(askElsewhere(other, file, 'reduce'));
      }
      return why === undefined ? EXIT_CLEAN : EXIT_TOO_LITTLE;
    }
    const status = new StatusLine();
    const reduced = await smaller(file, program, verdict, { session, judge }, limits, status);
    status.clear();
    show(file, program, reduced, verdict, conditions, options, counts);
    return EXIT_FINDING;
  } finally {
    await judge?.close();
  }
}

function smaller(
  file: string,
  program: Program,
  verdict: Verdict,
  { session, judge }: { readonly session: Session; readonly judge: OpenJudge | null },
  { time, executions }: ReduceLimits,
  status: StatusLine,
): Promise<ReduceResult> {
  const signature = signatureOf(verdict);
  // Each candidate that is clean would run some hundred times.
  if (judge instanceof OutsideJudge) judge.measures = isOfRest(signature);
  const expired = reducingUntil(time, status, file, program.calls.length).isOver;
  if (judge !== null) return reduceFinding(judge, { program, verdict, signature }, expired, executions);
  const failedAt = placeOf(verdict)?.call;
  return reduceOnModelAsync(session, program, signature, { failedAt, expired, executions });
}

function show(
  file: string,
  program: Program,
  reduced: ReduceResult,
  verdict: Verdict,
  conditions: RunConditions,
  options: ReduceOptions,
  counts: Counts,
): void {
  const signature = signatureOf(verdict);
  const { executions, phases, exhausted } = reduced;
  const text = printProgram(withConditions(reduced.program, conditions));
  if (options.output !== undefined) writeOutput(options.output, text);
  const commandsBefore = program.calls.length;
  const commandsAfter = reduced.program.calls.length;
  const document = { file, signature, commandsBefore, commandsAfter, executions, exhausted, phases };
  if (options.json === true)
    printDocument('reduce', { ...counts, ...document, output: options.output ?? null, program: text });
  else if (options.output === undefined) process.stdout.write(text);
  const work = `with ${plural(executions, 'execution')}`;
  note(`${signature}: ${plural(commandsBefore, 'command')} reduced to ${commandsAfter} ${work}`);
  if (exhausted) note(`ended early; to go on: ${goOnText(options)}`);
}

function goOnText({ output, target }: ReduceOptions): string {
  if (output === undefined || output === STREAM) return 'save that program by -o FILE, and reduce FILE';
  // Its text has the other conditions.
  return `npx skbcheck ${shellWords(reduceWords({ file: output, target }, output))}`;
}

/** The verdict on the target, or else on the model. */
async function judged(
  session: Session,
  judge: OpenJudge | null,
  program: Program,
): Promise<{ readonly verdict: Verdict; readonly counts: Counts }> {
  const onTarget = await judge?.judge(program);
  const compared = judge?.compared ?? 0;
  const before = evaluationsIn(session.checker.counts());
  const { verdict, steps } = runOnModel(session, program);
  const counts = countsOfRun(steps, evaluationsIn(session.checker.counts()) - before, compared);
  return { verdict: onTarget ?? verdict, counts };
}
