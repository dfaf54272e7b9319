import type { Program } from '../program/program';
import { withCalls } from './edit';
import { targetOf } from './shrink_arguments';

/**
 * Lengths that need more room than small ones: a small head, a usual head, half a page, a page with skb_shared_info, a
 * page.
 */
const LENGTHS = [640, 1024, 2048, 3776, 4096];
/** Size of a buffer that takes a usual head and skb_shared_info. */
const ROOM = 4096;

/**
 * The program with larger numbers. First equal numbers grow at once, because lengths that belong together have shrunk
 * together, then all numbers grow. The reducer wants small numbers, but a longer packet can make calls droppable that
 * only kept a short packet from being copied.
 */
export function* grownPrograms(program: Program): Generator<Program> {
  const values = numbersOf(program);
  for (const length of LENGTHS) {
    for (const value of values) if (value < length) yield grown(program, length, (other) => other === value);
    yield grown(program, length, (other) => other < length);
    yield grown(withRoom(program), length, (other) => other < length);
  }
}

/** The program with buffers of at least ROOM bytes, so that grown contents fit. */
function withRoom(program: Program): Program {
  const calls = program.calls.map((call) => {
    const args = call.args.map((value, i) =>
      call.command.args[i].name === 'frag_size' ? Math.max(value, ROOM) : value,
    );
    return { ...call, args };
  });
  return withCalls(program, calls);
}

function numbersOf(program: Program): number[] {
  const values = new Set<number>();
  for (const { command, args } of program.calls) {
    command.args.forEach((arg, i) => {
      if (arg.type === 'int' && args[i] > 0 && (args[i] !== arg.default || args[i] === targetOf(arg)))
        values.add(args[i]);
    });
  }
  return [...values].sort((a, b) => b - a);
}

function grown(program: Program, length: number, grows: (value: number) => boolean): Program {
  const calls = program.calls.map((call) => {
    const args = call.args.map((value, i) => {
      const arg = call.command.args[i];
      // A number whose default is 0 is an offset. Contents shall grow, not move.
      const isLength = arg.type === 'int' && arg.default !== 0 && value > 0;
      return isLength && grows(value) ? Math.max(value, Math.min(length, arg.max)) : value;
    });
    return { ...call, args };
  });
  return withCalls(program, calls);
}
