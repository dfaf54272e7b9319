import { isHandleArg, rangeOf } from './arg_range';
import type { Kind, World } from '../model/world/world';
import { argsView, type Arg, type ArgsOf, type DrawnArgs, type HandlePosition, type NumberPosition } from './arg';
import type { Before, Command } from './command';
import type { CommandName } from './command_name';
import type { Draw } from './draw';
import type { SmallByArg } from './small_numbers';
import { effectsOf, type TruesizeEffects } from './truesize_effects';

const NO_EFFECTS = effectsOf({}, Object);

/** The fields of a record that its command has unchanged. */
type Facts = Omit<
  Command,
  'args' | 'handles' | 'numbers' | 'draw' | 'applies' | 'run' | 'noteBefore' | 'small' | 'truesize' | 'expectTruesize'
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
    if (record.noteBefore !== undefined) {
      const noteBefore = record.noteBefore.bind(record);
      this.noteBefore = (world, args) => noteBefore(world, new View(args));
    } else this.noteBefore = undefined;
    this.small = record.small;
    this.truesize = record.truesize === undefined ? NO_EFFECTS : effectsOf(record.truesize, View);
    // A note comes back as it was made: by `noteBefore` of the same record.
    if (record.expectTruesize !== undefined) {
      const expect = record.expectTruesize.bind(record);
      this.expectTruesize = (world, args, outcome, result, before) =>
        expect(world, new View(args), outcome, result, before as Before<Note>);
    } else this.expectTruesize = undefined;
    this.draw = (world, draw, args) => record.draw(world, draw, new View(args));
    this.applies = (world, args) => record.applies(world, new View(args));
    this.run = (world, args, result, note) => record.run(world, new View(args), result, note as Note);
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
