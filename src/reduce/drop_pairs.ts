import type { Program } from '../program/program';
import { handleIdsOf, withoutCalls, type StandIn } from './edit';
import { standIns } from './stand_ins';
import type { Phase } from './phase';

/** Programs up to this length lose every pair in turn, longer ones only pairs that share an object. */
const ALL_PAIRS_CALLS_MAX = 24;
const TRIPLES_CALLS_MAX = 12;

/**
 * Drops two calls that are only needed because of each other. Reference counting is made of such pairs (get and put,
 * map and unmap, push and pull). Dropping one of them hides the bug, so a search that drops one run of calls at a time
 * stops too early.
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
  const short = program.calls.length <= ALL_PAIRS_CALLS_MAX;
  if (!short && !shareHandle(program, first, second)) return;
  yield withoutCalls(program, [first, second]);
  const results = [program.calls[first].result, program.calls[second].result];
  const firsts = results[0] < 0 ? [] : standIns(program, first);
  const seconds = results[1] < 0 ? [] : standIns(program, second);
  for (const other of firsts) yield withoutCalls(program, [first, second], [[results[0], other]]);
  for (const other of seconds) yield withoutCalls(program, [first, second], [[results[1], other]]);
  if (!short) return;
  for (const one of firsts) {
    for (const other of seconds) {
      const replacement: StandIn = [results[1], other === results[0] ? one : other];
      yield withoutCalls(program, [first, second], [[results[0], one], replacement]);
    }
  }
}

function shareHandle(program: Program, first: number, second: number): boolean {
  const handles = handleIdsOf(program.calls[first]);
  return handleIdsOf(program.calls[second]).some((id) => handles.includes(id));
}

/** Drops three calls, once the program is short. */
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
