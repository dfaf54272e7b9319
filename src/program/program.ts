import type { Command } from '../commands/command';
import type { PreemptionPoint } from '../model/world/preemption';

/** When a call of the second CPU runs: during the nearest call of the first that stands above, as it passes a point. */
export interface Moment {
  readonly point: PreemptionPoint;
  /** The n-th time that the call passes it, from 1. */
  readonly pass: number;
}

/** One line of a program. */
export interface Call {
  readonly command: Command;
  /** In the order of `command.args`; a handle argument is a handle number. */
  readonly args: readonly number[];
  /** Handle number that the call's name stands for, -1 when it has none. */
  readonly result: number;
  /** The n-th allocation of the call fails; 0: none. */
  readonly fail: number;
  /** CONTEXT_* of the caller. */
  readonly context: number;
  /** Of calls of the second CPU only. */
  readonly at?: Moment;
}

/** Does the second CPU make the call? */
export function isOnSecondCpu(call: Call): boolean {
  return call.at !== undefined;
}

/** How many calls of the second CPU stand below the call at `position`: they are scheduled into it. */
export function scheduledInto(calls: readonly Call[], position: number): number {
  let end = position + 1;
  while (end < calls.length && calls[end].at !== undefined) end++;
  return end - position - 1;
}

/** A sequence of commands, as data. Immutable. */
export interface Program {
  readonly profile: string;
  /** `v1:<scenario>:<number>`, when it was generated. */
  readonly seed?: string;
  readonly calls: readonly Call[];
  /** By handle number: the name in text. */
  readonly names: readonly string[];
  /** Comment lines kept from a file, by the position of the call that they stand before. */
  readonly comments?: ReadonlyMap<number, readonly string[]>;
  /** `expect clean`, or `expect <invariant>`: what a saved program must show. */
  readonly expect?: string;
}
