import { isHandleArg, rangeOf } from './arg_range';
import type { Kind, World } from '../model/world/world';
import { argsView, type Arg, type ArgsOf, type DrawnArgs, type HandlePosition, type NumberPosition } from './arg';
import type { Before, Command } from './command';
import type { CommandName } from './command_name';
import type { Draw } from './draw';

/** What a record says that is read as it is. */
type Facts = Omit<Command, 'args' | 'handles' | 'numbers' | 'draw' | 'applies' | 'run' | 'expectTruesize'>;

/** A command as its author writes it: its functions read arguments by name. */
export interface CommandRecord<Args extends readonly Arg[]> extends Facts {
  readonly name: CommandName;
  readonly args: Args;
  /** See Command.expectTruesize. */
  expectTruesize?(world: World, args: ArgsOf<Args>, outcome: string, result: number, before: Before): void;
  /** Draws arguments for a world into `args`; returns false when nothing suits. */
  draw(world: World, draw: Draw, args: DrawnArgs<Args>): boolean;
  /** See Command.applies. */
  applies(world: World, args: ArgsOf<Args>): boolean;
  /** See Command.run. */
  run(world: World, args: ArgsOf<Args>, result: number): number;
}

/**
 * A command with all its fields in one order, those that it does not have `undefined`: one hidden class for all commands.
 *
 * Every step of a search reads fields of some command. The engine remembers up to four classes at such a place. Object literals with
 * the optional fields that each needs have more classes, and every read becomes a search in a table: 2 % to 6 % of a search.
 */
class DefinedCommand<Args extends readonly Arg[]> implements Command {
  readonly name: CommandName;
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
  readonly weight?: number;
  readonly usuallyNext?: Command['usuallyNext'];
  readonly points?: Command['points'];
  readonly expectTruesize?: Command['expectTruesize'];
  readonly draw: Command['draw'];
  readonly applies: Command['applies'];
  readonly run: Command['run'];

  constructor(record: CommandRecord<Args>) {
    const View = argsView(record.args) as new (values: readonly number[]) => DrawnArgs<Args> & ArgsOf<Args>;
    this.name = record.name;
    this.opcode = record.opcode;
    this.system = record.system;
    this.args = record.args;
    this.handles = handlePositions(record.args);
    this.numbers = numberPositions(record.args);
    this.result = record.result;
    this.outcomes = record.outcomes;
    this.outcomesOf = record.outcomesOf;
    this.allocates = record.allocates;
    this.contextual = record.contextual;
    this.abuse = record.abuse;
    this.profiles = record.profiles;
    this.modelOnly = record.modelOnly;
    this.weight = record.weight;
    this.usuallyNext = record.usuallyNext;
    this.points = record.points;
    if (record.expectTruesize !== undefined) {
      const expect = record.expectTruesize.bind(record);
      this.expectTruesize = (world, args, outcome, result, before) =>
        expect(world, new View(args), outcome, result, before);
    } else this.expectTruesize = undefined;
    this.draw = (world, draw, args) => record.draw(world, draw, new View(args));
    this.applies = (world, args) => record.applies(world, new View(args));
    this.run = (world, args, result) => record.run(world, new View(args), result);
  }
}

/** Makes a command of its record. */
export function defineCommand<const Args extends readonly Arg[]>(record: CommandRecord<Args>): Command {
  return new DefinedCommand(record);
}

function handlePositions(args: readonly Arg[]): HandlePosition[] {
  return args.flatMap((arg, at) => (isHandleArg(arg) ? [{ at, kind: arg.type, optional: arg.optional === true }] : []));
}

function numberPositions(args: readonly Arg[]): NumberPosition[] {
  return args.flatMap((arg, at) => {
    if (isHandleArg(arg)) return [];
    const [min, max] = rangeOf(arg);
    return [{ at, min, max }];
  });
}

/** Every number is one that parses: a size that is drawn from the world as it is may be more than its argument can say. */
export function numbersAreInRange({ numbers }: Command, args: readonly number[]): boolean {
  for (let i = 0; i < numbers.length; i++) {
    const { at, min, max } = numbers[i];
    if (args[at] < min || args[at] > max) return false;
  }
  return true;
}
