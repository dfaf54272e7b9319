import type { Command } from '../commands/command';
import { hasSecondCpu, mayRunBeside, objectsOf } from '../commands/concurrency_contract';
import { numbersAreInRange } from '../commands/define_command';
import { WorldLimitError } from '../model/world/memory';
import { CONTEXT_NAPI, CONTEXT_PROCESS, World, type Kind } from '../model/world/world';
import { executeBegun, executeCall, handlesAreLive } from '../program/execute';
import { Interleaving } from '../program/interleaving';
import { generatedName } from '../program/names';
import { HANDLES_MAX } from '../program/parse';
import { scheduledInto, type Call, type Program } from '../program/program';
import type { Profile } from '../rules/profiles';
import { DrawFrom } from './draw_from';
import { liveKinds } from './live_kinds';
import { Random } from './random';
import { areRelated, concernsOf } from './related';
import type { Scenario, Schedules } from './scenario';
import { formatSeed } from './seed';
import { Swarm, type Choice } from './swarm';
import type { Taste } from './argument_preference';

/** Draws that may come to nothing before the program ends. */
const TRIES_MAX = 32;
/** One allocating call in so many has an allocation that fails: drawn from these for each program. 0: none. */
const FAIL_ONE_OF = [0, 8, 16, 32];
const FAIL_DEEP_MAX = 4;
const CONTEXTS = 3;
/** Draws of a call for the second CPU that may come to nothing. */
const BESIDE_TRIES_MAX = 24;
const PASS_DEEP_MAX = 4;
/** Eighths of the contextual calls that come from the context that a program likes. */
const LIKES_EIGHTHS = 4;
/** Eighths of the picks among objects that take the newest, so that calls go on with what was just made: drawn from these. */
const NEWEST_EIGHTHS = [0, 0, 3, 6];
/** One program in this many may be as long as the scenario allows. */
const LONG_ONE_OF = 16;
/** Draws of a mutated program are independent of those of the program of the same number. */
const MUTATION_STREAM = 0x3a7e;

/**
 * Generates programs one call at a time, on the world as it grows: each call is legal, and its arguments are objects that live.
 *
 *   generator.begin(seed);
 *   for (let call = generator.next(world); call !== null; call = generator.next(world)) execute(call);
 */
export class ProgramGenerator {
  readonly calls: Call[] = [];
  /** Calls of the second CPU that belong to the call that `next` gave last. */
  readonly beside: Call[] = [];
  /** Null: arguments are drawn once. */
  taste: Taste | null = null;
  private readonly kinds: Kind[] = [];
  private readonly random = new Random();
  private readonly draw = new DrawFrom(this.random);
  private readonly swarm: Swarm;
  /** Of the swarm's choices: what the second CPU does half of the time. */
  private readonly oftenBeside: readonly number[];
  private length = 0;
  private seedNumber = 0;
  private last = -1;
  private failOneOf = 0;
  private likedContext = CONTEXT_PROCESS;
  /** Arguments while they are drawn: most draws come to nothing. */
  private readonly drawn: number[] = [];

  constructor(
    private readonly scenario: Scenario,
    private readonly profile: Profile,
    /** False: every program draws from all commands, at the scenario's weights. */
    private readonly swarming = true,
  ) {
    this.swarm = new Swarm(scenario, profile.name);
    if (!swarming) this.swarm.even();
    this.oftenBeside = this.swarm.positionsOf(scenario.schedules?.often ?? []);
  }

  /** @param seed - 32 bits. */
  begin(seed: number): void {
    this.seedNumber = seed;
    this.random.seed(seed);
    this.calls.length = 0;
    this.beside.length = 0;
    this.kinds.length = 0;
    this.last = -1;
    if (this.swarming) this.swarm.draw(this.random);
    this.failOneOf = FAIL_ONE_OF[this.random.below(FAIL_ONE_OF.length)];
    this.draw.newest = NEWEST_EIGHTHS[this.random.below(NEWEST_EIGHTHS.length)];
    this.likedContext = this.random.below(CONTEXTS);
    const { min, usual, max } = this.scenario.length;
    this.length = this.draw.between(min, this.random.below(LONG_ONE_OF) === 0 ? max : usual);
  }

  /** Start with these calls, which were executed already; their handles are numbered in the order of definition. */
  continueFrom(calls: readonly Call[]): void {
    for (const call of calls) {
      this.calls.push(call);
      if (call.result >= 0) this.name(call.command.result as Kind);
    }
  }

  /** The next call, not executed yet, with what is to run `beside` it; null at the end of the program. Sets the world's context. */
  next(world: World): Call | null {
    if (this.beside.length > 0) this.beside.length = 0;
    if (this.isFull) return null;
    const live = liveKinds(world);
    const call = this.taste === null ? this.drawAny(world, live) : this.drawnByTaste(world, live, this.taste);
    if (call === null) return null;
    this.last = this.swarm.positionOf(call.command);
    this.calls.push(call);
    if (this.scenario.schedules !== undefined) this.schedule(world, this.scenario.schedules, call, live);
    return call;
  }

  private drawAny(world: World, live: number): Call | null {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const call = this.tryDraw(world, this.swarm.choice(this.swarm.pick(this.random, this.last, live)));
      if (call !== null) return call;
    }
    return null;
  }

  /** A call with the arguments that the taste likes best, of a few. */
  private drawnByTaste(world: World, live: number, { among, of }: Taste): Call | null {
    const first = this.drawAny(world, live);
    if (first === null || first.command.args.length === 0) return first;
    const choice = this.swarm.choice(this.swarm.positionOf(first.command));
    const names = this.kinds.length;
    let best = first;
    let bestLiked = of(world, first);
    for (let i = 1; i < among; i++) {
      const call = this.tryDraw(world, choice);
      this.kinds.length = names;
      if (call === null) continue;
      const liked = of(world, call);
      if (liked <= bestLiked) continue;
      best = call;
      bestLiked = liked;
    }
    world.context = best.context;
    return best.result === first.result ? best : { ...best, result: first.result };
  }

  /** Go on with draws of another seed, and with the commands and weights of the one that it began with. */
  drawFrom(seed: number): void {
    this.random.seed(seed, MUTATION_STREAM);
  }

  /** Programs of other lengths than the scenario's usual ones; its longest stays the limit. */
  allow(calls: number): void {
    this.length = Math.min(calls, this.scenario.length.max);
  }

  /** There is no room for another call. */
  get isFull(): boolean {
    return this.calls.length >= this.length || this.kinds.length >= HANDLES_MAX;
  }

  /**
   * A call that somebody else made, with the handles of this program, as the next: with a result of its own, if it is legal now.
   * Sets the world's context.
   */
  take(world: World, { command, args, fail, context }: Omit<Call, 'result'>): Call | null {
    this.beside.length = 0;
    world.context = context;
    if (!this.swarm.has(command) || !handlesAreLive(world, command, args) || !command.applies(world, args)) return null;
    const result = command.result === undefined ? -1 : this.name(command.result);
    return this.push({ command, args, result, fail, context });
  }

  /** A call of this command, drawn anew, as the next; null where nothing suits. Sets the world's context. */
  redraw(world: World, command: Command): Call | null {
    this.beside.length = 0;
    const position = this.swarm.positionOf(command);
    if (position < 0 || (this.swarm.choice(position).needs & ~liveKinds(world)) !== 0) return null;
    const call = this.tryDraw(world, this.swarm.choice(position));
    return call === null ? null : this.push(call);
  }

  /** A call of the second CPU that somebody else made, for a moment of the one taken last, if it may run there. */
  takeBeside(world: World, host: Call, { command, args, fail, context, at }: Omit<Call, 'result'>): Call | null {
    if (this.isFull || !this.swarm.has(command) || !handlesAreLive(world, command, args)) return null;
    world.context = context;
    if (!command.applies(world, args)) return null;
    if (!mayRunBeside(world, host, objectsOf(world, host), { command, args, context })) return null;
    const result = command.result === undefined ? -1 : this.name(command.result);
    const call = { command, args, result, fail, context, at };
    this.beside.push(call);
    this.calls.push(call);
    return call;
  }

  private push(call: Call): Call {
    this.last = this.swarm.positionOf(call.command);
    this.calls.push(call);
    return call;
  }

  /** The last call was more than the world may hold: it is no part of the program, and neither is what was to run beside it. */
  forgetLast(): void {
    for (let i = this.beside.length; i >= 0; i--) if ((this.calls.pop()?.result ?? -1) >= 0) this.kinds.pop();
    this.beside.length = 0;
  }

  /** Draw calls of the second CPU for moments of a call: legal now, and beside it, which is most of what they need then. */
  private schedule(world: World, { eighths, points }: Schedules, host: Call, live: number): void {
    const passed = points[host.command.name];
    if (passed === undefined || this.random.below(8) >= eighths) return;
    const hostObjects = objectsOf(world, host);
    const concerns = concernsOf(world, host);
    const at = { point: passed[this.random.below(passed.length)], pass: this.drawPass() };
    const count = this.random.below(4) === 0 ? 2 : 1;
    for (let tries = 0; tries < BESIDE_TRIES_MAX && this.beside.length < count; tries++) {
      if (this.kinds.length >= HANDLES_MAX) return;
      const often = this.random.below(2) === 0 && this.oftenBeside.length > 0 ? this.oftenBeside : null;
      const position = often === null ? this.swarm.pick(this.random, -1, live) : often[this.random.below(often.length)];
      const choice = this.swarm.choice(position);
      if (!hasSecondCpu(choice.command) || (choice.needs & ~live) !== 0) continue;
      const names = this.kinds.length;
      const call = this.tryDraw(world, choice);
      if (call === null) continue;
      const unrelated = !areRelated(concerns, concernsOf(world, call)) && this.random.below(8) > 0;
      if (unrelated || !mayRunBeside(world, host, hostObjects, call)) {
        this.kinds.length = names;
        continue;
      }
      this.beside.push({ ...call, at });
      this.calls.push({ ...call, at });
    }
  }

  private drawPass(): number {
    return this.random.below(4) > 0 ? 1 : 1 + this.random.below(PASS_DEEP_MAX);
  }

  /** The program so far, as data that outlives the generator. */
  program(): Program {
    return {
      profile: this.profile.name,
      seed: formatSeed(this.scenario.name, this.seedNumber),
      calls: [...this.calls],
      names: this.names(),
    };
  }

  private tryDraw(world: World, choice: Choice): Call | null {
    const { command } = choice;
    let context = CONTEXT_PROCESS;
    if (command.contextual)
      context = this.random.below(8) < LIKES_EIGHTHS ? this.likedContext : this.random.below(CONTEXTS);
    if (!this.drawLegal(world, choice, context)) {
      // Pools are worked on in softirq.
      if (!command.contextual || context === CONTEXT_NAPI) return null;
      context = CONTEXT_NAPI;
      if (!this.drawLegal(world, choice, context)) return null;
    }
    const fail =
      command.allocates && this.failOneOf > 0 && this.random.below(this.failOneOf) === 0 ? this.drawFail() : 0;
    const result = command.result === undefined ? -1 : this.name(command.result);
    return { command, args: this.drawn.slice(0, choice.blank.length), result, fail, context };
  }

  private drawLegal(world: World, choice: Choice, context: number): boolean {
    const { command, blank } = choice;
    const args = this.drawn;
    for (let i = 0; i < blank.length; i++) args[i] = blank[i];
    world.context = context;
    return (
      command.draw(world, this.draw, args) &&
      handlesAreLive(world, command, args) &&
      numbersAreInRange(command, args) &&
      command.applies(world, args)
    );
  }

  private drawFail(): number {
    return this.random.below(3) > 0 ? 1 : 1 + this.random.below(FAIL_DEEP_MAX);
  }

  private name(kind: Kind): number {
    return this.kinds.push(kind) - 1;
  }

  private names(): string[] {
    const counts = new Map<Kind, number>();
    return this.kinds.map((kind) => {
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      return generatedName(kind, count);
    });
  }
}

/** The program of a seed number, whole. For many programs use a ProgramSource: a world is expensive to make. */
export function generateProgram(scenario: Scenario, profile: Profile, seed: number): Program {
  return new ProgramSource(scenario, profile).program(seed);
}

/** Programs by seed number. */
export class ProgramSource {
  private readonly generator: ProgramGenerator;
  private readonly world: World;

  constructor(
    scenario: Scenario,
    private readonly profile: Profile,
  ) {
    this.generator = new ProgramGenerator(scenario, profile);
    this.world = new World(profile.rules, profile.abi);
  }

  program(seed: number): Program {
    this.world.reset(this.profile.rules, this.profile.abi);
    return generateOn(this.generator, this.world, this.profile.name, seed);
  }
}

/**
 * Generate and execute the program of a seed number on an empty world.
 * @param start - what it begins with
 */
export function generateOn(
  generator: ProgramGenerator,
  world: World,
  profile: string,
  seed: number,
  start: readonly Call[] = [],
): Program {
  generator.begin(seed);
  generator.continueFrom(start);
  const schedules = new GeneratedSchedules(profile);
  try {
    schedules.executeAll(world, start);
    for (let call = generator.next(world); call !== null; call = generator.next(world)) {
      if (generator.beside.length === 0) executeCall(world, call, profile, false);
      else schedules.execute(world, call, generator.beside);
    }
  } catch (error) {
    if (!(error instanceof WorldLimitError)) throw error;
    world.preemption = null;
    generator.forgetLast();
  }
  return generator.program();
}

/** Executes calls of both CPUs without looking at how they end. */
export class GeneratedSchedules {
  private world!: World;
  private readonly interleaving = new Interleaving((call) => this.nested(call));

  constructor(private readonly profile: string) {}

  executeAll(world: World, calls: readonly Call[]): void {
    for (let i = 0; i < calls.length; i++) {
      const scheduled = calls[i].at === undefined ? scheduledInto(calls, i) : 0;
      this.execute(world, calls[i], scheduled === 0 ? [] : calls.slice(i + 1, i + 1 + scheduled));
      i += scheduled;
    }
  }

  execute(world: World, host: Call, others: readonly Call[]): void {
    if (others.length === 0) return void executeCall(world, host, this.profile, false);
    this.world = world;
    this.interleaving.begin(world, host, others);
    executeCall(world, host, this.profile, false);
    this.interleaving.end(world);
    for (let i = this.interleaving.ran; i < others.length; i++) executeCall(world, others[i], this.profile, false);
  }

  private nested(call: Call): void {
    const { world } = this;
    world.nested(call.fail, call.context, () =>
      this.interleaving.mayRun(world, call) ? executeBegun(world, call, this.profile, false) : 0,
    );
  }
}
