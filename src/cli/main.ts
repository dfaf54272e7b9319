import { Command, CommanderError } from 'commander';
import { firstLine, TargetUnavailableError, UsageError } from '../session/errors';
import { WorldLimitError } from '../model/world/memory';
import { ParseError } from '../program/parse';
import { addCampaign } from './campaign';
import { addExplore } from './explore';
import { addFuzz } from './fuzz';
import { endOnSignals } from './support/interrupt';
import { addKeep } from './keep';
import { addKernel } from './kernel';
import { addCorpus } from './corpus';
import { addCosts } from './costs';
import { addList } from './list';
import { addMutants } from './mutants';
import { addReduce } from './reduce';
import { addReport } from './report';
import { addRun } from './run';
import { addServe } from './serve';
import { addShow } from './show';
import { addWorker } from './worker';
import { EXIT_CLEAN, EXIT_USAGE, EXIT_TARGET, type Exit } from './support/exit';

/**
 * Runs one command line.
 *
 * @param argv - words after `skbcheck`
 * @returns the exit code: 0 clean, 1 finding, 2 usage, 3 a target or service could not be used, 130 interrupted
 */
export async function main(argv: string[]): Promise<number> {
  const exit: Exit = { code: EXIT_CLEAN };
  const program = buildProgram(exit);
  const letSignalsBe = endOnSignals();
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exit.code;
  } catch (error) {
    return report(error);
  } finally {
    letSignalsBe();
  }
}

function buildProgram(exit: Exit): Command {
  const program = new Command('skbcheck');
  program
    .description(
      'Property-based tests of the Linux kernel’s packet memory rules: a model, its invariants, and real kernels in lockstep',
    )
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .showHelpAfterError(false);
  for (const add of [
    addFuzz,
    addCampaign,
    addWorker,
    addRun,
    addReduce,
    addExplore,
    addKeep,
    addList,
    addKernel,
    addShow,
    addReport,
    addServe,
    addCosts,
    addMutants,
    addCorpus,
  ])
    add(program, exit);
  inheritSettings(program);
  return program;
}

/** Errors of subcommands are reported in one place as well. */
function inheritSettings(command: Command): void {
  for (const sub of command.commands) {
    sub.copyInheritedSettings(command);
    inheritSettings(sub);
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT_CLEAN;
    // Where a subcommand is missing the usage was shown, and says it all.
    if (error.code === 'commander.help') return EXIT_USAGE;
    // The suggestion of the library stands on a line of its own.
    complain(error.message.replace(/^error: /, '').replace(/\n\(Did you mean (.*)\?\)$/s, ", did you mean '$1'?"));
    return EXIT_USAGE;
  }
  if (error instanceof ParseError) {
    process.stderr.write(`${error.message}\n`);
    return EXIT_USAGE;
  }
  if (error instanceof UsageError) return (complain(error.message), EXIT_USAGE);
  if (error instanceof TargetUnavailableError) return (complain(error.message), EXIT_TARGET);
  if (error instanceof WorldLimitError) return (complain(error.message), EXIT_USAGE);
  if (isSystemError(error)) return (complain(firstLine(error)), EXIT_TARGET);
  throw error;
}

function complain(message: string): void {
  process.stderr.write(`skbcheck: error: ${message}\n`);
}

/** ENOENT, EACCES, ENOSPC and their like: something of this machine, not a mistake of ours. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}
