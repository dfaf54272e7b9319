import type { Command } from '../commands/command';
import type { Arg } from '../commands/arg';
import { CONTEXT_NAPI, CONTEXT_PROCESS, type Kind, type World } from '../model/world/world';
import { handlesAreLive } from '../program/execute';
import type { Call } from '../program/program';
import type { Profile } from '../rules/profiles';
import { DrawFrom } from './draw_from';
import { endsProgram } from './ends_program';
import { GeneratedSchedules } from './generated_schedules';
import { liveKinds } from './live_kinds';
import { Random } from './random';
import type { Scenario } from './scenario';
import { Swarm, type Choice } from './swarm';

/** Draws before a gap stays as it is. */
const TRIES_MAX = 12;
/** Calls that replace the removed ones. */
const NEW_CALLS_MAX = 3;
/** Longest usual gap; some gaps are as long as the program. */
const USUAL_GAP_MAX = 6;
/** One gap in LONG_GAP_ONE_OF may reach to the end of the program. */
const LONG_GAP_ONE_OF = 8;
/** Programs that share a swarm, because drawing one costs as much as drawing the calls. */
const PROGRAMS_PER_SWARM = 16;
/** Eighths of the picks among objects that take the newest: drawn from these. */
const NEWEST_EIGHTHS = [0, 4, 6, 7];
/** Eighths of the new calls that repeat the command of a removed call. */
const SAME_COMMAND_EIGHTHS = 2;
/** Eighths of the arguments that a new call takes from a removed call with the same argument: drawn from these. */
const INHERIT_EIGHTHS = [0, 5, 8, 8];

/**
 * Once in EARLIER_ONE_OF times an object from before the gap replaces one from the gap, although the new calls make one
 * too.
 */
const EARLIER_ONE_OF = 4;

/** Calls removed from a program, and the calls around them. */
interface Gap {
  readonly before: readonly Call[];
  readonly removed: readonly Call[];
  readonly after: readonly Call[];
}

/**
 * Replaces a few neighbouring calls of a program by fewer: the same packet by another route, one call with the effect
 * of two. The new calls are drawn on the world that the calls before the gap leave, from the commands that usually come
 * next in the scenario, and take arguments of the removed calls where these have the same.
 */
export class Refiller {
  private readonly random = new Random();
  private readonly draw = new DrawFrom(this.random);
  private readonly swarm: Swarm;
  private readonly schedules: GeneratedSchedules;
  private readonly positions = new Map<Command, number>();
  private readonly drawn: number[] = [];
  private swarmOf = -1;

  constructor(
    scenario: Scenario,
    private readonly profile: Profile,
  ) {
    this.swarm = new Swarm(scenario, profile.name, this.drawn);
    this.schedules = new GeneratedSchedules(profile.name);
    for (const { name } of scenario.commands)
      for (const position of this.swarm.positionsOf([name]))
        this.positions.set(this.swarm.choice(position).command, position);
  }

  /**
   * @param program - renumbered: its handles are numbered in the order of definition
   * @param number - of the variant
   * @param sideways - put in as many calls as are removed
   * @returns the calls of the variant; null when no legal calls were found
   */
  refill(program: readonly Call[], world: World, number: number, sideways = false): Call[] | null {
    this.begin(number);
    const gap = sideways ? this.smallGapIn(program) : this.gapIn(program);
    const most = Math.min(gap.removed.length - 1, NEW_CALLS_MAX);
    const count = sideways ? gap.removed.length : 1 + this.random.below(most);
    world.reset(this.profile.rules, this.profile.abi);
    const fresh: Call[] = [];
    try {
      this.schedules.executeAll(world, gap.before);
      if (!this.fill(world, gap, count, fresh)) return null;
      this.moveToSecondCpu(gap, fresh);
    } catch (error) {
      if (!endsProgram(error, world)) throw error;
      world.preemption = null;
      return null;
    }
    const after = this.rewired(gap, fresh);
    return after === null ? null : [...gap.before, ...fresh, ...after];
  }

  private begin(number: number): void {
    const swarmOf = Math.floor(number / PROGRAMS_PER_SWARM);
    if (swarmOf !== this.swarmOf) {
      this.random.seed(swarmOf, 1);
      this.swarm.draw(this.random);
      this.swarmOf = swarmOf;
    }
    this.random.seed(number, 2);
    this.draw.newest = NEWEST_EIGHTHS[this.random.below(NEWEST_EIGHTHS.length)];
  }

  /** A gap of two calls or more: mostly a few. */
  private gapIn(program: readonly Call[]): Gap {
    const start = this.random.below(program.length - 1);
    const longest = program.length - start;
    const usual = this.random.below(LONG_GAP_ONE_OF) === 0 ? longest : Math.min(longest, USUAL_GAP_MAX);
    const end = start + 2 + this.random.below(usual - 1);
    return { before: program.slice(0, start), removed: program.slice(start, end), after: program.slice(end) };
  }

  /** A gap that as many calls will fill: one call most of the time. */
  private smallGapIn(program: readonly Call[]): Gap {
    const start = this.random.below(program.length);
    const longest = Math.min(program.length - start, NEW_CALLS_MAX);
    const end = start + 1 + Math.min(this.random.below(longest), this.random.below(longest));
    return { before: program.slice(0, start), removed: program.slice(start, end), after: program.slice(end) };
  }

  private fill(world: World, gap: Gap, count: number, fresh: Call[]): boolean {
    let last = gap.before.length === 0 ? -1 : (this.positions.get(gap.before[gap.before.length - 1].command) ?? -1);
    let names = definedBy(gap.before);
    for (let tries = 0; tries < TRIES_MAX && fresh.length < count; tries++) {
      const position = this.position(gap, last, liveKinds(world));
      const call = this.tryDraw(world, this.swarm.choice(position), gap, names);
      if (call === null) continue;
      this.schedules.execute(world, call, []);
      if (call.result >= 0) names++;
      fresh.push(call);
      last = position;
    }
    return fresh.length === count;
  }

  /** Gives the last new call to the second CPU, most of the time, if the last removed call was there. */
  private moveToSecondCpu({ removed }: Gap, fresh: Call[]): void {
    const { at } = removed[removed.length - 1];
    if (at !== undefined && this.random.below(4) > 0) fresh[fresh.length - 1] = { ...fresh[fresh.length - 1], at };
  }

  private position({ removed }: Gap, last: number, live: number): number {
    if (this.random.below(8) < SAME_COMMAND_EIGHTHS) {
      const position = this.positions.get(removed[this.random.below(removed.length)].command);
      if (position !== undefined && (this.swarm.choice(position).needs & ~live) === 0) return position;
    }
    return this.swarm.pick(this.random, last, live);
  }

  private tryDraw(world: World, { command, drawn }: Choice, { removed }: Gap, names: number): Call | null {
    const args = this.drawn;
    let context = command.contextual ? removed[this.random.below(removed.length)].context : CONTEXT_PROCESS;
    if (command.contextual && this.random.below(4) === 0) context = CONTEXT_NAPI;
    world.context = context;
    command.blankArgs(drawn);
    const suits = command.draw(world, this.draw, drawn);
    command.storeArgs(drawn);
    if (!suits) return null;
    this.inherit(command, args, removed);
    if (!handlesAreLive(world, command, args) || !command.applies(world, command.argsOf(args))) return null;
    const result = command.result === undefined ? -1 : names;
    return { command, args: args.slice(0, command.args.length), result, fail: 0, context };
  }

  /** Takes numbers and words of the same name from removed calls. */
  private inherit(command: Command, args: number[], removed: readonly Call[]): void {
    const eighths = INHERIT_EIGHTHS[this.random.below(INHERIT_EIGHTHS.length)];
    const from = this.random.below(removed.length);
    command.args.forEach((arg, i) => {
      for (let k = 0; k < removed.length; k++) {
        const value = sameArgument(arg, removed[(from + k) % removed.length]);
        if (value === undefined) continue;
        if (this.random.below(8) < eighths) args[i] = value;
        return;
      }
    });
  }

  /** The calls after the gap, renumbered; another object of its kind replaces each object of a removed call. */
  private rewired({ before, removed, after }: Gap, fresh: readonly Call[]): Call[] | null {
    const first = definedBy(before);
    const numbers = new Map<number, number>();
    const made = new Map<Kind, number[]>();
    for (const { command, result } of fresh) {
      if (result < 0) continue;
      const kind = command.result as Kind;
      made.set(kind, [...(made.get(kind) ?? []), result]);
    }
    for (const { command, result } of removed) {
      if (result < 0) continue;
      const kind = command.result as Kind;
      const others = made.get(kind) ?? [];
      const earlier =
        others.length === 0 || this.random.below(EARLIER_ONE_OF) === 0 ? this.earlier(before, kind) : undefined;
      const other = earlier ?? (others.length > 1 ? others.shift() : others[0]);
      if (other !== undefined) numbers.set(result, other);
    }
    let next = first + fresh.filter(({ result }) => result >= 0).length;
    const calls: Call[] = [];
    for (const call of after) {
      const args = [...call.args];
      for (const { at, optional } of call.command.handles) {
        if (args[at] < first) continue;
        const other = numbers.get(args[at]);
        if (other === undefined && !optional) return null;
        args[at] = other ?? -1;
      }
      if (call.result >= 0) numbers.set(call.result, next);
      calls.push({ ...call, args, result: call.result < 0 ? -1 : next++ });
    }
    return calls;
  }

  private earlier(before: readonly Call[], kind: Kind): number | undefined {
    const names = before.flatMap(({ command, result }) => (result >= 0 && command.result === kind ? [result] : []));
    return names.length === 0 ? undefined : names[this.random.below(names.length)];
  }
}

function definedBy(calls: readonly Call[]): number {
  return calls.filter(({ result }) => result >= 0).length;
}

/** The call's value for an argument of that name, if both take the same values. */
function sameArgument(arg: Arg, { command, args }: Call): number | undefined {
  for (let i = 0; i < command.args.length; i++) {
    const own = command.args[i];
    if (own.name !== arg.name) continue;
    if (arg.type === 'int' && own.type === 'int') return args[i] >= arg.min && args[i] <= arg.max ? args[i] : undefined;
    if ('words' in arg && 'words' in own && arg.type === own.type && arg.words.join() === own.words.join())
      return args[i];
  }
  return undefined;
}
