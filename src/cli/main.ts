import { Command } from 'commander';
import { addCampaign } from './campaign';
import { addCorpus } from './corpus';
import { addCosts } from './costs';
import { addExplore } from './explore';
import { addExport } from './export';
import { addFuzz } from './fuzz';
import { addKeep } from './keep';
import { addKernel } from './kernel';
import { addList } from './list';
import { addMutants } from './mutants';
import { addReduce } from './reduce';
import { addReport } from './report';
import { addRun } from './run';
import { addServe } from './serve';
import { addShow } from './show';
import { EXIT_CLEAN, type Exit } from './support/exit';
import { endOnSignals } from './support/interrupt';
import { reportError } from './support/report_error';
import { addWorker } from './worker';

const TITLE =
  'Property-based tests of the Linux kernel’s packet memory rules: ' +
  'a model, its invariants, and real kernels in lockstep';

/** Adds the subcommands, in the order of the help. */
const SUBCOMMANDS: readonly ((program: Command, exit: Exit) => void)[] = [
  addFuzz,
  addCampaign,
  addWorker,
  addRun,
  addReduce,
  addExplore,
  addKeep,
  addExport,
  addList,
  addKernel,
  addShow,
  addReport,
  addServe,
  addCosts,
  addMutants,
  addCorpus,
];

/**
 * Runs one command line.
 *
 * @param argv - words after `skbcheck`
 * @returns the exit code: 0 clean, 1 finding, 2 usage, 3 a target or service could not be used, 130 interrupted
 */
export async function main(argv: string[]): Promise<number> {
  const exit: Exit = { code: EXIT_CLEAN, argv };
  const program = buildProgram(exit);
  const letSignalsBe = endOnSignals();
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exit.code;
  } catch (error) {
    return reportError(error);
  } finally {
    letSignalsBe();
  }
}

function buildProgram(exit: Exit): Command {
  const program = new Command('skbcheck');
  program
    .description(TITLE)
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .showHelpAfterError(false);
  for (const add of SUBCOMMANDS) add(program, exit);
  inheritSettings(program);
  return program;
}

/** Lets the errors of subcommands reach reportError too. */
function inheritSettings(command: Command): void {
  for (const sub of command.commands) {
    sub.copyInheritedSettings(command);
    inheritSettings(sub);
  }
}
