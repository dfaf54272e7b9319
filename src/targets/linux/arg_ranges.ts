import type { Command } from '../../commands/command';
import type { Arg } from '../../commands/arg';
import { COMMANDS } from '../../commands/registry';

/** The smallest and the largest value of a number as the binary form has it; null: it is no number. */
function rangeOf(arg: Arg): readonly [min: number, max: number] | null {
  if (arg.type === 'int') return [arg.min, arg.max];
  if (arg.type === 'enum') return [0, arg.words.length - 1];
  if (arg.type === 'flags') return [0, 2 ** arg.words.length - 1];
  return null;
}

function linesOf({ name, opcode, args }: Command): string[] {
  return args.flatMap((arg) => {
    const range = rangeOf(arg);
    return range === null ? [] : [`\t{ ${opcode}, ${range[0]}, ${range[1]} }, /* ${name}: ${arg.name} */`];
  });
}

/**
 * `skbcheck_ranges.h`, which the module is built with: what each number of each command may be, in the order of opcodes and arguments.
 * So the module refuses whatever does not parse, by the same declaration.
 */
export function rangesHeader(): string {
  const sorted = [...COMMANDS].sort((a, b) => a.opcode - b.opcode);
  return ['/* Made from src/commands by src/targets/linux/arg_ranges.ts. */', ...sorted.flatMap(linesOf), ''].join(
    '\n',
  );
}
