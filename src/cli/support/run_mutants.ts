import { availableParallelism } from 'node:os';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { BUCKET_NAMES, type Benchmark } from '../../benchmark/benchmark';
import type { CatchersTable } from '../../benchmark/catchers_table';
import { runBenchmark, runCatchers, type Events } from '../../benchmark/run_plan';
import { strategyNamed } from '../../benchmark/strategies';
import { USUAL_STRATEGIES } from '../../benchmark/strategy_names';
import type { Plan } from '../../benchmark/summary';
import { benchmarkText } from '../../report/benchmark_report/benchmark_text';
import { catchersText } from '../../report/benchmark_report/catchers_text';
import { duration, plural } from '../../report/figures';
import { MUTANTS } from '../../rules/mutants';
import { UsageError } from '../../session/errors';
import { SEARCH_SEED_MAX } from '../../generate/seed';
import { assertOutput, writeOutput } from './files';
import { Interrupt } from './interrupt';
import { announce } from './announce';
import { mutantNamed } from '../../session/named';
import { parseCount, parseDuration } from './options';
import { printDocument, printLine } from './output';
import { searchSeed } from './search_seed';
import { StatusLine } from './status_line';
import { EXIT_CLEAN, EXIT_FINDING, EXIT_INTERRUPTED, EXIT_TOO_LITTLE, type Exit } from './exit';

const TRIALS_MAX = 1000;
const COMMANDS_MAX = 1e12;
const COMMANDS_DEFAULT = '1000000';
const CATCHERS_COMMANDS_DEFAULT = '100000';
const WORKERS_MAX = 256;
const TICK_MS = 250;

export interface MutantsOptions {
  readonly id?: string[];
  readonly strategy?: string[];
  readonly trials: string;
  readonly commands?: string;
  readonly time?: string;
  readonly giveUp?: string;
  readonly reduce?: string;
  readonly corpus?: string;
  readonly seed: string;
  readonly workers?: string;
  readonly invariants?: boolean;
  readonly json?: boolean;
  readonly html?: string;
}

export async function mutants(options: MutantsOptions, exit: Exit): Promise<number> {
  const plan = planOf(options);
  if (options.html !== undefined) assertOutput(options.html, options.json === true);
  const cores = availableParallelism();
  const workers = options.workers === undefined ? cores : parseCount('--workers', options.workers, 1, WORKERS_MAX);
  const interrupt = new Interrupt();
  announce(exit, options.seed);
  const status = new StatusLine();
  const start_ms = performance.now();
  let progress = (): string => 'mutants: no search is done';
  // A search of all trials can take longer than the time between two lines.
  const timer = setInterval(() => status.update(() => progress()), TICK_MS);
  // Of a signal for all processes, the end of a worker may be seen before the signal itself.
  let workerInterrupted = false;
  const isInterrupted = (): boolean => interrupt.interrupted || workerInterrupted;
  const events: Events = {
    workers,
    interrupted: isInterrupted,
    onSignal: () => (workerInterrupted = true),
    onProgress: ({ jobs, done, last }) => {
      progress = () => {
        const seconds = (performance.now() - start_ms) / 1000;
        const searches = `${done} of ${plural(jobs, 'search', 'searches')} of all trials done`;
        return `mutants: ${searches}, ${duration(seconds)}: ${last}`;
      };
    },
  };
  let code: number;
  try {
    code =
      options.invariants === true
        ? await showCatchers(await runCatchers(plan, events), status, options)
        : await showBenchmark(await runBenchmark(plan, events), status, options);
  } finally {
    clearInterval(timer);
    status.clear();
    interrupt.dispose();
  }
  return isInterrupted() ? EXIT_INTERRUPTED : code;
}

async function showBenchmark(benchmark: Benchmark, status: StatusLine, options: MutantsOptions): Promise<number> {
  status.clear();
  if (options.json === true) printDocument('mutants', benchmark);
  else printLine(benchmarkText(benchmark, BUCKET_NAMES));
  if (options.html !== undefined) {
    // Imported only here, because charts take a moment to load.
    const { benchmarkHtml } = await import('../../report/benchmark_report/benchmark_html.js');
    writeOutput(options.html, benchmarkHtml(benchmark, BUCKET_NAMES));
  }
  return codeOfBenchmark(benchmark);
}

async function showCatchers(table: CatchersTable, status: StatusLine, options: MutantsOptions): Promise<number> {
  status.clear();
  if (options.json === true) printDocument('mutants-invariants', table);
  else printLine(catchersText(table));
  if (options.html !== undefined) {
    const { catchersHtml } = await import('../../report/benchmark_report/catchers_html.js');
    writeOutput(options.html, catchersHtml(table));
  }
  if (table.mutants.length === 0) return EXIT_TOO_LITTLE;
  return table.mutants.every(({ catchers }) => Object.keys(catchers).length > 0) ? EXIT_CLEAN : EXIT_FINDING;
}

/** Where no sequential mutant was searched with a state-aware strategy, some trial must have found something. */
function codeOfBenchmark({ rows, sequential }: Benchmark): number {
  if (rows.length === 0) return EXIT_TOO_LITTLE;
  if (sequential.some(({ missed }) => missed.length > 0)) return EXIT_FINDING;
  const isAsked = sequential.some(({ mutants }) => mutants > 0);
  return isAsked || rows.some(({ found }) => found > 0) ? EXIT_CLEAN : EXIT_FINDING;
}

function corpusIn(directory: string): string {
  if (!existsSync(directory)) throw new UsageError(`--corpus ${directory}: no such directory`);
  return resolve(directory);
}

function planOf(options: MutantsOptions): Plan {
  const commands = options.commands ?? (options.invariants === true ? CATCHERS_COMMANDS_DEFAULT : COMMANDS_DEFAULT);
  const trials = parseCount('--trials', options.trials, 1, TRIALS_MAX);
  return {
    mutants: options.id === undefined ? MUTANTS : [...new Set(options.id.map(mutantNamed))],
    strategies: [...new Set((options.strategy ?? USUAL_STRATEGIES).map(strategyNamed))],
    seed: searchSeed(options.seed, SEARCH_SEED_MAX - TRIALS_MAX).number,
    trials,
    commands: parseCount('--commands', commands, 1, COMMANDS_MAX),
    time_ms: options.time === undefined ? null : parseDuration('--time', options.time),
    reduced: options.reduce === undefined ? null : parseCount('--reduce', options.reduce, 0, TRIALS_MAX),
    ...(options.corpus === undefined ? {} : { corpus: corpusIn(options.corpus) }),
    giveUp: options.giveUp === undefined ? null : parseCount('--give-up', options.giveUp, 1, TRIALS_MAX),
  };
}
