import type { Program } from '../program/program';
import { definitions, handlePositions, withoutCalls } from './edit';
import type { Phase } from './phase';

/** How many other objects may stand in for the one whose call is dropped. */
const STAND_INS_MAX = 4;

/** Drop runs of calls: halves, quarters, and so on down to two (delta debugging), from the end. */
export const DROP_HALVES: Phase = {
  name: 'drop halves',
  *run(program) {
    let best = program;
    for (let size = best.calls.length >> 1; size >= 2; size >>= 1) {
      for (let end = best.calls.length; end > 0; end = Math.min(end - size, best.calls.length)) {
        const candidate = withoutCalls(best, range(Math.max(0, end - size), end));
        if (yield candidate) best = candidate;
      }
    }
    return best;
  },
};

/**
 * Drop calls one by one, from the end. Where what a call made is used afterwards, another object of the kind may stand in:
 * so `skb2 = skb_get(skb: skb1)` goes although skb2 is needed.
 */
export const DROP_ONE_BY_ONE: Phase = {
  name: 'drop one by one',
  *run(program) {
    let best = program;
    for (let position = best.calls.length - 1; position >= 0; position--) {
      if (position >= best.calls.length) continue;
      for (const candidate of withoutCall(best, position)) {
        if (!(yield candidate)) continue;
        best = candidate;
        break;
      }
    }
    return best;
  },
};

/** The program without one call: alone with what depends on it, or with a stand-in for what it made. */
export function* withoutCall(program: Program, position: number, alsoWithout: readonly number[] = []): Generator<Program> {
  const positions = [position, ...alsoWithout];
  yield withoutCalls(program, positions);
  const result = program.calls[position].result;
  if (result < 0) return;
  for (const other of standIns(program, position)) yield withoutCalls(program, positions, result, other);
}

/** Handles of the same kind that are defined before: the call's own arguments first, then the nearest. */
export function standIns(program: Program, position: number): number[] {
  const call = program.calls[position];
  const kind = call.command.result;
  const own = handlePositions(call.command)
    .filter((i) => call.command.args[i].type === kind && call.args[i] >= 0)
    .map((i) => call.args[i]);
  const before: number[] = [];
  const defined = definitions(program);
  for (let i = position - 1; i >= 0; i--) {
    const { command, result } = program.calls[i];
    if (result >= 0 && command.result === kind && defined[result] === i) before.push(result);
  }
  return [...new Set([...own, ...before])].slice(0, STAND_INS_MAX);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
