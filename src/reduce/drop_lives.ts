import { withoutCalls } from './edit';
import type { Phase } from './phase';

/** Drop whole lives: the call that makes an object with all that uses it, its release and what was made from it. */
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
