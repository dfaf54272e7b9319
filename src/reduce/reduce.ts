import { scheduledInto, type Program } from '../program/program';
import { DROP_HALVES, DROP_ONE_BY_ONE } from './drop_calls';
import { DROP_LIVES } from './drop_lives';
import { DROP_AND_LOWER } from './drop_and_lower';
import { DROP_PAIRS, DROP_TRIPLES } from './drop_pairs';
import { DROP_TAIL } from './drop_tail';
import { DROP_UNRELATED } from './drop_unrelated';
import { prefix } from './edit';
import { grownPrograms } from './grow_numbers';
import { MERGE_CALLS } from './merge_calls';
import type { Phase } from './phase';
import { hashProgram } from './program_hash';
import { renamed, renumbered } from './rename';
import { SIMPLIFY_SCHEDULE } from './simplify_schedule';
import { SIMPLIFY_MAKERS } from './simplify_makers';
import { DROP_FAIL_AND_CONTEXT, SHIFT_TOGETHER, SHRINK_ARGUMENTS, SHRINK_TOGETHER } from './shrink_arguments';
import { USE_ALIASES } from './use_aliases';

/** Coarse phases come first, because executions of a long program cost most. */
const CALL_PHASES: readonly Phase[] = [
  DROP_TAIL,
  DROP_UNRELATED,
  DROP_LIVES,
  DROP_HALVES,
  DROP_ONE_BY_ONE,
  DROP_PAIRS,
  DROP_TRIPLES,
  DROP_AND_LOWER,
];
const VALUE_PHASES: readonly Phase[] = [
  SIMPLIFY_SCHEDULE,
  SIMPLIFY_MAKERS,
  MERGE_CALLS,
  USE_ALIASES,
  DROP_FAIL_AND_CONTEXT,
  SHRINK_TOGETHER,
  SHIFT_TOGETHER,
  SHRINK_ARGUMENTS,
];
/** Phases after a detour. They are few, because the program is short by then. */
const DETOUR_PHASES: readonly Phase[] = [DROP_LIVES, DROP_ONE_BY_ONE, DROP_PAIRS, MERGE_CALLS];
/** Executions of the budget that are kept for `rename`. */
const KEPT_FOR_RENAME = 1;
/** Longer programs are not replaced by others of the same length. */
const SIDEWAYS_CALLS_MAX = 14;
/** Other programs of the same length that are tried. */
const SIDEWAYS_MAX = 16;
export const PHASES: readonly Phase[] = [...CALL_PHASES, ...VALUE_PHASES];

/** Returns whether the candidate shows the same finding: one with the same signature. */
type StillFails = (candidate: Program) => boolean | Promise<boolean>;

/** How far a reduction is. */
export interface ReduceProgress {
  /** Calls of the smallest program that still fails. */
  readonly calls: number;
  /** Candidates that were executed. */
  readonly executions: number;
}

export interface Budget {
  /** Candidates that are executed at most. */
  readonly maxExecutions: number;
  /** Position of the failing call, where it is known, which saves the search for it. */
  readonly failedAt?: number;
  /** Called before each execution; true ends the reduction. Default: never. */
  readonly expired?: (progress: ReduceProgress) => boolean;
  /** Shorter programs that may show the same finding. They are tried when no call can be dropped any more. */
  readonly shorter?: (program: Program, few: boolean) => Iterable<Program>;
  /** Programs of the same length that may show the same finding, for a new start when none is shorter. */
  readonly sideways?: (program: Program) => Iterable<Program>;
}

/** The cost and the gain of a phase, over all its rounds. */
export interface PhaseReport {
  readonly name: string;
  executions: number;
  /** Calls that it removed. */
  dropped: number;
  /** Candidates that still failed, and became the program. */
  accepted: number;
}

export interface ReduceResult {
  readonly program: Program;
  readonly executions: number;
  readonly phases: readonly PhaseReport[];
  /** True when the budget ran out before a fixpoint was reached. */
  readonly exhausted: boolean;
}

/**
 * Makes a failing program smaller while it still fails. `program` itself is not executed.
 *
 * @param stillFails - executes a candidate and answers at once
 */
export function reduce(program: Program, stillFails: (candidate: Program) => boolean, budget: Budget): ReduceResult {
  const search = new Search(program, budget);
  const steps = search.run();
  let step = steps.next();
  while (step.done !== true) step = steps.next(stillFails(step.value));
  return search.reduction(step.value);
}

/** The same for targets whose answer comes later. */
export async function reduceAsync(program: Program, stillFails: StillFails, budget: Budget): Promise<ReduceResult> {
  const search = new Search(program, budget);
  const steps = search.run();
  for (let step = steps.next(); ;) {
    if (step.done === true) return search.reduction(step.value);
    const answer = stillFails(step.value);
    step = steps.next(typeof answer === 'boolean' ? answer : await answer);
  }
}

/**
 * The same for a caller that executes candidates in its own time. The generator yields the candidates one by one, is
 * told whether each still fails, and returns the smallest program.
 */
export function reductionSteps(program: Program, budget: Budget): Generator<Program, Program, boolean> {
  return new Search(program, budget).run();
}

class Search {
  private executions = 0;
  private exhausted = false;
  private best: Program;
  private readonly tested = new Set<number>();
  private readonly reports = new Map<Phase | string, PhaseReport>();

  constructor(
    program: Program,
    private readonly budget: Budget,
  ) {
    this.best = program;
    this.tested.add(hashProgram(program));
  }

  reduction(program: Program): ReduceResult {
    const { executions, exhausted } = this;
    return { program, executions, exhausted, phases: [...this.reports.values()] };
  }

  *run(): Generator<Program, Program, boolean> {
    const { failedAt } = this.budget;
    if (failedAt !== undefined && failedAt + 1 < this.best.calls.length) {
      const candidate = prefix(this.best, failedAt + 1 + scheduledInto(this.best.calls, failedAt));
      yield* this.ask(this.reportOf(DROP_TAIL), candidate);
    }
    do {
      yield* this.dropAndShrink();
    } while ((yield* this.detour()) || (yield* this.replace(false)) || (yield* this.goSideways()));
    return yield* this.rename();
  }

  private *dropAndShrink(): Generator<Program, void, boolean> {
    for (let before = -1; before !== this.hash() && !this.exhausted;) {
      before = this.hash();
      yield* this.toFixpoint(CALL_PHASES);
      yield* this.toFixpoint(VALUE_PHASES);
    }
  }

  /** Tries larger numbers. Returns true when calls became droppable by them. */
  private *detour(): Generator<Program, boolean, boolean> {
    const start = this.best;
    const report = this.reportOf('grow numbers');
    for (const grown of grownPrograms(start)) {
      if (!(yield* this.ask(report, grown))) continue;
      for (const phase of DETOUR_PHASES) yield* this.runPhase(phase);
      if (this.best.calls.length < start.calls.length || (yield* this.replace(true))) return true;
      this.best = start;
    }
    return false;
  }

  /** Tries new programs of fewer calls. Returns true when one shows the same finding. */
  private *replace(few: boolean): Generator<Program, boolean, boolean> {
    const report = this.reportOf('make anew');
    for (const shorter of this.budget.shorter?.(this.best, few) ?? []) {
      if (this.isExhausted()) return false;
      if (shorter.calls.length < this.best.calls.length && (yield* this.ask(report, shorter))) return true;
    }
    return false;
  }

  /** Tries programs of the same length with other commands. Returns true when one of them became shorter. */
  private *goSideways(): Generator<Program, boolean, boolean> {
    const start = this.best;
    if (start.calls.length > SIDEWAYS_CALLS_MAX) return false;
    const report = this.reportOf('go sideways');
    const seen = new Set([commandsOf(start)]);
    for (const other of this.budget.sideways?.(start) ?? []) {
      if (this.isExhausted() || seen.size > SIDEWAYS_MAX) return false;
      if (seen.has(commandsOf(other)) || !(yield* this.ask(report, other))) continue;
      seen.add(commandsOf(other));
      for (const phase of DETOUR_PHASES) yield* this.runPhase(phase);
      if (this.best.calls.length < start.calls.length || (yield* this.replace(true))) return true;
      this.best = start;
    }
    return false;
  }

  private *toFixpoint(phases: readonly Phase[]): Generator<Program, void, boolean> {
    for (let before = -1; before !== this.hash() && !this.exhausted;) {
      before = this.hash();
      for (const phase of phases) yield* this.runPhase(phase);
    }
  }

  private *runPhase(phase: Phase): Generator<Program, void, boolean> {
    const report = this.reportOf(phase);
    const steps = phase.run(this.best);
    let step = steps.next();
    while (step.done !== true && !this.exhausted) step = steps.next(yield* this.ask(report, step.value));
  }

  /** Executes a candidate that was not executed before. One that fails becomes the best program. */
  private *ask(report: PhaseReport, candidate: Program): Generator<Program, boolean, boolean> {
    if (this.isExhausted()) return false;
    const hash = hashProgram(candidate);
    if (this.tested.has(hash)) return false;
    this.tested.add(hash);
    this.executions++;
    report.executions++;
    if (!(yield candidate)) return false;
    report.accepted++;
    report.dropped += this.best.calls.length - candidate.calls.length;
    this.best = candidate;
    return true;
  }

  /** Asked for each candidate, also for one that needs no execution: to make many of them takes time as well. */
  private isExhausted(): boolean {
    const isSpent = this.executions + KEPT_FOR_RENAME >= this.budget.maxExecutions;
    const progress = { calls: this.best.calls.length, executions: this.executions };
    this.exhausted ||= isSpent || this.budget.expired?.(progress) === true;
    return this.exhausted;
  }

  /** Numbers and names handles in the order of definition. The text changes, so the renamed program must fail too. */
  private *rename(): Generator<Program, Program, boolean> {
    const numbered = renumbered(this.best);
    const candidate = renamed(numbered);
    const unchanged = candidate.names.every((name, id) => name === numbered.names[id]);
    if (unchanged || this.executions >= this.budget.maxExecutions) return numbered;
    const report = this.reportOf('rename');
    this.executions++;
    report.executions++;
    if (!(yield candidate)) return numbered;
    report.accepted++;
    return candidate;
  }

  private hash(): number {
    return hashProgram(this.best);
  }

  private reportOf(phase: Phase | string): PhaseReport {
    let report = this.reports.get(phase);
    if (report === undefined) {
      report = { name: typeof phase === 'string' ? phase : phase.name, executions: 0, dropped: 0, accepted: 0 };
      this.reports.set(phase, report);
    }
    return report;
  }
}

/** Programs with the same commands in the same order are not different enough to try both. */
function commandsOf({ calls }: Program): string {
  return calls.map(({ command }) => command.opcode).join();
}
