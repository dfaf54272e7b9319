import type { Mutant } from '../rules/mutants';
import { catchersOf, type Catchers } from './catchers';
import { keptFor } from './kept_before';
import { runTrial } from './run_trial';
import { strategyNamed } from './strategies';
import type { KeptBefore } from './strategy';
import type { TrialLimits, TrialResult } from './trial_result';

/** All trials of a strategy on a mutant, as plain data for a worker. */
export interface TrialsJob {
  readonly kind: 'trials';
  readonly mutant: string;
  readonly strategy: string;
  /** One trial each. */
  readonly seeds: readonly number[];
  readonly limits: TrialLimits;
  /** Number of first trials whose findings are reduced, since a reduction takes longer than a search. */
  readonly reduced: number;
  /** Number of unsuccessful trials that ends the job. */
  readonly giveUp: number;
  /** Directory of a corpus that strategies may begin with. */
  readonly corpus?: string;
}

/** Finds the invariants that catch a mutant, each alone. */
export interface CatchersJob {
  readonly kind: 'catchers';
  readonly mutant: string;
  readonly seed: number;
  readonly commands: number;
}

export type Job = TrialsJob | CatchersJob;

/** One piece of a job's result. */
export type Piece =
  { readonly kind: 'trial'; readonly trial: TrialResult } | { readonly kind: 'catchers'; readonly catchers: Catchers };

/** Does a job piece by piece. The result does not depend on the process. */
export function* doJob(job: Job, mutant: Mutant): Generator<Piece, void, void> {
  if (job.kind === 'catchers') yield { kind: 'catchers', catchers: catchersOf(mutant, job.seed, job.commands) };
  else {
    const kept = job.corpus === undefined ? [] : keptFor(job.corpus, mutant);
    let failures = 0;
    for (const [position, seed] of job.seeds.entries()) {
      if (failures >= job.giveUp) return;
      const trial = tried(job, mutant, seed, position < job.reduced, kept);
      if (trial.end !== 'found') failures++;
      yield { kind: 'trial', trial };
    }
  }
}

/** Runs a trial. A mutant that makes the model itself fail ends only this trial. */
function tried(
  job: TrialsJob,
  mutant: Mutant,
  seed: number,
  reduced: boolean,
  kept: readonly KeptBefore[],
): TrialResult {
  const strategy = strategyNamed(job.strategy);
  try {
    return runTrial(mutant, strategy, seed, job.limits, reduced, kept);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const measured = { programs: 0, reached: 0, triggered: 0, detected: 0 };
    return { seed, end: 'error', commands: 0, programs: 0, seconds: 0, measured, message };
  }
}
