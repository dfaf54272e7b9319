import type { Program } from '../program/program';
import { withoutCalls } from './edit';
import type { Phase } from './phase';
import { standIns } from './stand_ins';

/** Drops runs of calls from the end: halves, quarters, and so on down to two calls (delta debugging). */
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
 * Drops calls one by one, from the end. Where later calls use the object of a dropped call, another object of the kind
 * stands in for it: `skb2 = skb_get(skb: skb1)` is dropped although later calls need skb2.
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

/** The program without one call: first without its dependents too, then with a stand-in for the object that it made. */
function* withoutCall(program: Program, position: number): Generator<Program> {
  yield withoutCalls(program, [position]);
  const { result } = program.calls[position];
  if (result < 0) return;
  for (const other of standIns(program, position)) yield withoutCalls(program, [position], [[result, other]]);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
