import type { Mutant } from '../rules/mutants';
import { catchersOf, type Catchers } from './catchers';
import { keptFor } from './kept_before';
import { runTrial } from './run_trial';
import { strategyNamed } from './strategies';
import type { KeptBefore } from './strategy';
import type { TrialLimits, TrialResult } from './trial_result';

/** All trials of a strategy on a mutant. As plain data, because a worker may do it. */
export interface TrialsJob {
  readonly kind: 'trials';
  readonly mutant: string;
  readonly strategy: string;
  /** One trial each. */
  readonly seeds: readonly number[];
  readonly limits: TrialLimits;
  /** What the first so many trials find is reduced: reducing takes longer than finding. */
  readonly reduced: number;
  /** Trials that found nothing after which no other is made. */
  readonly giveUp: number;
  /** Directory of a corpus that strategies may begin with. */
  readonly corpus?: string;
}

/** Which invariants catch a mutant, each alone. */
export interface CatchersJob {
  readonly kind: 'catchers';
  readonly mutant: string;
  readonly seed: number;
  readonly commands: number;
}

export type Job = TrialsJob | CatchersJob;

/** What comes out of a job, piece by piece. */
export type Piece =
  { readonly kind: 'trial'; readonly trial: TrialResult } | { readonly kind: 'catchers'; readonly catchers: Catchers };

/** Does a job, piece by piece: what comes out does not depend on where it runs. */
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

/** A mutant that makes the model itself fail must not end the others. */
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
