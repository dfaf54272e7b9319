import type { Call, Program } from '../program/program';
import { withCall, withoutCalls } from './edit';
import type { Phase } from './phase';
import { targetOf } from './shrink_arguments';

/** Longer programs lose calls in other ways. */
const CALLS_MAX = 24;

/**
 * Drop a call, and lower by one what another counts: the budget of a poll, when one packet less is received before it, or which of the
 * allocations fails.
 */
export const DROP_AND_LOWER: Phase = {
  name: 'drop and lower',
  *run(program) {
    let best = program;
    if (best.calls.length > CALLS_MAX) return best;
    for (let position = best.calls.length - 1; position >= 0; position--) {
      if (position >= best.calls.length) continue;
      for (const candidate of withoutAndLower(best, position)) {
        if (!(yield candidate)) continue;
        best = candidate;
        break;
      }
    }
    return best;
  },
};

function* withoutAndLower(program: Program, position: number): Generator<Program> {
  for (let other = 0; other < program.calls.length; other++) {
    if (other === position) continue;
    for (const lower of lowered(program.calls[other])) yield withoutCalls(withCall(program, other, lower), [position]);
  }
}

/** The call with each of its numbers lower by one. */
function* lowered(call: Call): Generator<Partial<Call>> {
  if (call.fail > 1) yield { fail: call.fail - 1 };
  for (let i = 0; i < call.args.length; i++) {
    const arg = call.command.args[i];
    if (arg.type !== 'int' || call.args[i] <= targetOf(arg)) continue;
    const args = [...call.args];
    args[i]--;
    yield { args };
    if (call.fail > 1) yield { args, fail: call.fail - 1 };
  }
}
