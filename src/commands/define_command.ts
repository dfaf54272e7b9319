import { isHandleArg, rangeOf } from './arg_range';
import type { Kind, World } from '../model/world/world';
import {
  argsView,
  type ArgsView,
  type Arg,
  type ArgsOf,
  type DrawnArgs,
  type HandlePosition,
  type NumberPosition,
} from './arg';
import type { Before, Command } from './command';
import type { CommandName } from './command_name';
import type { Draw } from './draw';
import type { SmallByArg } from './small_numbers';
import { effectsOf, type TruesizeEffects } from './truesize_effects';

const NO_EFFECTS = effectsOf({});

/** The fields of a record that its command has unchanged. */
type Facts = Omit<
  Command,
  | 'args'
  | 'Args'
  | 'handles'
  | 'numbers'
  | 'draw'
  | 'applies'
  | 'run'
  | 'noteBefore'
  | 'small'
  | 'truesize'
  | 'expectTruesize'
>;

/**
 * A command as its author writes it: its functions read arguments by name.
 * `Note` is inferred from `noteBefore`, which must be written above the functions that get the note.
 */
export interface CommandRecord<Args extends readonly Arg[], Note = undefined> extends Facts {
  readonly name: CommandName;
  readonly args: Args;
  /** See Command.noteBefore. */
  noteBefore?(world: World, args: ArgsOf<Args>): Note;
  /** See Command.small. */
  readonly small?: SmallByArg<Args[number]['name']>;
  /** See Command.truesize. */
  readonly truesize?: TruesizeEffects<ArgsOf<Args>>;
  /** See Command.expectTruesize. */
  expectTruesize?(world: World, args: ArgsOf<Args>, outcome: string, result: number, before: Before<Note>): void;
  /** Draws arguments for a world into `args`; returns false when nothing suits. */
  draw(world: World, draw: Draw, args: DrawnArgs<Args>): boolean;
  /** See Command.applies. */
  applies(world: World, args: ArgsOf<Args>): boolean;
  /** See Command.run. */
  run(world: World, args: ArgsOf<Args>, result: number, note: Note): number;
}

/**
 * A command with all its fields in one order, absent ones `undefined`: one hidden class for all commands.
 *
 * Every step of a search reads fields of some command. The engine remembers up to four classes at such a place. Object
 * literals with only the optional fields that each needs have more classes, and every read becomes a search in a table:
 * 2 % to 6 % of a search.
 */
class DefinedCommand<Args extends readonly Arg[], Note> implements Command {
  readonly name: CommandName;
  readonly opcode: number;
  readonly system: string;
  readonly args: readonly Arg[];
  readonly Args: ArgsView;
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
  readonly noteBefore?: Command['noteBefore'];
  readonly small?: SmallByArg;
  readonly truesize: TruesizeEffects;
  readonly expectTruesize?: Command['expectTruesize'];
  readonly draw: Command['draw'];
  readonly applies: Command['applies'];
  readonly run: Command['run'];

  constructor(record: CommandRecord<Args, Note>) {
    this.name = record.name;
    this.opcode = record.opcode;
    this.system = record.system;
    this.args = record.args;
    this.Args = argsView(record.args);
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
    this.noteBefore = record.noteBefore as Command['noteBefore'];
    this.small = record.small;
    this.truesize = record.truesize === undefined ? NO_EFFECTS : effectsOf(record.truesize as TruesizeEffects);
    // The functions get an instance of `Args`, which has the arguments by their names, and the note of `noteBefore`.
    this.expectTruesize = record.expectTruesize as Command['expectTruesize'];
    this.draw = record.draw as unknown as Command['draw'];
    this.applies = record.applies as unknown as Command['applies'];
    this.run = record.run as unknown as Command['run'];
  }
}

/** Makes a command of its record. */
export function defineCommand<const Args extends readonly Arg[], Note = undefined>(
  record: CommandRecord<Args, Note>,
): Command {
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

/**
 * Returns whether every number is one that parses: a size that is drawn from the world may be more than its argument
 * can have.
 */
export function numbersAreInRange({ numbers }: Command, args: readonly number[]): boolean {
  for (let i = 0; i < numbers.length; i++) {
    const { at, min, max } = numbers[i];
    if (args[at] < min || args[at] > max) return false;
  }
  return true;
}
