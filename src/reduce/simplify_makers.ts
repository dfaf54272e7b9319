import type { Arg, Command } from '../commands/command';
import { COMMANDS } from '../commands/registry';
import type { Kind } from '../model/world';
import { handlePositions, withCall } from './edit';
import type { Phase } from './phase';

/** Simpler makers that are tried for a call. */
const MAKERS_MAX = 3;

/**
 * Make an object by a simpler call: from nothing instead of from other objects (alloc_skb instead of skb_copy), and by the
 * plainest of the calls that need nothing. What the other objects were needed for then goes.
 */
export const SIMPLIFY_MAKERS: Phase = {
  name: 'simplify makers',
  *run(program) {
    let best = program;
    for (let position = best.calls.length - 1; position >= 0; position--) {
      const { command, result } = best.calls[position];
      if (result < 0) continue;
      for (const maker of simplerMakers(command)) {
        const args = maker.args.map(simplest);
        const candidate = withCall(best, position, { command: maker, args, fail: 0, context: 0 });
        if (!(yield candidate)) continue;
        best = candidate;
        break;
      }
    }
    return best;
  },
};

/** Commands that make the same kind of object from nothing, plainest first: those that the command is not simpler than. */
function simplerMakers(command: Command): Command[] {
  const kind = command.result as Kind;
  const roots = COMMANDS.filter((maker) => maker.result === kind && maker.abuse !== true && needsNothing(maker));
  const simpler = needsNothing(command) ? roots.filter((maker) => maker.opcode < command.opcode) : roots;
  return simpler.sort((a, b) => a.opcode - b.opcode).slice(0, MAKERS_MAX);
}

function needsNothing(command: Command): boolean {
  return handlePositions(command).length === 0;
}

function simplest(arg: Arg): number {
  switch (arg.type) {
    case 'int':
      return arg.default ?? arg.smallest ?? Math.max(arg.min, Math.min(0, arg.max));
    case 'enum':
    case 'flags':
      return arg.default ?? 0;
    default:
      return -1;
  }
}
