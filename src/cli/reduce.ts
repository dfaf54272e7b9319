import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { placeOf, sentenceOf, signatureOf, type Verdict } from '../session/verdict';
import { reduceOnModel, reduceOnTarget } from '../search/reduce_finding';
import type { Program } from '../program/program';
import { printProgram } from '../program/print';
import { runOnModel } from '../session/run_model';
import { Session } from '../session/session';
import { TargetJudge } from '../lockstep/target_judge';
import { evaluationsIn, whySaysNothing, type Counts } from '../report/documents/counts';
import { assertRunsOn } from './support/kernel_runs';
import { conditionsOf, withConditions } from './support/conditions';
import { profileNamed } from './support/options';
import { note, printDocument, printLine } from './support/output';
import { readProgram } from './support/read_program';
import { countsOfRun } from './support/ran';
import { sessionOptions } from './support/session_options';
import { assertWritableFile } from './support/writable';
import { chooseTarget } from './support/target_option';
import { EXIT_CLEAN, EXIT_FINDING, EXIT_TOO_LITTLE, type Exit } from './support/exit';

interface ReduceOptions {
  readonly target: string;
  readonly mutant?: string;
  readonly output?: string;
  readonly abuse?: boolean;
  readonly json?: boolean;
}

/** `skbcheck reduce FILE`. */
export function addReduce(program: Command, exit: Exit): void {
  program
    .command('reduce')
    .description('make a failing program smaller and keep its signature')
    .argument('<file>', 'a program')
    .option(
      '--target <target>',
      'model, linux-6.1, linux-6.12, a directory with a bzImage and a build tree, or a program',
      'model',
    )
    .option('--mutant <id>', 'break one rule of the model')
    .option('-o, --output <file>', 'file for the reduced program; stdout when absent')
    .option('--abuse', 'let commands run that break contracts on purpose')
    .option('--json', 'print one JSON document')
    .action(async (file: string, options: ReduceOptions) => {
      exit.code = await reduceFile(file, options);
    });
}

async function reduceFile(file: string, options: ReduceOptions): Promise<number> {
  if (options.output !== undefined) assertWritableFile(options.output);
  const program = readProgram(file);
  assertRunsOn(options.target, file, program);
  const conditions = conditionsOf(file, program, options);
  const { mutant, abuse, provoke } = conditions;
  const profile = profileNamed(program.profile);
  const choice = chooseTarget(options.target, options.target === 'model' ? undefined : profile.name, note);
  const link = choice.kind === 'model' ? null : await choice.open();
  const session = new Session({ ...sessionOptions(profile, mutant, link?.abi ?? profile.abi, abuse), provoke });
  const judge = choice.kind === 'model' ? null : new TargetJudge(choice.open, session, link);
  try {
    const { verdict, counts } = await judged(session, judge, program);
    const signature = signatureOf(verdict);
    if (verdict.kind === 'clean' || verdict.kind === 'limit') {
      const why = verdict.kind === 'limit' ? sentenceOf(verdict) : whySaysNothing(counts, judge !== null);
      if (options.json === true) printDocument('reduce', { ...counts, file, signature, reduced: null });
      else printLine(`${file}: ${why ?? sentenceOf(verdict)}, nothing to reduce`);
      return why === undefined ? EXIT_CLEAN : EXIT_TOO_LITTLE;
    }
    const reduced =
      judge === null
        ? reduceOnModel(session, program, signature, placeOf(verdict)?.call)
        : await reduceOnTarget(judge, program, signature, verdict.kind === 'death');
    const text = printProgram(withConditions(reduced.program, conditions));
    if (options.output !== undefined) writeFileSync(options.output, text);
    const document = {
      file,
      signature,
      commandsBefore: program.calls.length,
      commandsAfter: reduced.program.calls.length,
      executions: reduced.executions,
      phases: reduced.phases,
    };
    if (options.json === true)
      printDocument('reduce', { ...counts, ...document, output: options.output ?? null, program: text });
    else if (options.output === undefined) process.stdout.write(text);
    const { commandsBefore, commandsAfter, executions } = document;
    note(`${signature}: ${commandsBefore} commands reduced to ${commandsAfter} with ${executions} executions`);
    return EXIT_FINDING;
  } finally {
    await judge?.close();
  }
}

/** The verdict on the target, or else on the model. */
async function judged(
  session: Session,
  judge: TargetJudge | null,
  program: Program,
): Promise<{ readonly verdict: Verdict; readonly counts: Counts }> {
  const onTarget = await judge?.judge(program);
  const compared = judge?.compared ?? 0;
  const before = evaluationsIn(session.checker.counts());
  const { verdict, steps } = runOnModel(session, program);
  const counts = countsOfRun(steps, evaluationsIn(session.checker.counts()) - before, compared);
  return { verdict: onTarget ?? verdict, counts };
}
