import type { Program } from '../program/program';
import { withoutCall } from './drop_calls';
import { handlesOf, withoutCalls } from './edit';
import type { Phase } from './phase';

/** Programs up to this length are tried with every pair left out, longer ones only with pairs that share an object. */
const ALL_PAIRS_CALLS_MAX = 24;
const TRIPLES_CALLS_MAX = 12;

/**
 * Drop two calls that are only needed because of each other. Reference counting is made of such pairs (get and put, map
 * and unmap, push and pull): dropping either alone hides the bug, so a search that drops one run of calls at a time stops
 * too early (models.md, facts about our dependencies, 4).
 */
export const DROP_PAIRS: Phase = {
  name: 'drop pairs',
  *run(program) {
    let best = program;
    for (let second = best.calls.length - 1; second > 0; second--) {
      for (let first = Math.min(second, best.calls.length) - 1; first >= 0; first--) {
        if (second >= best.calls.length) break;
        for (const candidate of withoutPair(best, first, second)) {
          if (!(yield candidate)) continue;
          best = candidate;
          break;
        }
      }
    }
    return best;
  },
};

function* withoutPair(program: Program, first: number, second: number): Generator<Program> {
  if (shareHandle(program, first, second)) yield* withoutCall(program, first, [second]);
  else if (program.calls.length <= ALL_PAIRS_CALLS_MAX) yield withoutCalls(program, [first, second]);
}

function shareHandle(program: Program, first: number, second: number): boolean {
  const handles = handlesOf(program.calls[first]);
  return handlesOf(program.calls[second]).some((id) => handles.includes(id));
}

/** Drop three calls, once the program is short. */
export const DROP_TRIPLES: Phase = {
  name: 'drop triples',
  *run(program) {
    let best = program;
    if (best.calls.length > TRIPLES_CALLS_MAX) return best;
    for (let third = best.calls.length - 1; third > 1; third--) {
      for (let second = third - 1; second > 0; second--) {
        for (let first = second - 1; first >= 0 && third < best.calls.length; first--) {
          const candidate = withoutCalls(best, [first, second, third]);
          if (yield candidate) best = candidate;
        }
      }
    }
    return best;
  },
};
