import type { Call, Program } from '../program/program';
import { withCall, withoutCalls } from './edit';
import type { Phase } from './phase';
import { targetOf } from './shrink_arguments';

/** Longer programs are left to the other phases. */
const CALLS_MAX = 24;

/**
 * Drops a call and lowers a number of another call by one: the budget of a poll, when one packet less is received
 * before it, or the number of the allocation that fails.
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

/** Changes of the call: each lowers one of its numbers by one. */
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
