import type { Kind } from '../model/world/world';
import type { Program } from '../program/program';
import { generatedName } from '../program/names';
import { handlePositions } from './edit';

/** The same program with handles numbered in the order of definition, as it would be parsed from its text. */
export function renumbered(program: Program): Program {
  return compacted(program, (_kind, _count, name) => name);
}

/** The same program with handles numbered and named in the order of definition: page1, page2, skb1. */
export function renamed(program: Program): Program {
  return compacted(program, generatedName);
}

function compacted(program: Program, nameOf: (kind: Kind, count: number, name: string) => string): Program {
  const counts = new Map<Kind, number>();
  const numbers = new Int32Array(program.names.length).fill(-1);
  const names: string[] = [];
  const calls = program.calls.map((call) => {
    const args = [...call.args];
    for (const i of handlePositions(call.command)) if (args[i] >= 0) args[i] = numbers[args[i]];
    if (call.result < 0) return { ...call, args };
    const kind = call.command.result as Kind;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    numbers[call.result] = names.length;
    names.push(nameOf(kind, count, program.names[call.result]));
    return { ...call, args, result: names.length - 1 };
  });
  return { ...program, calls, names };
}
