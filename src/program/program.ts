import type { Command } from '../commands/command';
import type { Level } from '../commands/outside/step';
import type { PreemptionPoint } from '../model/world/preemption';

/** The moment of a call of the second CPU: a point that the nearest call of the first CPU above it passes. */
export interface Moment {
  readonly point: PreemptionPoint;
  /** The number of the passage of the point: 1 for the first. */
  readonly pass: number;
}

/** One line of a program. */
export interface Call {
  readonly command: Command;
  /** In the order of `command.args`; a handle argument is a handle number. */
  readonly args: readonly number[];
  /** Handle number of the call's name; -1 when it has none. */
  readonly result: number;
  /** The number of the allocation that fails: 1 for the first, 0 for none. */
  readonly fail: number;
  /** The caller's context, CONTEXT_*. */
  readonly context: number;
  /** Only calls of the second CPU have it. */
  readonly at?: Moment;
}

/** True for a call of the second CPU. */
export function isOnSecondCpu(call: Call): boolean {
  return call.at !== undefined;
}

/** The number of calls of the second CPU that are scheduled into the call at `position`: those directly below it. */
export function scheduledInto(calls: readonly Call[], position: number): number {
  let end = position + 1;
  while (end < calls.length && calls[end].at !== undefined) end++;
  return end - position - 1;
}

/**
 * The conditions, apart from the profile, under which a program shows its finding. They are lines of its file, so that
 * every subcommand runs it alike.
 */
export interface Conditions {
  /** Id of the mutant that the model runs it with. */
  readonly mutant?: string;
  /** It has calls that break contracts on purpose. */
  readonly abuse?: boolean;
  /** The rights of a program of the outside; absent: it is none. */
  readonly as?: Level;
  /** It has calls that are legal and make a correct kernel warn. */
  readonly provoke?: boolean;
}

/** A sequence of commands, as data. Immutable. */
export interface Program extends Conditions {
  readonly profile: string;
  /** `v1:<scenario>:<number>`, for a generated program. */
  readonly seed?: string;
  readonly calls: readonly Call[];
  /** By handle number: the name in text. */
  readonly names: readonly string[];
  /** Comment lines of the file, by the position of the call below them. */
  readonly comments?: ReadonlyMap<number, readonly string[]>;
  /** The word after `expect`: `clean`, or the invariant that a saved program must break. */
  readonly expect?: string;
}
