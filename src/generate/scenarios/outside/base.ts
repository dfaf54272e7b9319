import { OUTSIDE_COMMANDS } from '../../../commands/outside/registry';
import type { Command } from '../../../commands/command';
import type { CommandName } from '../../../commands/command_name';
import type { Scenario } from '../../scenario';

/** Three programs in four are of an ordinary user: most of what root can do, he can do in his own namespaces. */
const LEVELS = ['user', 'user', 'user', 'root'] as const;

/** Commands that settle a program: see KIND_FACTS. */
const SETTLES: readonly CommandName[] = ['shutdown', 'drain', 'zerocopy_done', 'stamps', 'close'];

/** The usual next commands, as the commands say them. */
export const FOLLOWS = tableOf(({ usuallyNext }) => usuallyNext);

/** Programs of user space: system calls and packets, on unmodified kernels. */
export const OUTSIDE: Scenario = {
  name: 'outside',
  title: 'programs of user space: sockets, pipes and files, judged by what user space is promised',
  // A machine without such devices has none to offer.
  commands: OUTSIDE_COMMANDS.filter(({ name }) => !name.startsWith('nic')),
  weights: tableOf(({ weight }) => weight),
  follows: FOLLOWS,
  levels: LEVELS,
  length: { min: 8, usual: 30, max: 80 },
};

/** A scenario of some of the commands, and those that settle. */
export function focused(facts: Pick<Scenario, 'name' | 'title' | 'weights'> & Partial<Scenario>): Scenario {
  const { weights } = facts;
  const isChosen = (command: Command): boolean => SETTLES.includes(command.name) || (weights[command.name] ?? 0) > 0;
  return {
    ...OUTSIDE,
    commands: OUTSIDE_COMMANDS.filter(isChosen),
    length: { min: 4, usual: 16, max: 40 },
    ...facts,
  };
}

function tableOf<T>(valueOf: (command: Command) => T | undefined): Partial<Record<CommandName, T>> {
  return Object.fromEntries(OUTSIDE_COMMANDS.map((command) => [command.name, valueOf(command)])) as Partial<
    Record<CommandName, T>
  >;
}
