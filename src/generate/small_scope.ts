import { isHandleArg } from '../commands/arg_range';
import { isAvailable } from '../commands/available';
import { CONTEXT_WORDS, type Command } from '../commands/command';
import type { Arg, EnumArg, FlagsArg, IntArg } from '../commands/arg';
import { CONTEXT_NAPI, CONTEXT_PROCESS, CONTEXT_SOFTIRQ, type Kind, type World } from '../model/world/world';
import { handlesAreLive } from '../program/execute';
import type { Call } from '../program/program';
import type { Scenario } from './scenario';
import { numbersOf, numbersText } from './small_numbers';

const CONTEXTS = [CONTEXT_PROCESS, CONTEXT_SOFTIRQ, CONTEXT_NAPI];
const NO_FAIL = [0];
/** Up to ALL_FLAGS_MAX words of flags are tried in every combination, more words one at a time. */
const ALL_FLAGS_MAX = 3;

/** The possible calls of a command. */
export interface CommandDomain {
  readonly name: string;
  readonly args: readonly { readonly name: string; readonly values: string }[];
  readonly fail: readonly number[];
  readonly contexts: readonly string[];
}

/**
 * The calls of an exhaustive search: every legal one over the live objects, with
 * - a number: each of the few values of small_numbers.ts;
 * - a word: each; flags: each combination of up to ALL_FLAGS_MAX words; of more words, none and each alone;
 * - arguments with a default: at most one that differs from it;
 * - an optional object: none, and each; several optional objects in the order of their names only;
 * - `fail`: none, and the first allocation, or deeper ones up to `deepestFail`;
 * - the context: each where a pool exists, since the context decides where pages of pools go; elsewhere the first in
 *   which the call is legal.
 */
export class SmallScope {
  readonly commands: readonly Command[];
  private readonly fails: readonly number[];

  /**
   * @param only - names of the scenario's commands to use; absent: all
   * @param deepestFail - the last allocation of a call that fails in one of its variants
   */
  constructor(
    readonly scenario: Scenario,
    readonly profile: string,
    readonly only?: readonly string[],
    deepestFail = 1,
  ) {
    this.fails = Array.from({ length: deepestFail + 1 }, (_, i) => i);
    this.commands = scenario.commands.filter(
      (command) => isAvailable(command, profile) && (only === undefined || only.includes(command.name)),
    );
  }

  /** Every call that the scope offers in a world, in a fixed order. Sets the world's context. */
  callsIn(world: World, result: number): Call[] {
    const calls: Call[] = [];
    for (const command of this.commands) callsOf(world, command, result, this.fails, calls);
    return calls;
  }

  /** The values of each argument, in words. */
  domain(): CommandDomain[] {
    return this.commands.map((command) => ({
      name: command.name,
      args: command.args.map((arg) => ({ name: arg.name, values: valuesText(command, arg) })),
      fail: command.allocates ? this.fails : NO_FAIL,
      contexts: command.contextual ? CONTEXT_WORDS : CONTEXT_WORDS.slice(0, 1),
    }));
  }
}

function callsOf(world: World, command: Command, named: number, deep: readonly number[], calls: Call[]): void {
  const fails = command.allocates && world.abi.faultInjection ? deep : NO_FAIL;
  const contexts = command.contextual ? CONTEXTS : [CONTEXT_PROCESS];
  const everyContext = world.pools.length > 0;
  const result = command.result === undefined ? -1 : named;
  for (const objects of objectsFor(world, command)) {
    for (const args of argumentsFor(world, command, objects)) {
      for (const context of contexts) {
        world.context = context;
        if (!handlesAreLive(world, command, args) || !command.applies(world, command.argsOf(args))) continue;
        for (const fail of fails) calls.push({ command, args, result, fail, context });
        if (!everyContext) break;
      }
    }
  }
}

/** All choices of the handle arguments; the other arguments are 0. */
function objectsFor(world: World, { args }: Command): number[][] {
  let found: number[][] = [args.map(() => 0)];
  let optionals = 0;
  args.forEach((arg, at) => {
    if (!isHandleArg(arg)) return;
    const ids = idsOf(world, arg.type, args);
    const optional = arg.optional === true;
    const follows = optional && optionals++ > 0;
    found = found.flatMap((values) => {
      const possible = follows ? ids.filter((id) => values[at - 1] >= 0 && id > values[at - 1]) : ids;
      return (optional ? [-1, ...possible] : possible).map((id) => withValue(values, at, id));
    });
  });
  return found;
}

/** Names of a kind. Of several names of one object, a call with one argument of the kind gets only the first. */
function idsOf(world: World, kind: Kind, args: readonly Arg[]): number[] {
  const names = world.namesOf(kind);
  const alone = args.filter(({ type }) => type === kind).length === 1;
  return names
    .filter(({ object }, i) => !alone || names.findIndex((other) => other.object === object) === i)
    .map(({ id }) => id);
}

function argumentsFor(world: World, command: Command, objects: readonly number[]): number[][] {
  const { args } = command;
  let found: number[][] = [args.map((arg, i) => ('default' in arg ? (arg.default ?? objects[i]) : objects[i]))];
  args.forEach((arg, at) => {
    if (!isValue(arg) || arg.default !== undefined) return;
    const values = valuesOf(world, command, arg, objects);
    found = found.flatMap((before) => values.map((value) => withValue(before, at, value)));
  });
  const usual = found;
  args.forEach((arg, at) => {
    if (!isValue(arg) || arg.default === undefined) return;
    const others = valuesOf(world, command, arg, objects).filter((value) => value !== arg.default);
    found = [...found, ...usual.flatMap((before) => others.map((value) => withValue(before, at, value)))];
  });
  return found;
}

function isValue(arg: Arg): arg is IntArg | EnumArg | FlagsArg {
  return !isHandleArg(arg);
}

function valuesOf(
  world: World,
  command: Command,
  arg: IntArg | EnumArg | FlagsArg,
  objects: readonly number[],
): readonly number[] {
  switch (arg.type) {
    case 'enum':
      return arg.words.map((_, i) => i);
    case 'flags':
      if (arg.words.length <= ALL_FLAGS_MAX) return Array.from({ length: 1 << arg.words.length }, (_, i) => i);
      return [0, ...arg.words.map((_, i) => 1 << i)];
    case 'int':
      return numbersOf(world, command, arg, objects);
  }
}

function valuesText(command: Command, arg: Arg): string {
  switch (arg.type) {
    case 'int':
      return numbersText(command, arg);
    case 'enum':
      return arg.words.join(' | ');
    case 'flags':
      return arg.words.length <= ALL_FLAGS_MAX
        ? `every set of ${arg.words.join(', ')}`
        : `none | ${arg.words.join(' | ')}`;
    default:
      return arg.optional === true ? `none | each ${arg.type}` : `each ${arg.type}`;
  }
}

function withValue(values: readonly number[], at: number, value: number): number[] {
  const changed = [...values];
  changed[at] = value;
  return changed;
}
