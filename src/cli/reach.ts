import type { Command } from 'commander';
import { LEVELS, type Level } from '../commands/outside/step';
import { CORE } from '../generate/scenarios/core';
import { findScenario, SCENARIOS } from '../generate/scenarios/registry';
import type { Scenario } from '../generate/scenario';
import { parseSeed } from '../generate/seed';
import { didYouMean } from '../program/did_you_mean';
import { isOutsideProgram, strangerIn } from '../program/outside_program';
import type { Program } from '../program/program';
import { reach } from '../reach/reach';
import { ReachKernel } from '../reach/reach_kernel';
import type { ReachResult } from '../reach/reach_result';
import { withReachNote } from '../report/outside/reach_note';
import { isReachable, reachText } from '../report/outside/reach_text';
import type { Mutant } from '../rules/mutants';
import { TimeLimit } from '../search/time_limit';
import { UsageError } from '../session/errors';
import { profileNamed } from '../session/named';
import { announce } from './support/announce';
import { conditionsOf } from './support/conditions';
import { EXIT_CLEAN, EXIT_FINDING, EXIT_INTERRUPTED, EXIT_TOO_LITTLE, type Exit } from './support/exit';
import { Interrupt } from './support/interrupt';
import { assertRunsOn } from './support/kernel_runs';
import { parseCount, parseDuration } from './support/options';
import { note, printDocument, printLine } from './support/output';
import { readProgram, readProgramText } from './support/read_program';
import { searchSeed } from './support/search_seed';
import { assertWritableFile, writeUserFile } from './support/writable';

const PROGRAMS_MAX = 10_000_000;
const PROGRAMS = 3000;
const CALLS_MAX = 10_000;
const BOTH = 'both';

interface ReachOptions {
  readonly target?: string;
  readonly mutant?: string;
  readonly call?: number;
  readonly as: string;
  readonly programs: number;
  readonly time?: number;
  readonly seed?: string;
  readonly scenario?: string;
  readonly try?: readonly string[];
  readonly note?: boolean;
  readonly json?: boolean;
}

/** `skbcheck reach FILE`. */
export function addReach(program: Command, exit: Exit): void {
  program
    .command('reach')
    .description('search programs of user space for one that reaches the lines of a finding')
    .argument('<file>', 'a program of kernel functions that shows a finding')
    .option('--target <target>', 'kernel; default: that of the profile line')
    .option('--mutant <id>', 'the rule whose break the program shows')
    .option('--call <n>', 'the guilty call, counted from 1; default: the call that the verdict blames', (text) =>
      parseCount('--call', text, 1, CALLS_MAX),
    )
    .option('--as <level>', `${LEVELS.join(', ')}, or ${BOTH}: user first`, BOTH)
    .option('--programs <n>', `programs at each level (default ${PROGRAMS})`, (text) =>
      parseCount('--programs', text, 1, PROGRAMS_MAX),
    )
    .option('--time <time>', 'stop after this time: 60s, 10m, 8h', (text) => parseDuration('--time', text))
    .option('--seed <seed>', 'of the search; default: 1')
    .option('--scenario <name>', 'of the clean programs; default: one that has all commands of the program')
    .option('--try <file...>', 'programs of user space to run first')
    .option('--note', 'write the answer into FILE as a comment, for reports')
    .option('--json', 'print one JSON document')
    .action(async (file: string, options: ReachOptions) => {
      exit.code = await reachFile(file, options, exit);
    });
}

async function reachFile(file: string, options: ReachOptions, exit: Exit): Promise<number> {
  const { program, text } = readProgramText(file);
  if (options.note === true) assertWritableFile(file);
  const target = options.target ?? program.profile;
  if (isOutsideProgram(program)) throw new UsageError(`${file} is a program of user space: it reaches what it reaches`);
  const first = (options.try ?? []).map(readUserSpace);
  assertRunsOn(target, file, program);
  const { mutant } = conditionsOf(file, program, options);
  const levels = levelsOf(options.as);
  const scenario = scenarioOf(program, mutant, options.scenario);
  const interrupt = new Interrupt();
  announce(exit);
  const kernel = await ReachKernel.of(target, note);
  try {
    const time = TimeLimit.of(options.time ?? null, () => interrupt.interrupted);
    const result = await reach({
      ...{ program, finding: file, kernel, mutant, profile: profileNamed(program.profile) },
      ...(options.call === undefined ? {} : { call: options.call - 1 }),
      ...{ scenario, levels },
      programs: options.programs ?? PROGRAMS,
      ...{ first, seed: searchSeed(options.seed ?? '1').number },
      ...{ isOver: time.isOver, say: note },
    });
    if (options.note === true) writeUserFile(file, withReachNote(text, result));
    if (options.json === true) printDocument('reach', result);
    else printLine(reachText(result));
    return interrupt.interrupted ? EXIT_INTERRUPTED : codeOf(result);
  } finally {
    await kernel.close();
    interrupt.dispose();
  }
}

function readUserSpace(file: string): Program {
  const program = readProgram(file);
  if (isOutsideProgram(program) && strangerIn(program) < 0) return program;
  throw new UsageError(`${file} has calls of kernel functions, and --try takes programs of user space`);
}

function codeOf(result: ReachResult): number {
  const { condition, reached, notReached } = result;
  if (reached !== undefined) return isReachable(result) ? EXIT_FINDING : EXIT_TOO_LITTLE;
  if (condition === undefined || notReached.every(({ programs }) => programs === 0)) return EXIT_TOO_LITTLE;
  return EXIT_CLEAN;
}

function levelsOf(word: string): readonly Level[] {
  if (word === BOTH) return ['user', 'root'];
  const level = LEVELS.find((one) => one === word);
  if (level !== undefined) return [level];
  throw new UsageError(`--as takes ${[...LEVELS, BOTH].join(', ')}, not '${word}'${didYouMean(word, LEVELS)}`);
}

/** The named scenario, the mutant's, that of the program's seed, or the first that has all its commands. */
function scenarioOf(program: Program, mutant: Mutant | undefined, named: string | undefined): Scenario {
  if (named !== undefined) {
    const found = findScenario(named);
    if (found !== undefined) return found;
    throw new UsageError(
      `no scenario '${named}'${didYouMean(
        named,
        SCENARIOS.map(({ name }) => name),
      )}`,
    );
  }
  const seed = program.seed === undefined ? undefined : parseSeed(program.seed)?.scenario;
  const known = [mutant?.scenario, seed].flatMap((name) => (name === undefined ? [] : [findScenario(name)]));
  const hasAll = (scenario: Scenario): boolean =>
    program.calls.every(({ command }) => scenario.commands.includes(command));
  return [...known, ...SCENARIOS].find((scenario) => scenario !== undefined && hasAll(scenario)) ?? CORE;
}
