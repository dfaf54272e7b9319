import { isHandleArg, rangeOf } from './arg_range';
import type { Arg, Command, HandlePosition, NumberPosition } from './command';
import type { Draw } from './draw';
import type { Kind, World } from '../model/world/world';

/**
 * A command with all its fields in one order, those that it does not have `undefined`: one hidden class for all commands.
 *
 * Every step of a search reads fields of some command. The engine remembers up to four classes at such a place; written as object
 * literals, each with the optional fields that it needs, commands have more, and every read becomes a search in a table: 2 % to 6 % of
 * a search.
 */
class UniformCommand implements Command {
  readonly name: string;
  readonly opcode: number;
  readonly system: string;
  readonly args: readonly Arg[];
  readonly handles: readonly HandlePosition[];
  readonly numbers: readonly NumberPosition[];
  readonly result?: Kind;
  readonly outcomes: readonly string[];
  readonly outcomesOf?: Readonly<Record<string, readonly string[]>>;
  readonly allocates: boolean;
  readonly contextual: boolean;
  readonly abuse?: boolean;
  readonly profiles?: readonly string[];
  readonly modelOnly?: string;
  readonly expectTruesize?: Command['expectTruesize'];
  readonly draw: (world: World, draw: Draw, args: number[]) => boolean;
  readonly applies: (world: World, args: readonly number[]) => boolean;
  readonly run: (world: World, args: readonly number[], result: number) => number;

  constructor(command: Command) {
    this.name = command.name;
    this.opcode = command.opcode;
    this.system = command.system;
    this.args = command.args;
    this.handles = positionsOf(command.args);
    this.numbers = numbersIn(command.args);
    this.result = command.result;
    this.outcomes = command.outcomes;
    this.outcomesOf = command.outcomesOf;
    this.allocates = command.allocates;
    this.contextual = command.contextual;
    this.abuse = command.abuse;
    this.profiles = command.profiles;
    this.modelOnly = command.modelOnly;
    this.expectTruesize = command.expectTruesize;
    this.draw = command.draw;
    this.applies = command.applies;
    this.run = command.run;
  }
}

function positionsOf(args: readonly Arg[]): HandlePosition[] {
  return args.flatMap((arg, at) => (isHandleArg(arg) ? [{ at, kind: arg.type, optional: arg.optional === true }] : []));
}

/** The arguments that name objects; a command that is in no registry is asked anew each time. */
export function handlesOf(command: Command): readonly HandlePosition[] {
  return command.handles ?? positionsOf(command.args);
}

function numbersIn(args: readonly Arg[]): NumberPosition[] {
  return args.flatMap((arg, at) => {
    if (isHandleArg(arg)) return [];
    const [min, max] = rangeOf(arg);
    return [{ at, min, max }];
  });
}

/** Every number is one that parses: a size that is drawn from the world as it is may be more than its argument can say. */
export function numbersAreInRange(command: Command, args: readonly number[]): boolean {
  const numbers = command.numbers ?? numbersIn(command.args);
  for (let i = 0; i < numbers.length; i++) {
    const { at, min, max } = numbers[i];
    if (args[at] < min || args[at] > max) return false;
  }
  return true;
}

export function uniformCommand(command: Command): Command {
  return new UniformCommand(command);
}
