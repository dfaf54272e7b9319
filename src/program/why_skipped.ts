import { profilesWith } from '../commands/available';
import { isHandleArg, rangeOf } from '../commands/arg_range';
import { CONTEXT_WORDS, type Command } from '../commands/command';
import type { CommandName } from '../commands/command_name';
import type { Arg } from '../commands/arg';
import { liveHandle } from '../model/world/handles';
import type { World } from '../model/world/world';
import { printValue } from './print';
import { SKIPPED_GONE, SKIPPED_PROFILE } from './execute';
import type { Call, Program } from './program';

/** The commands that do a second time, on purpose, what these do once. */
const TWICE: Partial<Record<CommandName, CommandName>> = {
  kfree_skb: 'abuse_kfree_skb_twice',
  consume_skb: 'abuse_kfree_skb_twice',
  put_page: 'abuse_put_page_twice',
};

/** Where the objects of a program's names went, so that a skipped call can say who took its object. */
export class NamesTaken {
  /** By handle number: the position of the call after which the name held nothing. */
  private readonly takenBy = new Map<number, number>();
  private readonly alive = new Set<number>();

  /** Called after each call, with its position in the program. */
  after(world: World, position: number): void {
    for (const id of this.alive) {
      if (liveHandle(world, id) !== null) continue;
      this.alive.delete(id);
      this.takenBy.set(id, position);
    }
    for (const { id } of world.names) this.alive.add(id);
  }

  /** The position of the call that took the object of a name; undefined: no call made one. */
  by(id: number): number | undefined {
    return this.takenBy.get(id);
  }
}

/**
 * The first reason why a call was skipped, in words.
 *
 * @param world - as it was when the call was skipped
 * @param outcome - one of SKIPPED_*
 * @param lineOf - the line of a call's position in the file, from 1
 */
export function whySkipped(
  world: World,
  program: Program,
  call: Call,
  outcome: number,
  taken: NamesTaken,
  lineOf: (position: number) => number,
): string {
  const { command } = call;
  if (outcome === SKIPPED_PROFILE)
    return `${program.profile} does not have ${command.name}; these do: ${profilesWith(command).join(', ')}`;
  if (outcome === SKIPPED_GONE) return whyGone(world, program, call, taken, lineOf);
  if (command.abuse === true && fits(world, call))
    return `${command.name} breaks a contract on purpose: --abuse, or a line 'abuse'`;
  return whyIllegal(world, program, call);
}

function whyGone(
  world: World,
  { calls, names }: Program,
  { command, args }: Call,
  taken: NamesTaken,
  lineOf: (position: number) => number,
): string {
  const gone = command.handles.find(({ at }) => args[at] >= 0 && liveHandle(world, args[at]) === null);
  if (gone === undefined) return 'it needs an object that is not named';
  const id = args[gone.at];
  const by = taken.by(id);
  if (by !== undefined) {
    const twice = TWICE[command.name];
    const hint = twice === undefined ? '' : `; to do it twice on purpose: ${twice}, with --abuse`;
    return `${names[id]} is gone: ${calls[by].command.name} in line ${lineOf(by)} took it${hint}`;
  }
  const maker = calls.findIndex(({ result }) => result === id);
  return `${names[id]} was never made: ${calls[maker].command.name} in line ${lineOf(maker)} made none`;
}

function fits(world: World, { command, args }: Call): boolean {
  return command.applies(world, command.argsOf(args));
}

/** Looks for one thing that would make the call legal: a context, an option, another value of one argument. */
function whyIllegal(world: World, program: Program, call: Call): string {
  return (
    whyContext(world, call) ??
    whyProvoke(world, call) ??
    whyArgument(world, program, call) ??
    'its contract does not allow it in this state, with any other value of one argument'
  );
}

function whyContext(world: World, call: Call): string | null {
  if (!call.command.contextual) return null;
  const { context } = world;
  const legal = CONTEXT_WORDS.filter((_, other) => {
    world.context = other;
    return fits(world, call);
  });
  world.context = context;
  return legal.length === 0 ? null : `needs ${legal.map((word) => `'context: ${word}'`).join(' or ')}`;
}

function whyProvoke(world: World, call: Call): string | null {
  if (world.provokes) return null;
  world.provokes = true;
  const legal = fits(world, call);
  world.provokes = false;
  return legal ? "it is legal, and a correct kernel warns: --provoke, or a line 'provoke'" : null;
}

function whyArgument(world: World, { names }: Program, call: Call): string | null {
  const { command, args } = call;
  for (let at = 0; at < command.args.length; at++) {
    const arg = command.args[at];
    const legal = (value: number): boolean => {
      const other = [...args];
      other[at] = value;
      return fits(world, { ...call, args: other });
    };
    const reason = isHandleArg(arg)
      ? whyObject(world, names, command, at, args, legal)
      : whyNumber(arg, args[at], legal);
    if (reason !== null) return reason;
  }
  return null;
}

function whyObject(
  world: World,
  names: readonly string[],
  { args, handles }: Command,
  at: number,
  values: readonly number[],
  legal: (value: number) => boolean,
): string | null {
  const arg = args[at];
  const { kind, optional } = handles.find((handle) => handle.at === at) ?? handles[0];
  const own = values[at] < 0 ? `without ${arg.name}` : `with '${arg.name}: ${names[values[at]]}'`;
  const other = world.namesOf(kind).find(({ id }) => id !== values[at] && !values.includes(id) && legal(id));
  if (other !== undefined) return `not legal ${own}; '${arg.name}: ${names[other.id]}' would be`;
  return optional && values[at] >= 0 && legal(-1) ? `not legal ${own}; it would be without` : null;
}

function whyNumber(arg: Arg, value: number, legal: (value: number) => boolean): string | null {
  if (isHandleArg(arg)) return null;
  if (arg.type !== 'int') {
    const [min, max] = rangeOf(arg);
    const others = Array.from({ length: Math.min(max - min + 1, 64) }, (_, i) => min + i).filter(legal);
    if (others.length === 0) return null;
    const words = others.map((one) => printValue(arg, one, []));
    return `not legal with '${arg.name}: ${printValue(arg, value, [])}'; legal now: ${words.slice(0, 4).join(', ')}`;
  }
  const near = [arg.default, arg.smallest, arg.min, 1, arg.max].find(
    (one) => one !== undefined && one >= arg.min && legal(one),
  );
  if (near === undefined) return null;
  const bound = boundary(near, value, legal);
  const [size, limit] = near < value ? ['much', 'most'] : ['little', 'least'];
  return `'${arg.name}: ${value}' is too ${size}: at ${limit} ${bound} is legal now`;
}

/** The last legal number on the way from a legal one to one that is not. */
function boundary(legalOne: number, illegalOne: number, legal: (value: number) => boolean): number {
  let good = legalOne;
  let bad = illegalOne;
  while (Math.abs(bad - good) > 1) {
    const middle = Math.trunc((good + bad) / 2);
    if (legal(middle)) good = middle;
    else bad = middle;
  }
  return good;
}
