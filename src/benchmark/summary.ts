import { median } from 'simple-statistics';
import type { Mutant } from '../rules/mutants';
import {
  BUCKET_SECONDS,
  type Benchmark,
  type Buckets,
  type Comparison,
  type MutantComparison,
  type ReductionSummary,
  type Row,
  type RowReduction,
  type SequentialSummary,
} from './benchmark';
import { mannWhitney, quartilesOf, restrictedMean, signedRanks, smallerOf } from './statistics';
import type { Strategy } from './strategy';
import type { TrialResult } from './trial_result';

const SIGNIFICANT = 0.05;

/** The settings of a benchmark. */
export interface Plan {
  readonly mutants: readonly Mutant[];
  readonly strategies: readonly Strategy[];
  readonly seed: number;
  readonly trials: number;
  readonly commands: number;
  readonly time_ms: number | null;
  readonly giveUp: number | null;
  /** Trials of a row whose finding is reduced; null: all. */
  readonly reduced: number | null;
  /** Directory of a corpus that strategies may begin with. */
  readonly corpus?: string;
}

/** All trials of one mutant and strategy. */
export interface TrialsOf {
  readonly mutant: Mutant;
  readonly strategy: Strategy;
  readonly trials: readonly TrialResult[];
}

/** The table of all trials; mutants without a trial are left out. */
export function summarize(plan: Plan, tried: readonly TrialsOf[], interrupted: boolean): Benchmark {
  const { seed, trials, commands, time_ms, giveUp, reduced, strategies } = plan;
  const rows = tried.filter((one) => one.trials.length > 0).map((one) => rowOf(one, commands));
  return {
    ...{ seed, trials, commands, time_ms, giveUp, reduced, interrupted },
    strategies: strategies.map(({ name, title, stateAware }) => ({ name, title, stateAware })),
    rows,
    comparisons: comparisonsOf(rows, strategies, commands),
    buckets: strategies.map(({ name }) => bucketsOf(name, rows)),
    reduction: reductionOf(rows),
    sequential: strategies.filter(({ stateAware }) => stateAware).map(({ name }) => sequentialOf(name, rows)),
  };
}

/** Commands to failure; the budget when the trial found no failure. */
function commandsTo({ end, commands }: TrialResult, budget: number): number {
  return end === 'found' ? commands : budget;
}

function rowOf({ mutant, strategy, trials }: TrialsOf, budget: number): Row {
  const found = trials.filter(({ end }) => end === 'found');
  const distances = found.flatMap(({ distance }) => (distance === undefined ? [] : [distance]));
  const sum = (of: (trial: TrialResult) => number): number => trials.reduce((total, trial) => total + of(trial), 0);
  const unexpected = found.filter(({ expected }) => expected === false).map(({ invariant }) => String(invariant));
  return {
    mutant: mutant.id,
    title: mutant.title,
    scenario: mutant.scenario ?? 'core',
    profile: mutant.profile,
    sequential: mutant.needs !== 'schedule',
    strategy: strategy.name,
    trials,
    found: found.length,
    commands: quartilesOf(trials.map((trial) => commandsTo(trial, budget))),
    seconds: quartilesOf(trials.map(({ seconds }) => seconds)),
    meanCommands: restrictedMean(
      trials.map(({ end, commands }) => ({ time: commands, event: end === 'found' })),
      budget,
    ),
    measured: sum(({ measured }) => measured.programs),
    reached: sum(({ measured }) => measured.reached),
    triggered: sum(({ measured }) => measured.triggered),
    detected: sum(({ measured }) => measured.detected),
    distance: distances.length === 0 ? null : median(distances),
    unexpected: [...new Set(unexpected)],
    reduction: rowReduction(trials),
  };
}

function rowReduction(trials: readonly TrialResult[]): RowReduction | null {
  const reductions = trials.flatMap(({ reduction }) => (reduction === undefined ? [] : [reduction]));
  if (reductions.length === 0) return null;
  return {
    minimal: reductions[0].minimal,
    commands: median(reductions.map(({ commands }) => commands)),
    executions: median(reductions.map(({ executions }) => executions)),
    milliseconds: median(reductions.map(({ milliseconds }) => milliseconds)),
    slipped: reductions.filter(({ slipped }) => slipped).length,
  };
}

function comparisonsOf(rows: readonly Row[], strategies: readonly Strategy[], budget: number): Comparison[] {
  return strategies.flatMap((first, i) =>
    strategies.slice(i + 1).flatMap((second) => {
      const perMutant = rows
        .filter(({ strategy, sequential }) => strategy === first.name && sequential)
        .flatMap((row) => {
          const other = rows.find(({ mutant, strategy }) => mutant === row.mutant && strategy === second.name);
          return other === undefined ? [] : [compared(row, other, first, second, budget)];
        });
      if (perMutant.length === 0) return [];
      const better = perMutant.filter(({ p }) => p < SIGNIFICANT);
      return [
        {
          first: first.name,
          second: second.name,
          firstBetter: better.filter(({ a12, ratio }) => a12 > 0.5 && ratio > 1).length,
          secondBetter: better.filter(({ a12, ratio }) => a12 < 0.5 && ratio < 1).length,
          mutants: perMutant.length,
          medianRatio: median(perMutant.map(({ ratio }) => ratio)),
          perMutant,
        },
      ];
    }),
  );
}

/** Compares two strategies. A deterministic one has a single value, which is compared with the other's sample. */
function compared(row: Row, other: Row, first: Strategy, second: Strategy, budget: number): MutantComparison {
  const a = row.trials.map((trial) => commandsTo(trial, budget));
  const b = other.trials.map((trial) => commandsTo(trial, budget));
  const p =
    first.deterministic === true
      ? signedRanks(b, a[0])
      : second.deterministic === true
        ? signedRanks(a, b[0])
        : mannWhitney(a, b);
  return { mutant: row.mutant, p, a12: smallerOf(a, b), ratio: other.commands.median / row.commands.median };
}

function bucketsOf(strategy: string, rows: readonly Row[]): Buckets {
  const counts = BUCKET_SECONDS.map(() => 0);
  let rest = 0;
  for (const { trials, found } of rows.filter((row) => row.strategy === strategy && row.sequential)) {
    const slowest = Math.max(...trials.map(({ seconds }) => seconds));
    if (found < trials.length) rest++;
    else counts[BUCKET_SECONDS.findIndex((seconds) => slowest <= seconds)]++;
  }
  return { strategy, counts: [...counts, rest] };
}

function reductionOf(rows: readonly Row[]): ReductionSummary | null {
  const all = rows.flatMap(({ trials }) => trials.flatMap(({ reduction }) => (reduction ? [reduction] : [])));
  if (all.length === 0) return null;
  return {
    reduced: all.length,
    notLonger: all.filter(({ commands, minimal }) => commands <= minimal).length,
    slipped: all.filter(({ slipped }) => slipped).length,
    executions: quartilesOf(all.map(({ executions }) => executions)),
    milliseconds: quartilesOf(all.map(({ milliseconds }) => milliseconds)),
  };
}

function sequentialOf(strategy: string, rows: readonly Row[]): SequentialSummary {
  const sequential = rows.filter((row) => row.strategy === strategy && row.sequential);
  const missed = sequential.filter(({ found, trials }) => found < trials.length);
  return {
    strategy,
    mutants: sequential.length,
    foundInAll: sequential.length - missed.length,
    missed: missed.map(({ mutant }) => mutant),
  };
}
