import { isHandleArg, rangeOf } from '../../commands/arg_range';
import type { Arg } from '../../commands/arg';
import type { Command } from '../../commands/command';
import { isHashed } from '../kinds';
import { cHeader, kindName } from './c_text';
import { KERNEL_COMMANDS } from './commands_header';

function shapeText(arg: Arg): string {
  if (isHandleArg(arg)) {
    const optional = arg.optional === true ? ', .optional = true' : '';
    return `	{ .kind = ${kindName(arg.type)}${optional} },`;
  }
  const [min, max] = rangeOf(arg);
  return `	{ .min = ${min}, .max = ${max} },`;
}

/** Bits of the arguments whose bytes are hashed into the observation. */
function hashedBits({ args }: Command): number {
  return args.reduce((bits, arg, at) => bits | (isHandleArg(arg) && isHashed(arg.type) ? 1 << at : 0), 0);
}

function rowText(command: Command, firstShape: number): string {
  const { name, args, result } = command;
  const fields = [
    `.run = skbcheck_run_${name}`,
    `.shapes = shapes + ${firstShape}`,
    `.args = ${args.length}`,
    `.result = ${result === undefined ? 'KIND_NONE' : kindName(result)}`,
    `.hashed_args = 0x${hashedBits(command).toString(16)}`,
  ];
  return `\t[SKBCHECK_OP_${name}] = { ${fields.join(', ')} },`;
}

/**
 * `made/command_table.h`: kernel/exec/command_table.c checks arguments by its shapes, and calls its functions.
 * @param of - the commands that the module has
 */
export function commandTable(of: readonly Command[] = KERNEL_COMMANDS): string {
  let shapes = 0;
  const rows = of.map((command) => {
    const first = shapes;
    shapes += command.args.length;
    return rowText(command, first);
  });
  const shapeLines = of.flatMap(({ name, args }) => args.map((arg) => `${shapeText(arg)} /* ${name}: ${arg.name} */`));
  return cHeader('command_table', [
    ['static const struct arg_shape shapes[] = {', ...shapeLines, '};'].join('\n'),
    ['static const struct skbcheck_command commands[SKBCHECK_OPCODES] = {', ...rows, '};'].join('\n'),
  ]);
}
