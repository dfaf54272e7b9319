import type { Arg, IntArg } from '../commands/arg';
import type { Program } from '../program/program';
import { withArg, withCall, withCalls } from './edit';
import type { Phase } from './phase';

/** The value that the reducer tries to reach. */
export function targetOf(arg: IntArg): number {
  return arg.smallest ?? (arg.min <= 0 && arg.max >= 0 ? 0 : arg.min);
}

/** Bisects numbers towards the smallest, clears flags one by one, sets words to their default. */
export const SHRINK_ARGUMENTS: Phase = {
  name: 'shrink arguments',
  *run(program) {
    let best = program;
    for (let position = best.calls.length - 1; position >= 0; position--) {
      const { args } = best.calls[position].command;
      for (let i = 0; i < args.length; i++) best = yield* shrinkArgument(best, position, i, args[i]);
    }
    return best;
  },
};

function* shrinkArgument(
  program: Program,
  position: number,
  i: number,
  arg: Arg,
): Generator<Program, Program, boolean> {
  const value = program.calls[position].args[i];
  switch (arg.type) {
    case 'int':
      return yield* shrinkInt(program, position, i, arg);
    case 'enum': {
      const target = arg.default ?? 0;
      if (value === target) return program;
      const candidate = withArg(program, position, i, target);
      return (yield candidate) ? candidate : program;
    }
    case 'flags':
      return yield* shrinkFlags(program, position, i, arg.words.length);
    default:
      return program;
  }
}

function* shrinkFlags(
  program: Program,
  position: number,
  i: number,
  bits: number,
): Generator<Program, Program, boolean> {
  let best = program;
  if (best.calls[position].args[i] === 0) return best;
  const none = withArg(best, position, i, 0);
  if (yield none) return none;
  for (let bit = 0; bit < bits; bit++) {
    const value = best.calls[position].args[i];
    if ((value & (1 << bit)) === 0) continue;
    const candidate = withArg(best, position, i, value & ~(1 << bit));
    if (yield candidate) best = candidate;
  }
  return best;
}

function* shrinkInt(program: Program, position: number, i: number, arg: IntArg): Generator<Program, Program, boolean> {
  let best = program;
  let high = best.calls[position].args[i];
  let low = targetOf(arg);
  if (high === low) return best;
  const least = withArg(best, position, i, low);
  if (yield least) return least;
  if (arg.default !== undefined && Math.abs(arg.default - low) < Math.abs(high - low)) {
    const usual = withArg(best, position, i, arg.default);
    if (yield usual) return usual;
  }
  // `low` does not fail, `high` does. Where failing values in between are not contiguous, the result still fails.
  while (Math.abs(high - low) > 1) {
    const middle = low + Math.trunc((high - low) / 2);
    const candidate = withArg(best, position, i, middle);
    if (yield candidate) {
      best = candidate;
      high = middle;
    } else {
      low = middle;
    }
  }
  return best;
}

/** Makes equal numbers smaller together, because lengths that must agree cannot shrink one at a time. */
export const SHRINK_TOGETHER: Phase = {
  name: 'shrink together',
  *run(program) {
    let best = program;
    for (const value of repeatedNumbers(program)) {
      let current = value;
      for (const next of towardsZero(value)) {
        if (Math.abs(next) >= Math.abs(current)) continue;
        const candidate = replaceNumber(best, current, next);
        if (candidate === null || !(yield candidate)) continue;
        best = candidate;
        current = next;
      }
    }
    return best;
  },
};

/** Numbers that two or more arguments have, largest first. */
function repeatedNumbers(program: Program): number[] {
  const counts = new Map<number, number>();
  for (const { command, args } of program.calls) {
    command.args.forEach((arg, i) => {
      if (arg.type === 'int' && args[i] !== targetOf(arg)) counts.set(args[i], (counts.get(args[i]) ?? 0) + 1);
    });
  }
  const repeated = [...counts].filter(([value, count]) => count > 1 && Math.abs(value) > 1);
  return repeated.map(([value]) => value).sort((a, b) => b - a);
}

/** Lowers arguments of one name by the same amount: ids and sequence numbers of packets that follow each other. */
export const SHIFT_TOGETHER: Phase = {
  name: 'shift together',
  *run(program) {
    let best = program;
    const names = new Set(program.calls.flatMap(({ command }) => command.args.map(({ name }) => name)));
    for (const name of names) {
      for (const most of [true, false]) {
        const candidate = shifted(best, name, most);
        if (candidate !== null && (yield candidate)) best = candidate;
      }
    }
    return best;
  },
};

/**
 * @param most - true: the lowest argument reaches its target; false: half of the way
 * @returns null when fewer than two arguments are above their target
 */
function shifted(program: Program, name: string, most: boolean): Program | null {
  const isOne = (arg: Arg, value: number): arg is IntArg =>
    arg.type === 'int' && arg.name === name && value > targetOf(arg) && value !== arg.default;
  const above = program.calls.flatMap(({ command, args }) =>
    command.args.flatMap((arg, i) => (isOne(arg, args[i]) ? [args[i] - targetOf(arg)] : [])),
  );
  const lowest = Math.min(...above);
  const by = most ? lowest : lowest >> 1;
  if (above.length < 2 || by === 0) return null;
  const calls = program.calls.map((call) => {
    const args = call.args.map((value, i) => (isOne(call.command.args[i], value) ? value - by : value));
    return { ...call, args };
  });
  return withCalls(program, calls);
}

/** 1, a quarter, a half, three quarters. */
function towardsZero(value: number): number[] {
  const quarters = [1, 2, 3].map((n) => Math.trunc((value / 4) * n)).filter((n) => n !== 0);
  return [...new Set([Math.sign(value), ...quarters])];
}

/** Null when an argument cannot take the new number, or would not come nearer to its target. */
function replaceNumber(program: Program, from: number, to: number): Program | null {
  let possible = true;
  const calls = program.calls.map((call) => {
    if (!call.args.includes(from)) return call;
    const args = call.args.map((value, i) => {
      const arg = call.command.args[i];
      if (arg.type !== 'int' || value !== from || value === targetOf(arg)) return value;
      if (to < arg.min || to > arg.max || Math.abs(to - targetOf(arg)) >= Math.abs(value - targetOf(arg)))
        possible = false;
      return to;
    });
    return { ...call, args };
  });
  return possible ? withCalls(program, calls) : null;
}

/** Tries no failed allocation, then an earlier one; process context, then softirq instead of the pool's NAPI. */
export const DROP_FAIL_AND_CONTEXT: Phase = {
  name: 'drop fail and context',
  *run(program) {
    let best = program;
    for (let position = best.calls.length - 1; position >= 0; position--) {
      for (const key of ['fail', 'context'] as const) {
        for (let value = 0; value < best.calls[position][key]; value++) {
          const candidate = withCall(best, position, { [key]: value });
          if (!(yield candidate)) continue;
          best = candidate;
          break;
        }
      }
    }
    return best;
  },
};
