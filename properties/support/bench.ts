// Shared by the benches: worlds of a kernel, and commands by name.

import type { Command } from '../../src/commands/command';
import { COMMANDS } from '../../src/commands/registry';
import { World } from '../../src/model/world/world';
import type { Rules } from '../../src/rules/rules';
import { profileOf } from './model';

export const KERNELS = ['6.1', '6.12'] as const;
export type Kernel = (typeof KERNELS)[number];

const byName = new Map<string, Command>(COMMANDS.map((command) => [command.name, command]));

/** The command with that name; fails when there is none. */
export function commandNamed(name: string): Command {
  const command = byName.get(name);
  if (command === undefined) throw new Error(`no command ${name}`);
  return command;
}

/** An empty world of a kernel, with the given rules changed. */
export function worldOf(kernel: Kernel, rules: Partial<Rules>): World {
  const profile = profileOf(`linux-${kernel}`);
  return new World({ ...profile.rules, ...rules }, profile.abi);
}
