import type { Program } from '../program/program';
import { isHandleArg } from '../commands/arg_range';
import { handlePositions, withArg } from './edit';
import type { Phase } from './phase';

const ALIASES_MAX = 4;

/**
 * Uses an earlier object instead of a later one (the skb instead of its clone, one pool instead of two), so that the
 * later one becomes droppable, and leaves optional objects out.
 */
export const USE_ALIASES: Phase = {
  name: 'use aliases',
  *run(program) {
    let best = program;
    for (let position = best.calls.length - 1; position >= 0; position--) {
      for (const arg of handlePositions(best.calls[position].command)) {
        for (const other of aliases(best, position, arg)) {
          const candidate = withArg(best, position, arg, other);
          if (!(yield candidate)) continue;
          best = candidate;
          break;
        }
      }
    }
    return best;
  },
};

/** Handles of lower number and the same kind, lowest first; -1 first of all where the argument is optional. */
function aliases(program: Program, position: number, arg: number): number[] {
  const { command, args } = program.calls[position];
  const spec = command.args[arg];
  const id = args[arg];
  if (!isHandleArg(spec) || id < 0) return [];
  const found: number[] = spec.optional === true ? [-1] : [];
  for (let i = 0; i < position && found.length < ALIASES_MAX; i++) {
    const { command: maker, result } = program.calls[i];
    if (result >= 0 && result < id && maker.result === spec.type) found.push(result);
  }
  return found;
}
