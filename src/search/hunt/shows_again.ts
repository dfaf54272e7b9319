import type { Arg } from '../../commands/arg';
import type { Call, Program } from '../../program/program';

/**
 * Returns whether a program has all calls of a smaller one, in their order: with the same commands, the same words, and
 * at least the same flags. Numbers and handles may differ. It then probably shows the finding of the smaller one.
 * @param program - as a search found it
 * @param smaller - a program that was reduced
 */
export function showsAgain(program: Program, smaller: Program): boolean {
  let next = 0;
  for (const call of program.calls) {
    if (next === smaller.calls.length) break;
    if (isAsFar(call, smaller.calls[next])) next++;
  }
  return next === smaller.calls.length && program.as === smaller.as;
}

function isAsFar(call: Call, smaller: Call): boolean {
  return (
    call.command === smaller.command &&
    call.command.args.every((arg, at) => hasWordsOf(arg, call.args[at], smaller.args[at]))
  );
}

function hasWordsOf({ type }: Arg, value: number, smaller: number): boolean {
  if (type === 'enum') return value === smaller;
  return type !== 'flags' || (value & smaller) === smaller;
}
