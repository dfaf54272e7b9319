import { OUTSIDE_COMMANDS } from '../../commands/outside/registry';
import type { Command } from '../../commands/command';
import type { CommandName } from '../../commands/command_name';
import type { Scenario } from '../scenario';

/** Three programs in four are of an ordinary user: most of what root can do, he can do in his own namespaces. */
const LEVELS = ['user', 'user', 'user', 'root'] as const;

/** Commands that settle a program: see KIND_FACTS. */
const SETTLES: readonly CommandName[] = ['shutdown', 'drain', 'zerocopy_done', 'close'];

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

/** Sockets of AF_UNIX and pipes: delivery is synchronous, so that each answer is judged exactly. */
export const OUTSIDE_UNIX: Scenario = focused({
  name: 'outside-unix',
  title: 'programs of user space with sockets of AF_UNIX and pipes: urgent data, peeks, questions of the queue',
  weights: {
    ...{ socketpair: 12, pair_end: 20, send: 30, recv: 40, sockatmark: 10, unread: 8, setsockopt: 8, shutdown: 2 },
    ...{ close: 3, pipe2: 3, vmsplice: 2, splice: 4, socket: 8, bind: 8, listen: 8, connect: 8, accept: 8, meminfo: 1 },
  },
});

export const OUTSIDE_SCENARIOS: readonly Scenario[] = [OUTSIDE, OUTSIDE_UNIX];

/** A scenario of some of the commands, and those that settle. */
function focused({ name, title, weights }: Pick<Scenario, 'name' | 'title' | 'weights'>): Scenario {
  const isChosen = (command: Command): boolean => SETTLES.includes(command.name) || (weights[command.name] ?? 0) > 0;
  return {
    ...OUTSIDE,
    name,
    title,
    commands: OUTSIDE_COMMANDS.filter(isChosen),
    weights,
    length: { min: 4, usual: 16, max: 40 },
  };
}

function tableOf<T>(valueOf: (command: Command) => T | undefined): Partial<Record<CommandName, T>> {
  return Object.fromEntries(OUTSIDE_COMMANDS.map((command) => [command.name, valueOf(command)])) as Partial<
    Record<CommandName, T>
  >;
}
