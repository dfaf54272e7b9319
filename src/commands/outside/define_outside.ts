import type { Kind, World } from '../../model/world/world';
import type { Arg, ArgsOf, DrawnArgs } from '../arg';
import type { Command } from '../command';
import { defineCommand, type CommandRecord } from '../define_command';
import type { Draw } from '../draw';
import type { Usual } from '../usual';
import type { CallMemory } from './call_memory';
import { ERRNOS, type Errno } from './errno';
import type { OutsideFacts } from './outside_facts';
import type { OutsideName } from './outside_name';
import type { Level, Step } from './step';

/** Opcodes of the outside begin here. No module knows them. */
export const FIRST_OUTSIDE_OPCODE = 4096;

/** A command of the outside as its author writes it. */
export interface OutsideRecord<Args extends readonly Arg[]>
  extends Omit<OutsideFacts, 'level' | 'elsewhere' | 'steps'>, Usual {
  readonly name: OutsideName;
  /** Counts from 0; never reused. */
  readonly number: number;
  readonly args: Args;
  readonly result?: Kind;
  /** The lowest level at which it can succeed; default: user. */
  readonly level?: Level;
  /**
   * The errors that the man page lists and that programs reach: properties/outside/outcomes.test.ts has one for each.
   * Another error breaks a promise.
   */
  readonly errors: readonly Errno[];
  /** See OutsideFacts.elsewhere; default: none. */
  readonly elsewhere?: readonly Errno[];
  /** See Command.draw. */
  draw(world: World, draw: Draw, args: DrawnArgs<Args>): boolean;
  /** Changes what the program believes, as if the call succeeded. */
  run(world: World, args: ArgsOf<Args>, result: number): void;
  /** See OutsideFacts.steps. */
  steps(world: World, args: ArgsOf<Args>, result: number, memory: CallMemory): readonly Step[];
}

/** The first outcome of each command of the outside: the system call returned no error. */
export const OK = 'ok';

/**
 * Makes a command of its record. User space may make any call in any state, so each is legal while its names hold
 * something.
 */
export function defineOutside<const Args extends readonly Arg[]>(record: OutsideRecord<Args>): Command {
  const { name, number, level = 'user', promised, syscall, errors, elsewhere = [] } = record;
  const plain: CommandRecord<Args> = {
    name,
    opcode: FIRST_OUTSIDE_OPCODE + number,
    system: 'outside',
    args: record.args,
    ...(record.result === undefined ? {} : { result: record.result }),
    outcomes: [OK, ...errors],
    allocates: false,
    contextual: false,
    ...(record.weight === undefined ? {} : { weight: record.weight }),
    ...(record.usuallyNext === undefined ? {} : { usuallyNext: record.usuallyNext }),
    outside: {
      ...{ level, promised, elsewhere, syscall, steps: record.steps as unknown as OutsideFacts['steps'] },
      ...(record.resultIn === undefined ? {} : { resultIn: record.resultIn }),
    },
    draw: (world, draw, args) => record.draw(world, draw, args),
    applies: () => true,
    run(world, args, result) {
      record.run(world, args, result);
      return 0;
    },
  };
  return defineCommand(plain);
}

/** The position of a return value in the outcomes of a command; -1: an error that the command does not list. */
export function outcomeOfReturn({ outcomes }: Command, ret: number): number {
  if (ret >= 0) return 0;
  const name = ERRNOS[-ret];
  return name === undefined ? -1 : outcomes.indexOf(name);
}
