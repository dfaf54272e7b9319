import { isHandleArg } from './arg_range';
import { argsView, type ArgsView } from './args_view';
import type { Kind, World } from '../model/world/world';
import { type Arg, type ArgsOf, type DrawnArgs, type HandlePosition } from './arg';
import type { Caller } from './callers/caller';
import { CALLERS } from './callers/callers';
import type { Before, Command } from './command';
import type { CommandName, KernelCommandName } from './command_name';
import { withoutNetIovs } from './net_iov_guard';
import type { Draw } from './draw';
import type { Rules } from '../rules/rules';
import type { Since } from '../rules/history/release';
import type { SmallByArg } from './small_numbers';
import { effectsOf, type TruesizeEffects } from './truesize_effects';

const NO_EFFECTS = effectsOf({});

/** The fields of a record that its command has unchanged. */
type Facts = Omit<
  Command,
  | 'args'
  | 'caller'
  | keyof ArgsView
  | 'handles'
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
  /** The function takes net_iovs in the place of pages. Absent: it must not get them. */
  readonly takesNetIovs?: boolean;
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
  readonly caller: Caller;
  readonly args: readonly Arg[];
  readonly argsOf: ArgsView['argsOf'];
  readonly drawnArgs: ArgsView['drawnArgs'];
  readonly blankArgs: ArgsView['blankArgs'];
  readonly storeArgs: ArgsView['storeArgs'];
  readonly argsFit: ArgsView['argsFit'];
  readonly handles: readonly HandlePosition[];
  readonly result?: Kind;
  readonly returnsPointer?: boolean;
  readonly outcomes: readonly string[];
  readonly outcomesOf?: Readonly<Record<string, Partial<Rules>>>;
  readonly returns?: Command['returns'];
  readonly allocates: boolean;
  readonly contextual: boolean;
  readonly abuse?: boolean;
  readonly since?: Since;
  readonly before?: Since;
  readonly design?: string;
  readonly modelOnly?: string;
  readonly kernelSince?: Since;
  readonly outside?: Command['outside'];
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
    this.caller = callerOf(record);
    this.args = record.args;
    const { argsOf, drawnArgs, blankArgs, storeArgs, argsFit } = argsView(record.args);
    this.argsOf = argsOf;
    this.drawnArgs = drawnArgs;
    this.blankArgs = blankArgs;
    this.storeArgs = storeArgs;
    this.argsFit = argsFit;
    this.handles = handlePositions(record.args);
    this.result = record.result;
    this.returnsPointer = record.returnsPointer;
    this.outcomes = record.outcomes;
    this.outcomesOf = record.outcomesOf;
    this.returns = record.returns;
    this.allocates = record.allocates;
    this.contextual = record.contextual;
    this.abuse = record.abuse;
    this.since = record.since;
    this.before = record.before;
    this.design = record.design;
    this.modelOnly = record.modelOnly;
    this.kernelSince = record.kernelSince;
    this.outside = record.outside;
    this.weight = record.weight;
    this.usuallyNext = record.usuallyNext;
    this.points = record.points;
    this.noteBefore = record.noteBefore as Command['noteBefore'];
    this.small = record.small;
    this.truesize = record.truesize === undefined ? NO_EFFECTS : effectsOf(record.truesize as TruesizeEffects);
    // The functions get what `argsOf` makes, and the note of `noteBefore`.
    this.expectTruesize = record.expectTruesize as Command['expectTruesize'];
    this.draw = record.draw as unknown as Command['draw'];
    const applies = record.applies as unknown as Command['applies'];
    this.applies = record.takesNetIovs === true ? applies : withoutNetIovs(record.args, applies);
    this.run = record.run as unknown as Command['run'];
  }
}

/** Makes a command of its record. */
export function defineCommand<const Args extends readonly Arg[], Note = undefined>(
  record: CommandRecord<Args, Note>,
): Command {
  return new DefinedCommand(record);
}

function callerOf({ name, outside }: Pick<Command, 'name' | 'outside'>): Caller {
  if (outside === undefined) return CALLERS[name as KernelCommandName];
  const { text, source } = outside.promised;
  return { nobody: 'user', why: `${text} (${source})` };
}

function handlePositions(args: readonly Arg[]): HandlePosition[] {
  return args.flatMap((arg, at) => (isHandleArg(arg) ? [{ at, kind: arg.type, optional: arg.optional === true }] : []));
}
