import type { Mutant } from '../rules/mutants';
import type { Benchmark } from './benchmark';
import type { Catchers } from './catchers';
import { catchersTable, type CatchersTable } from './catchers_table';
import { doJob, type Job, type Piece } from './job';
import { summarize, type Plan } from './summary';
import type { TrialResult } from './trial_result';
import { runInWorkers } from './workers';

/** Programs of each trial that are measured. */
const MEASURED_PROGRAMS = 200;

/** The progress of a run. */
export interface Progress {
  readonly jobs: number;
  readonly done: number;
  readonly last: string;
}

export interface Events {
  /** Number of worker processes; 0 runs the jobs in this process. */
  readonly workers: number;
  readonly interrupted: () => boolean;
  /** A signal for all processes ended a worker: from then on the run is interrupted. */
  readonly onSignal: () => void;
  readonly onProgress: (progress: Progress) => void;
}

/** Runs every strategy on every mutant. */
export async function runBenchmark(plan: Plan, events: Events): Promise<Benchmark> {
  const { mutants, strategies, seed, trials, commands, time_ms, giveUp, reduced, corpus } = plan;
  const pairs = mutants.flatMap((mutant) => strategies.map((strategy) => ({ mutant, strategy })));
  const results = pairs.map((): TrialResult[] => []);
  const jobs = pairs.map(({ mutant, strategy }): Job => ({
    kind: 'trials',
    mutant: mutant.id,
    strategy: strategy.name,
    seeds: Array.from({ length: strategy.deterministic === true ? 1 : trials }, (_, i) => seed + i),
    limits: { commands, time_ms, measured: MEASURED_PROGRAMS },
    giveUp: giveUp ?? trials,
    reduced: reduced ?? trials,
    ...(corpus === undefined ? {} : { corpus }),
  }));
  await runJobs(jobs, mutants, events, (position, piece) => {
    if (piece.kind === 'trial') results[position].push(piece.trial);
  });
  const tried = pairs.map((pair, i) => ({ ...pair, trials: results[i] }));
  return summarize(plan, tried, events.interrupted());
}

/** Finds the invariants that catch each mutant. */
export async function runCatchers(
  plan: { readonly mutants: readonly Mutant[]; readonly seed: number; readonly commands: number },
  events: Events,
): Promise<CatchersTable> {
  const { mutants, seed, commands } = plan;
  const caught = new Map<number, Catchers>();
  const jobs = mutants.map(({ id }): Job => ({ kind: 'catchers', mutant: id, seed, commands }));
  await runJobs(jobs, mutants, events, (position, piece) => {
    if (piece.kind === 'catchers') caught.set(position, piece.catchers);
  });
  const rows = mutants.flatMap(({ id }, i) => {
    const catchers = caught.get(i);
    return catchers === undefined ? [] : [{ mutant: id, catchers }];
  });
  return catchersTable({ seed, commands }, rows, events.interrupted());
}

async function runJobs(
  jobs: readonly Job[],
  mutants: readonly Mutant[],
  events: Events,
  take: (position: number, piece: Piece) => void,
): Promise<void> {
  let done = 0;
  let last = '';
  const onPiece = (position: number, piece: Piece): void => {
    take(position, piece);
    const job = jobs[position];
    last = job.kind === 'trials' ? `${job.mutant} ${job.strategy}` : job.mutant;
    events.onProgress({ jobs: jobs.length, done, last });
  };
  const onDone = (): void => {
    done++;
    events.onProgress({ jobs: jobs.length, done, last });
  };
  if (events.workers > 0) {
    await runInWorkers(jobs, events.workers, { onPiece, onDone, ...events });
    return;
  }
  for (const [position, job] of jobs.entries()) {
    const mutant = mutants.find(({ id }) => id === job.mutant) as Mutant;
    for (const piece of doJob(job, mutant)) {
      onPiece(position, piece);
      await new Promise((resolve) => setImmediate(resolve));
      if (events.interrupted()) return;
    }
    onDone();
  }
}
