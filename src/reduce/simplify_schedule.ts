import { PREEMPTION_POINTS } from '../model/world/preemption';
import type { Call, Program } from '../program/program';
import { withCalls } from './edit';
import type { Phase } from './phase';

/**
 * Turns calls of the second CPU into ordinary ones: a finding that still shows is no race. A call that must stay gets
 * the first pass of its point, or of the first point that shows the finding.
 */
export const SIMPLIFY_SCHEDULE: Phase = {
  name: 'simplify schedule',
  *run(program) {
    let best = program;
    for (let position = best.calls.length - 1; position >= 0; position--) {
      for (const call of simpler(best.calls[position])) {
        const candidate = replaced(best, position, call);
        if (!(yield candidate)) continue;
        best = candidate;
        break;
      }
    }
    return best;
  },
};

/** The simplest first. */
function simpler({ at, ...ordinary }: Call): Call[] {
  if (at === undefined) return [];
  const points = PREEMPTION_POINTS.slice(0, PREEMPTION_POINTS.indexOf(at.point));
  const calls: Call[] = [ordinary];
  if (at.pass > 1) calls.push({ ...ordinary, at: { point: at.point, pass: 1 } });
  for (const point of points) calls.push({ ...ordinary, at: { point, pass: 1 } });
  return calls;
}

function replaced(program: Program, position: number, call: Call): Program {
  const calls = [...program.calls];
  calls[position] = call;
  return withCalls(program, calls);
}
