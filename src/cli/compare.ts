import { realpathSync } from 'node:fs';
import type { Command } from 'commander';
import { firstProgram } from '../generate/seed';
import { SCENARIOS } from '../generate/scenarios/registry';
import { compareText } from '../report/compare_text';
import type { CompareDocument } from '../report/documents/compare_document';
import type { CompareOutsideDocument } from '../report/documents/compare_outside_document';
import { findingText, rawFindingText } from '../report/finding_text';
import { compareOutsideText } from '../report/outside/compare_outside_text';
import { FINDINGS_DIRECTORY } from '../search/save_finding';
import { UsageError } from '../session/errors';
import { scenarioNamed } from '../session/named';
import { sentenceOf } from '../session/verdict';
import { chooseTarget, isKernel } from '../targets/choose_target';
import { isSeriesTarget } from '../targets/linux';
import { locateKernel } from '../targets/linux/locate';
import { announce } from './support/announce';
import { isColoured } from './support/colour';
import { areOutside, assertComparable, filesIn, type CompareOutsidePlan } from './support/compare/compare_outside_plan';
import { CompareOutsideRun } from './support/compare/compare_outside_run';
import type { ComparedSide, ComparePlan } from './support/compare/compare_plan';
import { CompareRun, type CompareEvents } from './support/compare/compare_run';
import { EXIT_CLEAN, EXIT_FINDING, EXIT_INTERRUPTED, EXIT_TOO_LITTLE, type Exit } from './support/exit';
import { Interrupt } from './support/interrupt';
import { assertRunsOn } from './support/kernel_runs';
import { parseCount, parseDuration } from './support/options';
import { note, printDocument, printLine } from './support/output';
import { readProgram } from './support/read_program';
import { searchSeed } from './support/search_seed';
import { StatusLine } from './support/status_line';
import { assertWritableDirectory } from './support/writable';

const TIME_DEFAULT_MS = 60_000;
const COMMANDS_MAX = 1e12;

export interface CompareOptions {
  readonly profile?: string;
  readonly profileB?: string;
  readonly seed?: string;
  readonly commands?: string;
  readonly time?: string;
  readonly findings?: string;
  readonly json?: boolean;
}

/** `skbcheck compare A B [scenario|file...]`. */
export function addCompare(program: Command, exit: Exit): void {
  program
    .command('compare')
    .description('run the same programs on two targets: a difference that their rules do not explain is a finding')
    .argument('<a>', 'linux-6.12, linux-7.0.4, a directory with a bzImage and a build tree, or a program')
    .argument('<b>', 'the same, of the other target')
    .argument('[what...]', 'scenarios, or files with programs; default: all scenarios that both can run')
    .option('--profile <name>', 'rules of a target that does not determine them: a program, or a tree')
    .option('--profile-b <name>', 'rules of B, where they are not those of --profile')
    .option('--seed <seed>', 'a number, or a git hash; drawn when absent')
    .option('--commands <number>', 'stop each scenario after this number of commands')
    .option('--time <time>', 'stop after this time, which the scenarios share: 60s, 10m, 8h (default 60s)')
    .option('--findings <number>', 'stop after this number of different findings', '8')
    .option('--json', 'print one JSON document')
    .action(async (a: string, b: string, what: string[], options: CompareOptions) => {
      exit.code = await compare(comparePlan(a, b, what, options), options.json === true, exit);
    });
}

/**
 * @param what - scenarios and files
 * @throws UsageError when a target, scenario or file cannot be used
 */
export function comparePlan(
  a: string,
  b: string,
  what: readonly string[],
  options: CompareOptions,
): ComparePlan | CompareOutsidePlan {
  const files = filesIn(what);
  const named = what.filter((one) => !files.includes(one)).map(scenarioNamed);
  const programs = files.map((file) => ({ file, program: readProgram(file) }));
  const commands = options.commands === undefined ? null : parseCount('--commands', options.commands, 1, COMMANDS_MAX);
  const time_ms =
    options.time === undefined ? (commands === null ? TIME_DEFAULT_MS : null) : parseDuration('--time', options.time);
  const { given, number } = searchSeed(options.seed);
  const { profile, profileB = profile } = options;
  const profileWords = [
    ...(profile === undefined ? [] : ['--profile', profile]),
    ...(options.profileB === undefined ? [] : ['--profile-b', options.profileB]),
  ];
  const common = {
    ...{ programs, commands, time_ms, seed: given, first: firstProgram(number) },
    findings: parseCount('--findings', options.findings ?? '8', 1, 1000),
    words: ['compare', a, b, ...profileWords],
  };
  if (areOutside(named, programs)) {
    const plan = {
      ...common,
      targets: [a, b] as const,
      ...(profile === undefined ? {} : { profile }),
      scenarios: named,
    };
    assertComparable(plan);
    return plan;
  }
  for (const { file, program } of programs) for (const target of [a, b]) assertRunsOn(target, file, program);
  return {
    ...common,
    sides: [sideOf(a, profile), sideOf(b, profileB)],
    scenarios: named.length > 0 ? named : files.length > 0 ? [] : SCENARIOS,
    areNamed: named.length > 0,
  };
}

const isOutsidePlan = (plan: ComparePlan | CompareOutsidePlan): plan is CompareOutsidePlan => 'targets' in plan;

function sideOf(target: string, profile: string | undefined): ComparedSide {
  const choice = chooseTarget(target, isSeriesTarget(target) ? undefined : profile, note);
  if (choice.kind === 'model')
    throw new UsageError('two targets are compared, and the model is none: npx skbcheck fuzz SCENARIO --target TARGET');
  return { target, open: choice.open };
}

/** Returns whether two names mean one kernel: the name of a series also means its newest release. */
function isSameKernel(a: string, b: string): boolean {
  if (!isKernel(a) || !isKernel(b)) return false;
  const [one, other] = [a, b].map((target) => realpathSync(locateKernel(target).image));
  return one === other;
}

/** Compares, and prints the result. Returns the exit code. */
export async function compare(plan: ComparePlan | CompareOutsidePlan, json: boolean, exit: Exit): Promise<number> {
  if (plan.scenarios.length > 0) assertWritableDirectory(FINDINGS_DIRECTORY);
  const interrupt = new Interrupt();
  const status = new StatusLine();
  const colour = isColoured(process.stdout);
  const events: CompareEvents = {
    interrupted: () => interrupt.interrupted,
    status,
    onStart: () => {
      announce(exit, plan.scenarios.length > 0 ? plan.seed : undefined);
      const [a, b] = isOutsidePlan(plan) ? plan.targets : plan.sides.map(({ target }) => target);
      if (isSameKernel(a, b)) note(`${a} and ${b} are one kernel: it is compared with itself, and can hardly differ`);
    },
    onRawFinding: ({ program, verdict }, file) => {
      if (!json) printLine(rawFindingText(sentenceOf(verdict), program.calls.length, file, colour));
    },
    onFinding: (report) => {
      status.clear();
      if (!json) printLine(findingText(report, colour));
    },
  };
  try {
    if (isOutsidePlan(plan)) {
      const document = await new CompareOutsideRun(plan, events).run();
      status.clear();
      if (json) printDocument('compare-outside', document);
      else printLine(compareOutsideText(document));
      return codeOfOutside(document, interrupt.interrupted);
    }
    const document = await new CompareRun(plan, events).run();
    status.clear();
    if (json) printDocument('compare', document);
    else printLine(compareText(document));
    return codeOf(document, interrupt.interrupted);
  } finally {
    interrupt.dispose();
  }
}

/** The same of a comparison with programs of user space. A program that left all to chance says nothing. */
export function codeOfOutside(document: CompareOutsideDocument, interrupted: boolean): number {
  const { findings, files, scenarios, compared } = document;
  if (findings.length > 0 || files.some(({ signature }) => signature !== 'clean')) return EXIT_FINDING;
  if (interrupted) return EXIT_INTERRUPTED;
  const isCut = scenarios.some((one) => one.cutShort !== undefined || one.compared === 0 || one.lost > 0);
  const saysNothing = files.some((file) => file.compared === 0 || file.chance !== undefined);
  return isCut || saysNothing || compared === 0 ? EXIT_TOO_LITTLE : EXIT_CLEAN;
}

/** The exit code of a comparison: clean only if all that was asked for was compared. */
export function codeOf({ findings, files, scenarios, compared }: CompareDocument, interrupted: boolean): number {
  if (findings.length > 0 || files.some(({ signature }) => signature !== 'clean')) return EXIT_FINDING;
  if (interrupted) return EXIT_INTERRUPTED;
  const isCut = scenarios.some((one) => one.cutShort !== undefined || one.compared === 0 || one.lost > 0);
  return isCut || compared === 0 || files.some((file) => file.compared === 0) ? EXIT_TOO_LITTLE : EXIT_CLEAN;
}
