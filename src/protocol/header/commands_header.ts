import type { Command } from '../../commands/command';
import { COMMANDS } from '../../commands/registry';
import { cEnum, cHeader, cName, xList } from './c_text';

/** The commands that a kernel runs, in the order of their opcodes. */
export const KERNEL_COMMANDS: readonly Command[] = [...COMMANDS]
  .filter(({ modelOnly }) => modelOnly === undefined)
  .sort((a, b) => a.opcode - b.opcode);

function argsText({ name, args }: Command): string {
  const members = args.map((arg) => `\ts32 ${arg.name};`);
  return [`struct ${name}_args {`, ...members, '};'].join('\n');
}

/** The values of word arguments: `NAME_ARGUMENT_WORD`. The values of flags are bits. */
function wordsText({ name, args }: Command): string[] {
  return args.flatMap((arg) => {
    if (arg.type !== 'enum' && arg.type !== 'flags') return [];
    const value = (at: number): number => (arg.type === 'flags' ? 2 ** at : at);
    return [
      cEnum(
        '',
        arg.words.map((word, at) => [`${name}_${arg.name}_${cName(word)}`, value(at)]),
      ),
    ];
  });
}

/** `made/commands.h`: opcodes, arguments by name and the words of arguments, from the records of src/commands. */
export function commandsHeader(): string {
  const opcodes = KERNEL_COMMANDS.map(({ name, opcode }): [string, number] => [`SKBCHECK_OP_${name}`, opcode]);
  return cHeader('commands', [
    '#include <linux/types.h>',
    cEnum('', opcodes),
    `#define SKBCHECK_OPCODES ${KERNEL_COMMANDS[KERNEL_COMMANDS.length - 1].opcode + 1}`,
    `/* Every command that a kernel runs. */\n${xList(
      'SKBCHECK_COMMANDS',
      KERNEL_COMMANDS.map(({ name }) => name),
    )}`,
    ...KERNEL_COMMANDS.map(argsText),
    ...KERNEL_COMMANDS.flatMap(wordsText),
  ]);
}
