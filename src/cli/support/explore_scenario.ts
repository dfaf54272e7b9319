import { didYouMean } from '../../program/did_you_mean';
import { ExploreScenario, type ScenarioExploration } from '../../explore/explore_scenario';
import { SmallScope } from '../../generate/small_scope';
import { profilesOf, type Scenario } from '../../generate/scenario';
import { exploreDocument, exploreText, type ExploreRun } from '../../report/explore_text';
import { whySaysNothing } from '../../report/documents/counts';
import { UsageError } from '../../session/errors';
import { Session } from '../../session/session';
import { profileFor } from './fuzz/fuzz_profile';
import { breathe, Interrupt } from './interrupt';
import { mutantNamed, profileNamed } from '../../session/named';
import { parseCount, parseDuration } from './options';
import { printDocument, printLine } from './output';
import { countsOfSession } from './session_counts';
import { sessionOptions } from '../../session/session_options';
import { plural } from '../../report/figures';
import { StatusLine } from './status_line';
import { announce } from './announce';
import { EXIT_CLEAN, EXIT_FINDING, EXIT_INTERRUPTED, EXIT_TOO_LITTLE, type Exit } from './exit';

const DEPTH_DEFAULT = '3';
const DEPTH_MAX = 64;
const STATES_DEFAULT = '1000000';
const FAIL_MAX = 16;
const STATES_MAX = 10_000_000;
/** Calls tried between two checks of the clock and of signals. */
const SLICE = 256;

export interface ExploreScenarioOptions {
  readonly depth?: string;
  readonly profile?: string;
  readonly mutant?: string;
  readonly commands?: string;
  readonly maxStates?: string;
  readonly fail?: string;
  readonly time?: string;
  readonly scope?: boolean;
  readonly json?: boolean;
}

/** `skbcheck explore SCENARIO`: tries every program of a small scope. */
export async function exploreScenarioCommand(
  scenario: Scenario,
  options: ExploreScenarioOptions,
  exit: Exit,
): Promise<number> {
  const depth = parseCount('--depth', options.depth ?? DEPTH_DEFAULT, 0, DEPTH_MAX);
  const states = parseCount('--max-states', options.maxStates ?? STATES_DEFAULT, 1, STATES_MAX);
  const time_ms = options.time === undefined ? Infinity : parseDuration('--time', options.time);
  const mutant = options.mutant === undefined ? undefined : mutantNamed(options.mutant);
  const name = profileFor(scenario, 'model', options.profile, mutant) ?? profilesOf(scenario).at(-1)?.name ?? '';
  const profile = profileNamed(name);
  const only = options.commands === undefined ? undefined : commandsIn(scenario, options.commands);
  const scope = new SmallScope(scenario, profile.name, only, parseCount('--fail', options.fail ?? '1', 0, FAIL_MAX));
  if (scope.commands.length === 0) throw new UsageError(`${profile.name} has none of these commands`);
  if (options.scope === true) return (printScope(scope, options.json === true), EXIT_CLEAN);
  const session = new Session(sessionOptions(profile, mutant, profile.abi, false));
  const start_ms = performance.now();
  const { found, interrupted } = await explored(
    new ExploreScenario(scope, session, { depth, states }),
    start_ms + time_ms,
    exit,
  );
  const run: ExploreRun = {
    ...{ scenario: scenario.name, profile: profile.name, depth },
    ...(mutant === undefined ? {} : { mutant: mutant.id }),
    ...(only === undefined ? {} : { commands: scope.commands.map((command) => command.name) }),
    seconds: (performance.now() - start_ms) / 1000,
    counts: countsOfSession(session),
    found,
  };
  if (options.json === true) printDocument('explore', exploreDocument(run));
  else printLine(exploreText(run));
  if (found.findings.length > 0) return EXIT_FINDING;
  if (interrupted) return EXIT_INTERRUPTED;
  return whySaysNothing(run.counts, false) === undefined ? EXIT_CLEAN : EXIT_TOO_LITTLE;
}

async function explored(
  exploration: ExploreScenario,
  end_ms: number,
  exit: Exit,
): Promise<{ readonly found: ScenarioExploration; readonly interrupted: boolean }> {
  const interrupt = new Interrupt();
  announce(exit);
  const status = new StatusLine();
  try {
    while (exploration.slice(SLICE)) {
      status.update(() => {
        const { tried, states, working } = exploration;
        return `depth ${working}, ${plural(tried, 'call')} tried, ${plural(states, 'state')}`;
      });
      await breathe();
      if (interrupt.interrupted) exploration.stop('stopped');
      else if (performance.now() >= end_ms) exploration.stop('time');
    }
  } finally {
    interrupt.dispose();
    status.clear();
  }
  return { found: exploration.result(), interrupted: interrupt.interrupted };
}

/**
 * Splits `a,b,c`.
 *
 * @throws UsageError when one is no command of the scenario
 */
function commandsIn(scenario: Scenario, text: string): string[] {
  const known: readonly string[] = scenario.commands.map(({ name }) => name);
  const names = text.split(',').map((name) => name.trim());
  for (const name of names) {
    if (!known.includes(name))
      throw new UsageError(`scenario ${scenario.name} has no command '${name}'${didYouMean(name, known)}`);
  }
  return names;
}

/** Prints the values of each command's arguments that do not depend on live objects. */
function printScope(scope: SmallScope, json: boolean): void {
  const domain = scope.domain();
  if (json) printDocument('explore-scope', { scenario: scope.scenario.name, profile: scope.profile, commands: domain });
  else
    for (const { name, args } of domain)
      printLine(`${name}(${args.map((arg) => `${arg.name}: ${arg.values}`).join(', ')})`);
}
