import type { Arg } from '../commands/arg';
import { isHandleArg, rangeOf } from '../commands/arg_range';
import { CONTEXT_WORDS } from '../commands/command';
import { printCall, printValue } from '../program/print';
import type { Program } from '../program/program';
import { everyCall, keepCalls, withArg, withCall } from './edit';
import { hashProgram } from './program_hash';

/** Words of an argument that are tried. */
const WORDS_MAX = 8;
/** Halvings of a range to find where it stops failing. */
const HALVINGS_MAX = 12;

/** The end of a candidate: the same finding, another one, or none. */
export interface Answer {
  readonly ends: 'same' | 'other' | 'clean';
  /** Calls of the candidate that were skipped. */
  readonly skipped: number;
}

/** Values of one argument with which the program still fails the same way. */
export interface FreeArgument {
  /** Position of the call. */
  readonly call: number;
  readonly argument: string;
  /** `any`, `641 or more`, `a or b`. */
  readonly values: string;
}

/** The nearest program that does not fail. */
export interface NearestClean {
  /** The one argument or line in which it differs. */
  readonly difference: string;
  readonly program: Program;
}

/** The arguments that may change in a program that fails, and the least change that makes it clean. */
export interface ExplainResult {
  readonly free: readonly FreeArgument[];
  /** Absent where no program that differs in one argument or line is clean. */
  readonly nearest?: NearestClean;
  readonly executions: number;
  /** True when the budget ended before everything was tried. */
  readonly exhausted: boolean;
}

export interface ExplainBudget {
  /** Candidates that are executed at most. */
  readonly maxExecutions: number;
  /** Called before each execution; true ends the phase. Default: never. */
  readonly expired?: () => boolean;
}

type Steps<T> = Generator<Program, T, Answer>;

/**
 * Explains a reduced program, as Hypothesis does: it varies one argument at a time, and drops one line at a time.
 *
 * @param skipped - calls of the program that are skipped as it is
 * @param ask - executes a candidate and answers at once
 */
export function explain(
  program: Program,
  skipped: number,
  ask: (candidate: Program) => Answer,
  budget: ExplainBudget,
): ExplainResult {
  const phase = new ExplainPhase(program, skipped, budget);
  const steps = phase.run();
  let step = steps.next();
  while (step.done !== true) step = steps.next(ask(step.value));
  return step.value;
}

/** The same for targets whose answer comes later. */
export async function explainAsync(
  program: Program,
  skipped: number,
  ask: (candidate: Program) => Promise<Answer>,
  budget: ExplainBudget,
): Promise<ExplainResult> {
  const phase = new ExplainPhase(program, skipped, budget);
  const steps = phase.run();
  let step = steps.next();
  while (step.done !== true) step = steps.next(await ask(step.value));
  return step.value;
}

class ExplainPhase {
  private executions = 0;
  private exhausted = false;
  private nearest: (NearestClean & { readonly distance: number }) | undefined;
  private readonly known = new Map<number, Answer>();

  constructor(
    private readonly program: Program,
    private readonly skipped: number,
    private readonly budget: ExplainBudget,
  ) {}

  *run(): Steps<ExplainResult> {
    const free: FreeArgument[] = [];
    const { calls } = this.program;
    for (let call = calls.length - 1; call >= 0; call--) {
      const { command, args } = calls[call];
      for (let i = 0; i < command.args.length; i++) {
        const arg = command.args[i];
        if (isHandleArg(arg) || args[i] === arg.default) continue;
        const values = arg.type === 'int' ? yield* this.freeNumber(call, i) : yield* this.freeWord(call, i, arg);
        if (values !== null) free.unshift({ call, argument: arg.name, values });
      }
    }
    yield* this.conditions();
    yield* this.lines();
    const { executions, exhausted, nearest } = this;
    const clean =
      nearest === undefined ? {} : { nearest: { difference: nearest.difference, program: nearest.program } };
    return { free: free.sort((a, b) => a.call - b.call), ...clean, executions, exhausted };
  }

  /** The largest stretch of numbers around the value of the program whose ends fail. */
  private *freeNumber(call: number, i: number): Steps<string | null> {
    const arg = this.program.calls[call].command.args[i];
    const value = this.program.calls[call].args[i];
    if (isHandleArg(arg)) return null;
    const [min, max] = rangeOf(arg);
    const low = yield* this.bound(call, i, value, min);
    const high = yield* this.bound(call, i, value, max);
    if (low === value && high === value) return null;
    if (low === min && high === max) return 'any';
    if (high === max) return `${low} or more`;
    return low === min ? `${high} or less` : `${low} to ${high}`;
  }

  /** The number nearest to `end` that fails, if all between it and `value` do; the neighbour is tried first. */
  private *bound(call: number, i: number, value: number, end: number): Steps<number> {
    if (value === end) return value;
    const step = end < value ? -1 : 1;
    if (!(yield* this.fails(call, i, value + step, 1))) return value;
    if (yield* this.fails(call, i, end, 2)) {
      const middle = value + Math.trunc((end - value) / 2);
      if (middle === value || (yield* this.fails(call, i, middle, 2))) return end;
    }
    let good = value + step;
    let bad = end;
    for (let n = 0; n < HALVINGS_MAX && Math.abs(bad - good) > 1 && !this.exhausted; n++) {
      const middle = good + Math.trunc((bad - good) / 2);
      if (yield* this.fails(call, i, middle, 2)) good = middle;
      else bad = middle;
    }
    return good;
  }

  /** The words, or sets of flags that differ in one, with which the program fails. */
  private *freeWord(call: number, i: number, arg: Exclude<Arg, { readonly type: 'int' }>): Steps<string | null> {
    if (isHandleArg(arg)) return null;
    const value = this.program.calls[call].args[i];
    const others =
      arg.type === 'enum'
        ? arg.words.map((_, word) => word).filter((word) => word !== value)
        : arg.words.map((_, bit) => value ^ (1 << bit));
    const failing: number[] = [];
    const tried = others.slice(0, WORDS_MAX);
    for (const other of tried) if (yield* this.fails(call, i, other, 1.5)) failing.push(other);
    if (failing.length === 0 || this.exhausted) return null;
    if (failing.length === others.length) return 'any';
    return [value, ...failing].map((one) => printValue(arg, one, this.program.names)).join(' or ');
  }

  /** Calls without their failing allocation, or from process context. */
  private *conditions(): Steps<void> {
    for (const [call, { fail, context, command }] of this.program.calls.entries()) {
      const less = (what: string): string => `without \`${what}\` of ${command.name}`;
      if (fail > 0) yield* this.ask(withCall(this.program, call, { fail: 0 }), less(`fail: ${fail}`), 2);
      if (context > 0)
        yield* this.ask(withCall(this.program, call, { context: 0 }), less(`context: ${CONTEXT_WORDS[context]}`), 2);
    }
  }

  /** Each line less, with the lines that need its object. */
  private *lines(): Steps<void> {
    for (let call = this.program.calls.length - 1; call >= 0; call--) {
      const keep = everyCall(this.program);
      keep[call] = 0;
      const candidate = keepCalls(this.program, keep);
      const text = printCall(this.program.calls[call], this.program.names);
      // A line whose object others need takes them with it, which is no small difference.
      if (candidate.calls.length + 1 === this.program.calls.length)
        // Without its last call a program is clean because the guilty call does not come.
        yield* this.ask(candidate, `without \`${text}\``, call === this.program.calls.length - 1 ? 8 : 4);
    }
  }

  private *fails(call: number, i: number, value: number, distance: number): Steps<boolean> {
    const { program } = this;
    const arg = program.calls[call].command.args[i];
    const candidate = withArg(program, call, i, value);
    const word = (number: number): string => `${arg.name}: ${printValue(arg, number, program.names)}`;
    const difference =
      `\`${word(value)}\` in place of \`${word(program.calls[call].args[i])}\` in ` +
      `\`${printCall(program.calls[call], program.names)}\``;
    return (yield* this.ask(candidate, difference, distance)).ends === 'same';
  }

  /**
   * Executes a candidate, and keeps the nearest that is clean. Without budget every candidate counts as another
   * finding.
   */
  private *ask(candidate: Program, difference: string, distance: number): Steps<Answer> {
    const hash = hashProgram(candidate);
    const known = this.known.get(hash);
    if (known !== undefined) return known;
    if (this.executions >= this.budget.maxExecutions || this.budget.expired?.() === true) {
      this.exhausted = true;
      return { ends: 'other', skipped: 0 };
    }
    this.executions++;
    const answer = yield candidate;
    this.known.set(hash, answer);
    // A program in which a call is skipped is clean because less happens.
    const far = distance + (answer.skipped > this.skipped ? 10 : 0);
    if (answer.ends === 'clean' && (this.nearest === undefined || far < this.nearest.distance))
      this.nearest = { difference, program: candidate, distance: far };
    return answer;
  }
}
