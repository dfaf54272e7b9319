import type { Command } from '../commands/command';
import type { Arg } from '../commands/arg';
import { ALL_COMMANDS } from '../commands/registry';
import type { Call, Program } from '../program/program';
import { isHandleArg } from '../commands/arg_range';
import { handlePositions, withCall, withoutCalls } from './edit';
import type { Phase } from './phase';

/**
 * Systems whose makers every reader of a finding knows. Makers of other systems are tried when the program uses the
 * system.
 */
const CORE_SYSTEMS = ['page', 'page_frag', 'dma', 'page_pool', 'skb', 'zerocopy', 'sock'];
/** Simpler makers tried for each call. */
const MAKERS_MAX = 6;

/**
 * Makes an object by a simpler call: from nothing instead of from other objects (alloc_skb instead of skb_copy), or by
 * the simplest call that takes the same objects (page_pool_alloc_pages instead of page_pool_alloc_frag). Other phases
 * then drop the objects that the old call needed.
 */
export const SIMPLIFY_MAKERS: Phase = {
  name: 'simplify makers',
  *run(program) {
    let best = program;
    const systems = new Set([...CORE_SYSTEMS, ...program.calls.map(({ command }) => command.system)]);
    for (let position = best.calls.length - 1; position >= 0; position--) {
      const call = best.calls[position];
      if (call.result < 0) continue;
      for (const maker of simplerMakers(call.command, systems)) {
        const args = maker.args.map((arg) => valueFrom(call, arg));
        const candidate = withCall(best, position, {
          command: maker,
          args,
          fail: maker.allocates ? call.fail : 0,
          context: maker.contextual ? call.context : 0,
        });
        let better: Program | null = (yield candidate) ? candidate : null;
        // The object that the call consumed lives on now, so names that were only made to outlive the call can be
        // dropped.
        for (const without of better === null ? withoutAliases(candidate, call, position) : []) {
          if (!(yield without)) continue;
          better = without;
          break;
        }
        if (better === null) continue;
        best = better;
        break;
      }
    }
    return best;
  },
};

/**
 * The candidate without one earlier name of an object that the call consumed. The object itself stands in for the name.
 */
function* withoutAliases(candidate: Program, call: Call, position: number): Generator<Program> {
  const consumed = call.command.args.flatMap((arg, i) =>
    isHandleArg(arg) && arg.consumed === true ? [call.args[i]] : [],
  );
  for (let i = position - 1; i >= 0; i--) {
    const alias = candidate.calls[i];
    if (alias.result < 0 || alias.command.result !== call.command.result) continue;
    const own = handlePositions(alias.command).find((arg) => consumed.includes(alias.args[arg]));
    if (own !== undefined) yield withoutCalls(candidate, [i], [[alias.result, alias.args[own]]]);
  }
}

/** Commands that make the same kind of object from the same objects or fewer: fewest objects first, then by opcode. */
function simplerMakers(command: Command, systems: ReadonlySet<string>): Command[] {
  const needed = (maker: Command): number => handlePositions(maker).length;
  const takesNoOther = (maker: Command): boolean =>
    maker.args.every(
      (arg) => !isHandleArg(arg) || command.args.some((own) => own.name === arg.name && own.type === arg.type),
    );
  return ALL_COMMANDS.filter(
    (maker) =>
      maker.result === command.result &&
      maker.abuse !== true &&
      maker.modelOnly === undefined &&
      systems.has(maker.system) &&
      takesNoOther(maker) &&
      (needed(maker) < needed(command) || (needed(maker) === needed(command) && maker.opcode < command.opcode)),
  )
    .sort((a, b) => needed(a) - needed(b) || a.opcode - b.opcode)
    .slice(0, MAKERS_MAX);
}

/** The call's value for an argument of that name, if it is in range, else the simplest value. */
function valueFrom(call: Call, arg: Arg): number {
  const i = call.command.args.findIndex((own) => own.name === arg.name && own.type === arg.type);
  const given = i < 0 ? undefined : call.args[i];
  switch (arg.type) {
    case 'int':
      if (given !== undefined && given >= arg.min && given <= arg.max) return given;
      return arg.default ?? arg.smallest ?? Math.max(arg.min, Math.min(0, arg.max));
    case 'enum':
    case 'flags':
      return arg.default ?? 0;
    default:
      return given ?? -1;
  }
}
