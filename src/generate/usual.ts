import type { CommandName } from '../commands/command_name';
import { COMMANDS } from '../commands/registry';
import type { PreemptionPoint } from '../model/world/preemption';

/** By command: its usual followers. */
export type Follows = Readonly<Partial<Record<CommandName, readonly CommandName[]>>>;
/** By command: its weight in draws. */
export type Weights = Readonly<Partial<Record<CommandName, number>>>;
/** By command: the points of preemption that a call of it can pass. */
export type Points = Readonly<Partial<Record<CommandName, readonly PreemptionPoint[]>>>;

/** The systems that every scenario of skbs begins with. */
export const CORE_SYSTEMS = ['page', 'page_frag', 'dma', 'page_pool', 'skb', 'zerocopy', 'sock'] as const;

/** Returns the usual followers of a command, from its record. */
export function usuallyNext(name: CommandName): readonly CommandName[] {
  return COMMANDS.find((command) => command.name === name)?.usuallyNext ?? [];
}

/** Returns the usual followers of the commands of some systems, from their records. */
export function usuallyNextOf(systems: readonly string[]): Follows {
  return tableOf(systems, ({ usuallyNext: next }) => next);
}

/** Returns the weights of the commands of some systems, from their records. */
export function weightsOf(systems: readonly string[]): Weights {
  return tableOf(systems, ({ weight }) => weight);
}

/** Returns the points of the commands of some systems, from their records; without systems of all commands. */
export function pointsOf(systems?: readonly string[]): Points {
  return tableOf(systems, ({ points }) => points);
}

function tableOf<T>(
  systems: readonly string[] | undefined,
  valueOf: (command: (typeof COMMANDS)[number]) => T | undefined,
): Readonly<Partial<Record<CommandName, T>>> {
  const table: Partial<Record<CommandName, T>> = {};
  for (const command of COMMANDS) {
    if (systems !== undefined && !systems.includes(command.system)) continue;
    const value = valueOf(command);
    if (value !== undefined) table[command.name] = value;
  }
  return table;
}
