import { commandTable } from './command_table';
import type { Command } from '../../commands/command';
import { commandsHeader, KERNEL_COMMANDS } from './commands_header';
import { flowsHeader } from './flows_header';
import { outsideHeader } from '../outside_header';
import { protocolHeader } from './protocol_header';
import { wordsHeader } from './words_header';

/**
 * The headers that the module is built with and that are not in kernel/, by their paths below it.
 * @param commands - those that the module has
 */
export function madeHeaders(commands: readonly Command[] = KERNEL_COMMANDS): Readonly<Record<string, string>> {
  return {
    'made/protocol.h': protocolHeader(),
    'made/words.h': wordsHeader(),
    'made/commands.h': commandsHeader(),
    'made/command_table.h': commandTable(commands),
    'made/outside.h': outsideHeader(),
    'made/flows.h': flowsHeader(),
  };
}
