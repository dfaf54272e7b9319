import path from 'node:path';
import type { Command } from 'commander';
import type { Program } from '../program/program';
import { evaluationsIn, whySaysNothing, type Counts } from '../report/documents/counts';
import type { StepThrough } from '../report/picture/step_through';
import { isOutsideProgram } from '../program/outside_program';
import { UsageError } from '../session/errors';
import { Session } from '../session/session';
import { conditionsOf } from './support/conditions';
import { profileNamed } from '../session/named';
import { note, printDocument } from './support/output';
import { readProgramText } from './support/read_program';
import { conditionedOptions } from '../session/session_options';
import { assertOutput, writeOutput } from './support/files';
import { shellWords } from '../report/shell_words';
import { stepThrough } from './support/step_through';
import { EXIT_CLEAN, EXIT_FINDING, EXIT_TOO_LITTLE, type Exit } from './support/exit';

interface ShowOptions {
  readonly output: string;
  readonly mutant?: string;
  readonly profile?: string;
  readonly abuse?: boolean;
  readonly provoke?: boolean;
  readonly json?: boolean;
}

/** `skbcheck show FILE -o out.html`: writes a page that steps through one program. */
export function addShow(program: Command, exit: Exit): void {
  program
    .command('show')
    .description('write a page that steps through a program: a picture of the world after every command')
    .argument('<file>', 'a program')
    .requiredOption('-o, --output <file>', 'the page to write')
    .option('--mutant <id>', 'break one rule of the model')
    .option('--profile <name>', 'run it with the rules of this profile instead of its own')
    .option('--abuse', 'let commands run that break contracts on purpose')
    .option('--provoke', 'let calls through that are legal and make the kernel warn: docs/reference/kernel_findings.md')
    .option('--json', 'also print the steps as one JSON document')
    .action(async (file: string, options: ShowOptions) => {
      exit.code = await show(file, options);
    });
}

async function show(file: string, options: ShowOptions): Promise<number> {
  assertOutput(options.output, options.json === true);
  const read = readProgramText(file);
  if (isOutsideProgram(read.program))
    throw new UsageError(
      `${file} is a program of user space, whose world is the kernel's; ` +
        `its answers: npx skbcheck run ${shellWords([file])} --target linux-7.3 --trace`,
    );
  const conditions = conditionsOf(file, read.program, options);
  const { mutant } = conditions;
  const profile = profileNamed(options.profile ?? read.program.profile);
  const program: Program = { ...read.program, profile: profile.name };
  const session = new Session(conditionedOptions(profile, conditions));
  const steps = stepThrough(session, program, read.text);
  const counts = countsOfSteps(steps, evaluationsIn(session.checker.counts()));
  const { stepHtml } = await import('../report/picture/step_html.js');
  const facts = [
    ['profile', profile.name],
    ...(mutant === undefined ? [] : [['mutant', `${mutant.id}: ${mutant.title}`]]),
    ['reproduce', `npx skbcheck run ${shellWords([file, ...runOptions(options)])}`],
  ] as [string, string][];
  writeOutput(options.output, stepHtml(`skbcheck: ${path.basename(file)}`, facts, steps));
  if (options.json === true) printDocument('show', { file, output: options.output, ...counts, ...steps });
  const { kind } = session.verdict;
  if (kind !== 'clean' && kind !== 'limit') return EXIT_FINDING;
  const why = whySaysNothing(counts, false);
  if (why !== undefined) note(`${file}: ${why}`);
  return kind === 'limit' || why !== undefined ? EXIT_TOO_LITTLE : EXIT_CLEAN;
}

/** @param evaluated - evaluations of invariants in this run */
function countsOfSteps({ steps }: StepThrough, evaluated: number): Counts {
  const own = steps.filter(({ line }) => line >= 0);
  const skipped = own.filter((step) => step.skipped === true).length;
  const executed = own.length - skipped;
  return { executed, skipped, evaluated, compared: 0, notSearched: executed === 0 ? 1 : 0 };
}

function runOptions({ mutant, abuse, provoke }: ShowOptions): string[] {
  return [
    ...(mutant === undefined ? [] : ['--mutant', mutant]),
    ...(abuse ? ['--abuse'] : []),
    ...(provoke ? ['--provoke'] : []),
  ];
}
