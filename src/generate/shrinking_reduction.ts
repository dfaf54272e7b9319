import fc from 'fast-check';
import type { Program } from '../program/program';
import { hashProgram } from '../reduce/program_hash';
import { reductionSteps, type Budget } from '../reduce/reduce';
import { printable } from './printable';

/**
 * The reducer as fast-check drives it. fast-check takes candidates from a stream, and executes each before it takes the
 * next. It asks for a new stream at the first candidate that fails. So the next candidate of the same stream says that
 * the one before passed, and a new stream says that it failed. The reducer needs nothing else.
 *
 * A replay by `path` takes the same candidates in the same order without executing them, which tells the reducer the
 * same.
 */
export class ShrinkingReduction {
  private readonly steps: Generator<Program, Program, boolean>;
  /** The candidate that fast-check executes now. */
  private asked: Program | null = null;
  /** The smallest program that is known to fail. */
  private failing: Program;
  /** The number of streams so far: only the newest goes on. */
  private streams = 0;

  constructor(program: Program, budget: Budget) {
    this.steps = reductionSteps(program, budget);
    this.failing = program;
  }

  /** The candidates for the program that failed first. */
  start(): fc.Stream<fc.Value<Program>> {
    return fc.stream(this.candidates(false));
  }

  /**
   * The candidates after one that failed. Null when `value` is not the candidate that was asked about, because its
   * arbitrary is part of a larger one that shrank elsewhere since.
   */
  goOnFrom(value: Program): fc.Stream<fc.Value<Program>> | null {
    if (value !== this.asked) return null;
    this.failing = value;
    return fc.stream(this.candidates(true));
  }

  private *candidates(failed: boolean): Generator<fc.Value<Program>> {
    const stream = ++this.streams;
    for (let answer = failed; ;) {
      this.asked = null;
      const step = this.steps.next(answer);
      if (step.done === true && !this.mustReturnTo(step.value)) return;
      this.asked = printable(step.value);
      yield new fc.Value(this.asked, this);
      // Another stream went on from the last candidate.
      if (stream !== this.streams) return;
      answer = false;
    }
  }

  /** The reducer may have tried a detour in vain: then the last program that failed is not the smallest. */
  private mustReturnTo(smallest: Program | undefined): smallest is Program {
    return smallest !== undefined && hashProgram(smallest) !== hashProgram(this.failing);
  }
}
