import type { Command } from './command';

/**
 * Returns the commands as they are.
 * @throws Error when two of them have one opcode or one name
 */
export function uniqueOpcodes<T extends Pick<Command, 'name' | 'opcode'>>(commands: readonly T[]): readonly T[] {
  const byOpcode = new Map<number, string>();
  const names = new Set<string>();
  for (const { name, opcode } of commands) {
    const other = byOpcode.get(opcode);
    if (other !== undefined) throw new Error(`commands ${other} and ${name} have the same opcode ${opcode}`);
    if (names.has(name)) throw new Error(`two commands are named ${name}`);
    byOpcode.set(opcode, name);
    names.add(name);
  }
  return commands;
}
