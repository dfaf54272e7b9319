import type { Command } from 'commander';
import { didYouMeanId } from '../program/did_you_mean';
import type { BugsDocument } from '../report/documents/bugs_document';
import { bugLine, bugsText } from '../report/bugs_text';
import { allBugIds } from '../rules/bugs/release_bugs';
import { searchRelease, unsearched } from '../search/bugs/search_release';
import type { BugsOnRelease } from '../search/bugs/bug_outcome';
import { firstLine, TargetUnavailableError, UsageError } from '../session/errors';
import { SCENARIOS } from '../generate/scenarios/registry';
import { firstProgram } from '../generate/seed';
import { bugKernels } from './support/bugs/bug_kernels';
import { Interrupt } from './support/interrupt';
import { parseDuration } from './support/options';
import { note, printDocument, printLine } from './support/output';
import { searchSeed } from './support/search_seed';
import { announce } from './support/announce';
import { EXIT_CLEAN, EXIT_INTERRUPTED, EXIT_TARGET, EXIT_TOO_LITTLE, type Exit } from './support/exit';

/** Boots and looks at differences take at most LOOK_TIMES the time of the search. */
const LOOK_TIMES = 3;

interface BugsOptions {
  readonly time: string;
  readonly bugs?: string;
  readonly scenarios?: string;
  readonly seed: string;
  readonly json?: boolean;
}

/** `skbcheck history-of-bugs`. */
export function addHistoryOfBugs(program: Command, exit: Exit): void {
  program
    .command('history-of-bugs')
    .description('search kernels that have known bugs as if nobody knew these, and say which are found')
    .argument('[release...]', 'releases that are set up (6.12.43, linux-7.0); default: all')
    .option('--time <time>', 'search each scenario of each kernel for this time', '5m')
    .option('--bugs <ids>', 'only these, with a comma between two: A18,H4; default: all that a kernel has')
    .option('--scenarios <names>', 'search only these, with a comma between two; default: those of the bugs')
    .option('--seed <seed>', 'a number, or a git hash', '1')
    .option('--json', 'print one JSON document')
    .action(async (releases: string[], options: BugsOptions) => {
      exit.code = await historyOfBugs(releases, options, exit);
    });
}

async function historyOfBugs(names: readonly string[], options: BugsOptions, exit: Exit): Promise<number> {
  const asked = options.bugs === undefined ? null : options.bugs.split(',').map(bugNamed);
  const scenarios = options.scenarios === undefined ? null : options.scenarios.split(',').map(scenarioNamed);
  const time_ms = parseDuration('--time', options.time);
  const { number } = searchSeed(options.seed);
  const kernels = bugKernels(names);
  const interrupt = new Interrupt();
  const releases: BugsOnRelease[] = [];
  let isLost = false;
  announce(exit, number);
  try {
    const limits = {
      seed: firstProgram(number),
      time_ms,
      look_ms: time_ms * LOOK_TIMES,
      interrupted: () => interrupt.interrupted,
      now_ms: () => performance.now(),
    };
    for (const kernel of kernels) {
      if (interrupt.interrupted) break;
      const what = { bug: ({ id }: { id: string }) => asked === null || asked.includes(id), scenarios };
      const events = {
        onScenario: (scenario: string) => note(`${kernel.target}: ${scenario}`),
        onFound: (bug: BugsOnRelease['bugs'][number]) => note(`${kernel.target}: ${bugLine(bug)}`),
      };
      try {
        releases.push(await searchRelease(kernel, what, limits, events));
      } catch (error) {
        // The results of the other kernels are kept.
        if (!(error instanceof TargetUnavailableError)) throw error;
        isLost = true;
        releases.push(unsearched(kernel, what, firstLine(error)));
      }
    }
  } finally {
    interrupt.dispose();
  }
  const document: BugsDocument = { seed: number, seconds: time_ms / 1000, asked, scenarios, releases };
  if (options.json === true) printDocument('history-of-bugs', document);
  else printLine(bugsText(document));
  return isLost && !interrupt.interrupted ? EXIT_TARGET : codeOf(document, interrupt.interrupted);
}

function bugNamed(text: string): string {
  const ids = allBugIds();
  const id = ids.find((one) => one.toLowerCase() === text.trim().toLowerCase());
  if (id !== undefined) return id;
  throw new UsageError(`no bug '${text}'${didYouMeanId(text, ids)}; see: npx skbcheck list mutants`);
}

function scenarioNamed(text: string): string {
  const names = SCENARIOS.map(({ name }) => name);
  const name = names.find((one) => one === text.trim().toLowerCase());
  if (name !== undefined) return name;
  throw new UsageError(`no scenario '${text}'${didYouMeanId(text, names)}; see: npx skbcheck list scenarios`);
}

/** A scenario of which nothing was compared says nothing. A bug that is found, or not, is what the table is about. */
function codeOf({ releases }: BugsDocument, interrupted: boolean): number {
  if (interrupted) return EXIT_INTERRUPTED;
  const isEmpty = releases.some(({ scenarios }) => scenarios.some(({ compared }) => compared === 0));
  const isNothing = releases.every(({ scenarios }) => scenarios.length === 0);
  return isEmpty || isNothing ? EXIT_TOO_LITTLE : EXIT_CLEAN;
}
