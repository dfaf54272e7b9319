import type { Command } from 'commander';
import { DRIVERLESS_SCENARIOS } from '../generate/scenarios/outside';
import type { Scenario } from '../generate/scenario';
import { firstProgram } from '../generate/seed';
import { didYouMeanId } from '../program/did_you_mean';
import type { HuntDocument, HuntOnRelease } from '../report/documents/hunt_document';
import { count } from '../report/figures';
import { huntText } from '../report/outside/hunt_text';
import { UsageError } from '../session/errors';
import { isSeriesTarget } from '../targets/linux';
import { announce } from './support/announce';
import { EXIT_CLEAN, EXIT_FINDING, EXIT_INTERRUPTED, EXIT_TOO_LITTLE, type Exit } from './support/exit';
import { huntOn } from './support/outside/hunt_kernels';
import { knownBugsOn } from './support/outside/known_bugs';
import { Interrupt } from './support/interrupt';
import { parseDuration } from './support/options';
import { note, printDocument, printLine } from './support/output';
import { searchSeed } from './support/search_seed';

interface HuntOptions {
  readonly time: string;
  readonly reduce: string;
  readonly scenarios?: string;
  readonly silent?: string;
  readonly seed: string;
  readonly again?: boolean;
  readonly json?: boolean;
}

/** `skbcheck hunt`. */
export function addHunt(program: Command, exit: Exit): void {
  program
    .command('hunt')
    .description('search older kernels with programs of user space, and say which newer ones are silent')
    .argument('<release...>', 'releases that are set up, with or without headers: 6.12.43, linux-7.0.4')
    .option('--time <time>', 'search each scenario of each kernel for this time', '5m')
    .option('--reduce <time>', 'reduce each finding for at most this time', '1m')
    .option(
      '--scenarios <names>',
      'search only these, with a comma between two; default: all of user space, which are ' +
        DRIVERLESS_SCENARIOS.map(({ name }) => name).join(', '),
    )
    .option('--silent <releases>', 'run each reduced program on these, too, with a comma between two: 6.12,7.3')
    .option('--again', 'search nothing: run the programs of the bugs that were found before')
    .option('--seed <seed>', 'a number, or a git hash', '1')
    .option('--json', 'print one JSON document')
    .action(async (releases: string[], options: HuntOptions) => {
      exit.code = await hunt(releases, options, exit);
    });
}

async function hunt(names: readonly string[], options: HuntOptions, exit: Exit): Promise<number> {
  const scenarios = options.scenarios?.split(',').map(scenarioNamed) ?? DRIVERLESS_SCENARIOS;
  const targets = names.map(targetNamed);
  const others = options.silent?.split(',').map(targetNamed) ?? [];
  const time_ms = parseDuration('--time', options.time);
  const reduce_ms = parseDuration('--reduce', options.reduce);
  const { number } = searchSeed(options.seed);
  const interrupt = new Interrupt();
  const releases: HuntOnRelease[] = [];
  announce(exit, number);
  try {
    const limits = {
      ...{ first: firstProgram(number), time_ms, reduce_ms },
      interrupted: () => interrupt.interrupted,
      now_ms: () => performance.now(),
    };
    for (const target of targets) {
      if (interrupt.interrupted) break;
      if (options.again === true) {
        releases.push(await knownBugsOn(target));
        continue;
      }
      releases.push(
        await huntOn(target, scenarios, others, limits, {
          onScenario: (on, scenario) => note(`${on}: ${scenario}`),
          onFinding: (on, { sentence, afterSeconds }) =>
            note(`${on}: after ${count(Math.round(afterSeconds))} s: ${sentence}`),
        }),
      );
    }
  } finally {
    interrupt.dispose();
  }
  const document: HuntDocument = { seed: number, seconds: time_ms / 1000, releases };
  if (options.json === true) printDocument('hunt', document);
  else printLine(huntText(document));
  return interrupt.interrupted ? EXIT_INTERRUPTED : codeOf(document);
}

function targetNamed(text: string): string {
  const target = `linux-${text.trim().replace(/^linux-/, '')}`;
  if (isSeriesTarget(target)) return target;
  throw new UsageError(`'${text}' is not set up: npx skbcheck kernel setup --image-only ${target.slice(6)}`);
}

function scenarioNamed(text: string): Scenario {
  const scenario = DRIVERLESS_SCENARIOS.find(({ name }) => name === text.trim().toLowerCase());
  if (scenario !== undefined) return scenario;
  const names = DRIVERLESS_SCENARIOS.map(({ name }) => name);
  throw new UsageError(`no scenario '${text}' of user space${didYouMeanId(text, names)}: ${names.join(', ')}`);
}

/** A search that judged nothing says nothing. */
function codeOf({ releases }: HuntDocument): number {
  const all = releases.flatMap(({ scenarios }) => scenarios);
  const known = releases.flatMap((release) => release.known ?? []);
  if (all.some(({ compared }) => compared === 0)) return EXIT_TOO_LITTLE;
  const isFound = all.some(({ findings }) => findings.length > 0) || known.some(({ shown }) => shown > 0);
  return isFound ? EXIT_FINDING : EXIT_CLEAN;
}
