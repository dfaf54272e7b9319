import type { Command } from '../commands/command';

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
