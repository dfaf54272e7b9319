// Shared by the benches: worlds of a kernel, and commands by name.

import type { Arg } from '../../src/commands/arg';
import type { Command } from '../../src/commands/command';
import type { CommandName } from '../../src/commands/command_name';
import { COMMANDS } from '../../src/commands/registry';
import { NO_ID } from '../../src/model/world/kinds';
import { CONTEXT_PROCESS, World } from '../../src/model/world/world';
import type { Call } from '../../src/program/program';
import type { Rules } from '../../src/rules/rules';
import { profileOf } from './model';

export const KERNELS = ['6.1', '6.12'] as const;
export type Kernel = (typeof KERNELS)[number];

/** Arguments by name. Enums and flags may be words, as in a program: `'a|b'`. One with a default may be left out. */
export type NamedArgs = Readonly<Partial<Record<string, number | string>>>;

const byName = new Map<CommandName, Command>(COMMANDS.map((command) => [command.name, command]));

/** The command with that name; fails when there is none. */
export function commandNamed(name: CommandName): Command {
  const command = byName.get(name);
  if (command === undefined) throw new Error(`no command ${name}`);
  return command;
}

/** An empty world of a kernel, with the given rules changed. */
export function worldOf(kernel: Kernel, rules: Partial<Rules>): World {
  const profile = profileOf(`linux-${kernel}`);
  return new World({ ...profile.rules, ...rules }, profile.abi);
}

/** A world of a kernel, in which commands are called by name. */
export class CallBench {
  readonly world: World;
  private next = 0;

  constructor(kernel: Kernel, rules: Partial<Rules> = {}) {
    this.world = worldOf(kernel, rules);
  }

  /** Returns the outcome's name, or 'skipped' when the call is not legal. */
  outcome(name: CommandName, args: NamedArgs = {}, fail = 0, context = CONTEXT_PROCESS): string {
    const command = commandNamed(name);
    const result = command.result === undefined ? -1 : this.next++;
    this.world.beginCommand(fail, context);
    const values = command.argsOf(flatArgs(command, args));
    if (!command.applies(this.world, values)) return 'skipped';
    return command.outcomes[command.run(this.world, values, result, command.noteBefore?.(this.world, values))];
  }

  /** Handle of the last call that made an object. */
  last(): number {
    return this.next - 1;
  }
}

/** The position of the argument of that name; fails when the command has none. */
export function positionOf({ name: command, args }: Command, name: string): number {
  const at = args.findIndex((arg) => arg.name === name);
  if (at >= 0) return at;
  throw new Error(`${command} has no argument '${name}', only (${args.map((arg) => arg.name).join(', ')})`);
}

/** The value that a call has for the argument of that name. */
export function valueOf({ command, args }: Call, name: string): number {
  return args[positionOf(command, name)];
}

/**
 * Returns the values in the order of `Command.args`.
 * @throws Error for an unknown name, an unknown word, or an argument without default that was left out
 */
export function flatArgs(command: Command, named: NamedArgs): number[] {
  for (const name of Object.keys(named)) positionOf(command, name);
  return command.args.map((arg) => {
    const value = named[arg.name] ?? defaultOf(arg);
    if (value === undefined) throw new Error(`${command.name} needs a value for '${arg.name}'`);
    return typeof value === 'number' ? value : numberOf(command, arg, value);
  });
}

function defaultOf(arg: Arg): number | undefined {
  if (arg.type === 'int' || arg.type === 'enum' || arg.type === 'flags') return arg.default;
  return arg.optional === true ? NO_ID : undefined;
}

/** The number that the words of an enum or of flags mean. */
function numberOf(command: Command, arg: Arg, text: string): number {
  if (arg.type !== 'enum' && arg.type !== 'flags') {
    throw new Error(`${command.name} takes a number for '${arg.name}', not '${text}'`);
  }
  const positions = (arg.type === 'flags' ? text.split('|') : [text]).map((word) => {
    const position = arg.words.indexOf(word);
    if (position >= 0) return position;
    throw new Error(`'${arg.name}' of ${command.name} is one of ${arg.words.join(', ')}, not '${word}'`);
  });
  return arg.type === 'enum' ? positions[0] : positions.reduce((bits, position) => bits | (1 << position), 0);
}
