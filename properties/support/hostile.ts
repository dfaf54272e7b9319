import { isAvailable, runsOnKernel } from '../../src/commands/available';
import type { Command } from '../../src/commands/command';
import type { Arg } from '../../src/commands/arg';
import { COMMANDS } from '../../src/commands/registry';
import { ProgramSource } from '../../src/generate/generator';
import { Random } from '../../src/generate/random';
import { isSearchedWith } from '../../src/generate/scenario';
import { SCENARIOS } from '../../src/generate/scenarios/registry';
import { formatSeed } from '../../src/generate/seed';
import { WorldLimitError } from '../../src/model/world/memory';
import { World, type Kind } from '../../src/model/world/world';
import { executeCall } from '../../src/program/execute';
import type { Call, Program } from '../../src/program/program';
import type { Profile } from '../../src/rules/profiles';

/** Fewer than a program may have: the calls of settle are added, and the names end at 1024. */
const CALLS_MAX = 400;
/** Other arguments that are tried for a call that is not legal. */
const TRIES = 8;
const CONTEXTS = 3;
/** Handles of different donors never refer to the same object. */
const DONOR_STRIDE = 4096;
const STREAM = 0xbad;

/** The chances of each kind of change, in sixteenths, drawn for each program. */
interface Habits {
  readonly handles: number;
  readonly numbers: number;
  readonly fails: number;
  readonly contexts: number;
  readonly drops: number;
  readonly repeats: number;
  /** Calls of any command that exists, with arbitrary arguments. */
  readonly strangers: number;
  /** Illegal calls are tried again with other objects, and are legal then about half of the time. */
  readonly insists: boolean;
}

/**
 * Programs of no scenario: those of one or more scenarios, mixed, with other objects, other numbers, other contexts,
 * with calls repeated, dropped, or of any command. One property remains: a name is made before it is used, by a call
 * that makes its kind.
 */
export class HostileSource {
  private readonly random = new Random();
  private readonly donors: readonly ProgramSource[];
  private readonly commands: readonly Command[];
  private readonly world: World;
  private readonly calls: Call[] = [];
  private readonly kinds: Kind[] = [];
  /** The handle here that replaces a donor's handle. */
  private readonly renamed = new Map<number, number>();

  /** @param onKernel - whether to leave out all calls that no kernel can make */
  constructor(
    private readonly profile: Profile,
    private readonly onKernel: boolean,
  ) {
    this.donors = SCENARIOS.filter((scenario) => isSearchedWith(scenario, profile)).map(
      (scenario) => new ProgramSource(scenario, profile),
    );
    this.commands = COMMANDS.filter((command) => this.exists(command));
    this.world = new World(profile.rules, profile.abi);
  }

  /** The program of a number: always the same. */
  program(number: number): Program {
    const { random, world } = this;
    random.seed(number, STREAM);
    world.reset(this.profile.rules, this.profile.abi);
    this.calls.length = 0;
    this.kinds.length = 0;
    this.renamed.clear();
    const habits = this.drawHabits();
    try {
      for (const call of this.mixture(number)) {
        if (this.chance(habits.drops)) continue;
        for (let times = this.chance(habits.repeats) ? 2 : 1; times > 0; times--) this.put(call, habits);
        if (this.chance(habits.strangers)) this.put(this.stranger(), { ...habits, handles: 16 });
        if (this.calls.length >= CALLS_MAX) break;
      }
    } catch (error) {
      // The call that throws is already in the program: each run of it throws again.
      if (!(error instanceof WorldLimitError) && this.calls.length === 0) throw error;
    }
    return {
      profile: this.profile.name,
      seed: formatSeed('hostile', number),
      calls: [...this.calls],
      names: this.kinds.map((kind, id) => `${kind}${id}`),
    };
  }

  private exists(command: Command): boolean {
    if (command.abuse === true || !isAvailable(command, this.profile.name)) return false;
    return !this.onKernel || runsOnKernel(command, this.profile.name);
  }

  private drawHabits(): Habits {
    const some = (): number => [0, 1, 3, 8][this.random.below(4)];
    return {
      handles: some(),
      numbers: some(),
      fails: some(),
      contexts: some(),
      drops: [0, 0, 1, 3][this.random.below(4)],
      repeats: [0, 0, 1, 3][this.random.below(4)],
      strangers: some(),
      insists: this.random.below(4) > 0,
    };
  }

  /** Calls of one to three donors: one after the other, interleaved, or in no order at all. */
  private mixture(number: number): Call[] {
    const { random } = this;
    const parts: Call[][] = [];
    for (let donor = 0; donor <= random.below(3); donor++) {
      const { calls } = this.donors[random.below(this.donors.length)].program((number * 3 + donor) >>> 0);
      parts.push(calls.filter(({ command }) => this.exists(command)).map((call) => moved(call, donor * DONOR_STRIDE)));
    }
    const mixed: Call[] = [];
    const stretch = [1, 4, 400][random.below(3)];
    while (parts.some((part) => part.length > 0)) {
      const part = parts[random.below(parts.length)];
      mixed.push(...part.splice(0, 1 + random.below(stretch)));
    }
    if (random.below(8) === 0) this.shuffle(mixed);
    return mixed;
  }

  private shuffle(calls: Call[]): void {
    for (let i = calls.length - 1; i > 0; i--) {
      const j = this.random.below(i + 1);
      [calls[i], calls[j]] = [calls[j], calls[i]];
    }
  }

  /** A call of any command; its arguments are still to be drawn. */
  private stranger(): Call {
    const command = this.commands[this.random.below(this.commands.length)];
    const args = command.args.map((arg) => (isNumber(arg) ? this.number(arg) : -2));
    return { command, args, result: command.result === undefined ? -1 : -2, fail: 0, context: this.random.below(3) };
  }

  /** Adds the changed call to the program; adds nothing where an object of a kind that it needs was never made. */
  private put(call: Call, habits: Habits): void {
    const { command } = call;
    for (let tries = 0; ; tries++) {
      const args = this.changedArgs(call, habits, tries > 0);
      if (args === null) return;
      const result = command.result === undefined ? -1 : this.kinds.length;
      const { fail, context } = this.surroundings(call, habits);
      const changed = { command, args, result, fail, context };
      this.calls.push(changed);
      if (result >= 0) this.kinds.push(command.result as Kind);
      const last = !habits.insists || tries === TRIES;
      if (executeCall(this.world, changed, this.profile.name, false) >= 0 || last) {
        if (call.result >= 0) this.renamed.set(call.result, result);
        return;
      }
      this.calls.pop();
      if (result >= 0) this.kinds.pop();
    }
  }

  private surroundings(call: Call, habits: Habits): Pick<Call, 'fail' | 'context'> {
    const { random } = this;
    const { allocates, contextual } = call.command;
    const fail = !allocates ? 0 : this.chance(habits.fails) ? random.below(5) : call.fail;
    const context = !contextual ? 0 : this.chance(habits.contexts) ? random.below(CONTEXTS) : call.context;
    return { fail, context };
  }

  private changedArgs(call: Call, habits: Habits, again: boolean): number[] | null {
    const args: number[] = [];
    for (const [i, arg] of call.command.args.entries()) {
      if (isNumber(arg)) {
        args.push(
          this.chance(habits.numbers) || (again && this.chance(4)) ? this.number(arg, call.args[i]) : call.args[i],
        );
        continue;
      }
      const id = this.object(arg.type as Kind, call.args[i], this.chance(habits.handles) || (again && this.chance(8)));
      if (id < 0 && !(arg.type !== 'int' && 'optional' in arg && arg.optional === true)) return null;
      args.push(id);
    }
    return args;
  }

  /** The intended object, or another of its kind, preferably a living one; -1 when none was ever made. */
  private object(kind: Kind, meant: number, other: boolean): number {
    if (meant === -1 && !other) return -1;
    const known = this.renamed.get(meant);
    if (known !== undefined && !other) return known;
    const live = this.world.namesOf(kind);
    if (live.length > 0 && !this.chance(1)) return live[this.random.below(live.length)].id;
    const made = this.kinds.flatMap((each, id) => (each === kind ? [id] : []));
    return made.length === 0 ? -1 : made[this.random.below(made.length)];
  }

  /** Any value that parses: the ends of the range, their neighbours, near the old value, or an arbitrary one. */
  private number(arg: Arg, was = 0): number {
    const { random } = this;
    if (arg.type === 'enum') return random.below(arg.words.length);
    if (arg.type === 'flags') return random.below(2 ** arg.words.length);
    if (arg.type !== 'int') return -1;
    const { min, max } = arg;
    const near = (value: number): number => Math.min(max, Math.max(min, value));
    switch (random.below(8)) {
      case 0:
        return min;
      case 1:
        return max;
      case 2:
        return near(min + 1 + random.below(4));
      case 3:
        return near(max - 1 - random.below(4));
      case 4:
        return near(was + [-1, 1, 4, 64, -64, 4096][random.below(6)]);
      case 5:
        return near(2 ** random.below(32));
      case 6:
        return near(min + (random.next() % 256));
      default:
        return near(min + (random.next() % (max - min + 1)));
    }
  }

  private chance(sixteenths: number): boolean {
    return sixteenths > 0 && this.random.below(16) < sixteenths;
  }
}

function isNumber(arg: Arg): boolean {
  return arg.type === 'int' || arg.type === 'enum' || arg.type === 'flags';
}

function moved(call: Call, by: number): Call {
  const args = call.command.args.map((arg, i) =>
    isNumber(arg) || call.args[i] < 0 ? call.args[i] : call.args[i] + by,
  );
  return { ...call, args, result: call.result < 0 ? -1 : call.result + by };
}
