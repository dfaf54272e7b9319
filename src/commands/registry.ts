import type { Command } from './command';

/** Every command, by opcode. Files of one system export one array each; opcodes are stable, see Command. */
export const COMMANDS: readonly Command[] = [];
