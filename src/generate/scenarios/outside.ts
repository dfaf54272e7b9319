import { OUTSIDE_COMMANDS } from '../../commands/outside/registry';
import type { Command } from '../../commands/command';
import type { CommandName } from '../../commands/command_name';
import type { Scenario } from '../scenario';

/** Three programs in four are of an ordinary user: most of what root can do, he can do in his own namespaces. */
const LEVELS = ['user', 'user', 'user', 'root'] as const;

/** Programs of user space: system calls and packets, on unmodified kernels. */
export const OUTSIDE: Scenario = {
  name: 'outside',
  title: 'programs of user space: sockets, pipes and files, judged by what user space is promised',
  commands: OUTSIDE_COMMANDS,
  weights: tableOf(({ weight }) => weight),
  follows: tableOf(({ usuallyNext }) => usuallyNext),
  levels: LEVELS,
  length: { min: 8, usual: 30, max: 80 },
};

export const OUTSIDE_SCENARIOS: readonly Scenario[] = [OUTSIDE];

function tableOf<T>(valueOf: (command: Command) => T | undefined): Partial<Record<CommandName, T>> {
  return Object.fromEntries(OUTSIDE_COMMANDS.map((command) => [command.name, valueOf(command)])) as Partial<
    Record<CommandName, T>
  >;
}
