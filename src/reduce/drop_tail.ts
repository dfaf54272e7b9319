import { prefix } from './edit';
import type { Phase } from './phase';

/** Drops the calls after the failing one, which bisection finds. */
export const DROP_TAIL: Phase = {
  name: 'drop tail',
  *run(program) {
    let best = program;
    let low = 0;
    let high = program.calls.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const candidate = prefix(program, middle);
      if (yield candidate) {
        best = candidate;
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return best;
  },
};
