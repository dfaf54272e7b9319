import { Command, CommanderError } from 'commander';
import { addBisect } from './bisect';
import { addCampaign } from './campaign';
import { addCompletion } from './completion';
import { ASK } from './completion/scripts';
import { addPresetOption, allSettings, applySettings, flagsOf } from './config/settings';
import { addCompare } from './compare';
import { addCorpus } from './corpus';
import { addCosts } from './costs';
import { addRules } from './rules';
import { addExplore } from './explore';
import { addExport } from './export';
import { addFuzz } from './fuzz';
import { addKeep } from './keep';
import { addHistoryOfBugs } from './history_of_bugs';
import { addHunt } from './hunt';
import { addHelp } from './help/add_help';
import { addKernel } from './kernel';
import { addList } from './list';
import { addMutants } from './mutants';
import { addReach } from './reach';
import { addReduce } from './reduce';
import { addReport } from './report';
import { addRun } from './run';
import { addServe } from './serve';
import { addShow } from './show';
import { EXIT_CLEAN, type Exit } from './support/exit';
import { endOnSignals, withSignal } from './support/interrupt';
import { guardOutput, printLine } from './support/output';
import { reportError } from './support/report_error';
import { versionText } from './support/version_text';
import { addWorker } from './worker';

const TITLE =
  'Property-based tests of the Linux kernel’s packet memory rules: ' +
  'a model, its invariants, and real kernels in lockstep';

/** Adds the subcommands, in the order of the help. */
const SUBCOMMANDS: readonly ((program: Command, exit: Exit) => void)[] = [
  addFuzz,
  addCompare,
  addBisect,
  addCampaign,
  addWorker,
  addRun,
  addReduce,
  addReach,
  addExplore,
  addKeep,
  addExport,
  addList,
  addKernel,
  addShow,
  addReport,
  addServe,
  addRules,
  addHistoryOfBugs,
  addHunt,
  addCosts,
  addMutants,
  addCorpus,
  addCompletion,
];

/**
 * Runs one command line.
 *
 * @param argv - words after `skbcheck`
 * @returns the exit code, one of EXIT_MEANINGS
 */
export async function main(argv: string[]): Promise<number> {
  const exit: Exit = { code: EXIT_CLEAN, argv };
  const program = commandTree(exit);
  guardOutput();
  const letSignalsBe = endOnSignals();
  try {
    if (!argv.some((word) => ASKS_FOR_HELP.includes(word))) {
      const applied = applySettings(program, argv, process.env, process.cwd());
      exit.settings = () => allSettings(program, applied);
      program.hook('preAction', (_, command) => {
        exit.flags = flagsOf(command, applied);
      });
    }
    await program.parseAsync(argv, { from: 'user' });
    return withSignal(exit.code);
  } catch (error) {
    return reportError(error, argv);
  } finally {
    letSignalsBe();
  }
}

/** These must answer whatever a configuration says; a mistake in it must not silence completion either. */
const ASKS_FOR_HELP = ['-h', '--help', 'help', '-V', '--version', ASK];

/**
 * All commands, with their help.
 *
 * @param exit - gets the exit code of the command that runs
 */
export function commandTree(exit: Exit = { code: EXIT_CLEAN, argv: [] }): Command {
  const program = new Command('skbcheck');
  program
    .description(TITLE)
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .showHelpAfterError(false)
    .option('-V, --version', 'print the versions of skbcheck and Node, and the kernels that are set up')
    .on('option:version', () => {
      printLine(versionText());
      throw new CommanderError(0, 'commander.version', '');
    });
  for (const add of SUBCOMMANDS) add(program, exit);
  addPresetOption(program);
  addHelp(program);
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
