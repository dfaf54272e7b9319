import type { Command } from 'commander';
import { PROFILES } from '../rules/profiles';
import { profilesOf, type Scenario } from '../generate/scenario';
import { OUTSIDE_SCENARIOS } from '../generate/scenarios/outside';
import { SCENARIOS } from '../generate/scenarios/registry';
import { FINDINGS_DIRECTORY } from '../search/save_finding';
import { UsageError } from '../session/errors';
import { sentenceOf } from '../session/verdict';
import { firstProgram, parseSeed } from '../generate/seed';
import { targetsWithProfile } from '../targets/choose_target';
import { STREAM } from '../targets/read_input';
import { findingText, rawFindingText } from '../report/finding_text';
import { summaryText } from '../report/fuzz_summary';
import { whySaysNothing } from '../report/documents/counts';
import { fuzzAll, type FuzzRun } from '../report/fuzz_run';
import { ktapText } from '../report/ktap/ktap';
import { ktapOfFuzz } from '../report/ktap/ktap_of_fuzz';
import { compare, comparePlan } from './compare';
import { announce } from './support/announce';
import { isColoured } from './support/colour';
import { baseOf } from './support/compare/base_of';
import type { FuzzPlan } from './support/fuzz/fuzz_search';
import { fuzzOne } from './support/fuzz/fuzz_one';
import { profileFor } from './support/fuzz/fuzz_profile';
import { parseCover } from './support/fuzz/parse_cover';
import { Interrupt } from './support/interrupt';
import { mutantNamed, scenarioNamed } from '../session/named';
import { assertOneFormat, parseCount, parseDuration } from './support/options';
import { note, printDocument, printLine } from './support/output';
import { assertWritableDirectory, assertWritableFile } from './support/writable';
import { searchSeed } from './support/search_seed';
import { StatusLine } from './support/status_line';
import { EXIT_CLEAN, EXIT_FINDING, EXIT_INTERRUPTED, EXIT_TOO_LITTLE, type Exit } from './support/exit';

const TIME_DEFAULT_MS = 60_000;
const COMMANDS_MAX = 1e12;
/** The time that a target which does not boot leaves to each search after it. */
const OTHER_MIN_MS = 1000;

interface FuzzOptions {
  readonly profile?: string;
  readonly target: string;
  readonly base?: string;
  readonly mutant?: string;
  readonly seed?: string;
  readonly commands?: string;
  readonly time?: string;
  readonly allTargets?: boolean;
  readonly abuse?: boolean;
  readonly findings?: string;
  readonly cover?: readonly string[];
  readonly log?: string;
  readonly json?: boolean;
  readonly ktap?: boolean;
}

const namesOf = (scenarios: readonly Scenario[]): string => scenarios.map(({ name }) => name).join(', ');

/** `skbcheck fuzz SCENARIO`. */
export function addFuzz(program: Command, exit: Exit): void {
  program
    .command('fuzz')
    .description('search with random programs: on the model, in lockstep with a target, or of user space on a kernel')
    .argument('<scenario>', `${namesOf(SCENARIOS)}; of user space, on a Linux target: ${namesOf(OUTSIDE_SCENARIOS)}`)
    .option('--profile <name>', 'rules of the model')
    .option(
      '--target <target>',
      'model, linux-6.1, linux-7.0.4, a directory with a bzImage and a build tree, or a program',
      'model',
    )
    .option(
      '--base <release>',
      'compare the target with another kernel: 7.3, linux-6.12.43, a directory, or auto, the nearest that is set up',
    )
    .option('--mutant <id>', 'break one rule of the model')
    .option(
      '--seed <seed>',
      'a number, a git hash, or the token of the first program (v1:core:184467); drawn when absent',
    )
    .option('--commands <number>', 'stop after this number of commands')
    .option(
      '--time <time>',
      'stop after this time: 60s, 10m, 8h (default 60s where --commands is absent); a finding is reduced ' +
        'in at most half of the time that is left, the last of --findings in all of it, each in 5 seconds at least',
    )
    .option('--findings <number>', 'stop after this number of different findings', '8')
    .option(
      '--all-targets',
      'search all profiles on the model and all Linux targets that are set up; they share the time',
    )
    .option(
      '--cover <share...>',
      'demand that a command has this share of all calls (skb_put=2%), or an outcome of its own (skb_put:ok=90%)',
    )
    .option('--log <file>', 'write one line of JSON for each program, as Hypothesis does; only of the model')
    .option('--abuse', 'let commands run that break contracts on purpose')
    .option('--json', 'print one JSON document')
    .option('--ktap', 'print KTAP, a test for each search and a subtest for each invariant')
    .action(async (scenario: string, options: FuzzOptions) => {
      const named = scenarioNamed(scenario);
      exit.code =
        options.base === undefined ? await fuzz(named, options, exit) : await fuzzWithBase(named, options, exit);
    });
}

/** The base comes first: its model drives the programs. */
function fuzzWithBase(scenario: Scenario, options: FuzzOptions, exit: Exit): Promise<number> {
  const { base = '', target, mutant, allTargets, abuse, ktap, cover, log } = options;
  const others = { mutant, 'all-targets': allTargets, abuse, ktap, cover, log };
  const other = Object.entries(others).find(([, value]) => value !== undefined)?.[0];
  if (other !== undefined) throw new UsageError(`--${other} is not for a comparison with --base`);
  const plan = comparePlan(baseOf(base, target), target, [scenario.name], options);
  return compare(plan, options.json === true, exit);
}

async function fuzz(scenario: Scenario, options: FuzzOptions, exit: Exit): Promise<number> {
  assertOneFormat(options);
  const forPeople = options.json !== true && options.ktap !== true;
  const { plans, notSetUp } = plansOf(scenario, options);
  assertWritableDirectory(FINDINGS_DIRECTORY);
  if (options.log !== undefined) assertWritableFile(options.log);
  const interrupt = new Interrupt();
  const status = new StatusLine();
  const runs: FuzzRun[] = [];
  const colour = isColoured(process.stdout);
  const end_ms = performance.now() + (plans[0].time_ms ?? Infinity);
  try {
    for (const [i, plan] of plans.entries()) {
      if (interrupt.interrupted) break;
      const time_ms = plan.time_ms === null ? null : Math.max(0, end_ms - performance.now()) / (plans.length - i);
      // Several targets share a time, which none may spend by not booting.
      const others_ms = (plans.length - i - 1) * OTHER_MIN_MS;
      const boot_ms =
        plan.time_ms === null || plans.length === 1 ? undefined : Math.max(0, end_ms - performance.now() - others_ms);
      const run = await fuzzOne(
        { ...plan, time_ms, boot_ms },
        {
          interrupted: () => interrupt.interrupted,
          status,
          onStart: () => {
            if (runs.length === 0) announce(exit, plan.seed);
          },
          say: note,
          onRawFinding: ({ program, verdict }, file) => {
            if (!forPeople) return;
            printLine(rawFindingText(sentenceOf(verdict), program.calls.length, file, colour));
          },
          onFinding: (report) => {
            status.clear();
            if (forPeople) printLine(findingText(report, colour));
          },
        },
      );
      status.clear();
      runs.push(run);
      if (forPeople) printLine(summaryText(run));
    }
  } finally {
    interrupt.dispose();
  }
  // The first search runs to its end, even if that is at once.
  const left = plans.slice(runs.length).map(({ target, profileName }) => profileName ?? target);
  const all = fuzzAll(runs, [...notSetUp, ...left]);
  if (options.ktap === true) process.stdout.write(ktapText(ktapOfFuzz(all)));
  else if (options.json === true && options.allTargets === true) printDocument('fuzz-all', all);
  else if (options.json === true) printDocument('fuzz', runs[0]);
  else if (all.notSearchedTargets.length > 0) printLine(`not searched: ${all.notSearchedTargets.join(', ')}`);
  return codeOf(runs, interrupt.interrupted);
}

function codeOf(runs: readonly FuzzRun[], interrupted: boolean): number {
  if (runs.some((run) => run.findings.length > 0)) return EXIT_FINDING;
  if (interrupted) return EXIT_INTERRUPTED;
  return runs.some(saysNothing) ? EXIT_TOO_LITTLE : EXIT_CLEAN;
}

/** A search that executed or compared too little, or whose target fell silent, and did not find anything before. */
function saysNothing(run: FuzzRun): boolean {
  const { unanswered, cutShort, target, covers } = run;
  if (covers.some(({ met }) => !met)) return true;
  return cutShort !== undefined || (unanswered ?? 0) !== 0 || whySaysNothing(run, target !== 'model') !== undefined;
}

/** The start of a search: a seed, or the program that a token names. */
function startOf(scenario: Scenario, text?: string): Pick<FuzzPlan, 'seed' | 'first'> {
  if (text?.includes(':')) {
    const token = parseSeed(text);
    if (token?.scenario === scenario.name) return { seed: text, first: token.number };
    throw new UsageError(
      `'${text}' names no program of scenario ${scenario.name}; a token is such as v1:${scenario.name}:184467`,
    );
  }
  const { given, number } = searchSeed(text);
  return { seed: given, first: firstProgram(number) };
}

/** One search, or one for each profile and target; they share the commands, and the time of each is that of all. */
function plansOf(scenario: Scenario, options: FuzzOptions): { plans: FuzzPlan[]; notSetUp: string[] } {
  const commands = options.commands === undefined ? null : parseCount('--commands', options.commands, 1, COMMANDS_MAX);
  const time_ms =
    options.time === undefined ? (commands === null ? TIME_DEFAULT_MS : null) : parseDuration('--time', options.time);
  const findings = parseCount('--findings', options.findings ?? '8', 1, 1000);
  const mutant = options.mutant === undefined ? undefined : mutantNamed(options.mutant);
  const covers = (options.cover ?? []).map((text) => parseCover(text, scenario));
  const { log } = options;
  if (log !== undefined && (options.target !== 'model' || options.allTargets === true))
    throw new UsageError('--log is of a search on the model; leave out --target and --all-targets');
  if (log === STREAM) throw new UsageError('--log takes the name of a file, not -: stdout has the result');
  const start = startOf(scenario, options.seed);
  const common = { scenario, ...start, findings, mutant, abuse: options.abuse === true, covers, log };
  if (options.allTargets !== true) {
    const profileName = profileFor(scenario, options.target, options.profile, mutant);
    return { plans: [{ ...common, target: options.target, profileName, commands, time_ms }], notSetUp: [] };
  }
  const profiles = profilesOf(scenario);
  const kernels = scenario.modelOnly === undefined ? PROFILES.filter((profile) => profiles.includes(profile)) : [];
  const linux = kernels.length > 0 ? targetsWithProfile(note) : [];
  const notSetUp = kernels.map(({ name }) => name).filter((name) => !linux.includes(name));
  if (notSetUp.length > 0)
    note('a Linux target is not set up; to compare with real kernels: npx skbcheck kernel setup');
  const shares = profiles.length + linux.length;
  const share = { commands: commands === null ? null : Math.ceil(commands / shares), time_ms };
  const plans = [
    // Kernels first: their boots take a time of their own, and the model can use whatever time is left.
    ...linux.map((target) => ({ ...common, ...share, target, profileName: undefined })),
    ...profiles.map(({ name }) => ({ ...common, ...share, target: 'model', profileName: name })),
  ];
  return { plans, notSetUp };
}
