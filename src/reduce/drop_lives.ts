import { withoutCalls } from './edit';
import type { Phase } from './phase';

/** Drops whole lives: the call that makes an object, all calls that use it, and all objects made from it. */
export const DROP_LIVES: Phase = {
  name: 'drop object lives',
  *run(program) {
    let best = program;
    for (let position = 0; position < best.calls.length;) {
      if (best.calls[position].result >= 0) {
        const candidate = withoutCalls(best, [position]);
        if (yield candidate) {
          best = candidate;
          continue;
        }
      }
      position++;
    }
    return best;
  },
};
