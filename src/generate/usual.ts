import type { CommandName } from '../commands/command_name';
import { COMMANDS } from '../commands/registry';
import type { PreemptionPoint } from '../model/world/preemption';

/** By command: what comes next. */
export type Follows = Readonly<Partial<Record<CommandName, readonly CommandName[]>>>;
/** By command: how often it is drawn, relative to others. */
export type Weights = Readonly<Partial<Record<CommandName, number>>>;
/** By command: the points of preemption that a call of it can pass. */
export type Points = Readonly<Partial<Record<CommandName, readonly PreemptionPoint[]>>>;

/** The systems that every scenario of skbs begins with. */
export const CORE_SYSTEMS = ['page', 'page_frag', 'dma', 'page_pool', 'skb', 'zerocopy', 'sock'] as const;

/** What the record of a command says comes next. */
export function usuallyNext(name: CommandName): readonly CommandName[] {
  return COMMANDS.find((command) => command.name === name)?.usuallyNext ?? [];
}

/** What the records of some systems say comes next. */
export function usuallyNextOf(systems: readonly string[]): Follows {
  return tableOf(systems, ({ usuallyNext: next }) => next);
}

/** The weights that the records of some systems have. */
export function weightsOf(systems: readonly string[]): Weights {
  return tableOf(systems, ({ weight }) => weight);
}

/** The points that the records of some systems have; without systems those of all. */
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
