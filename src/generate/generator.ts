import type { NamedArgs } from '../commands/arg';
import type { Command } from '../commands/command';
import { hasSecondCpu, mayRunBeside, objectsOf } from '../commands/concurrency_contract';
import { CONTEXT_NAPI, CONTEXT_PROCESS, World, type Kind } from '../model/world/world';
import { executeCall, handlesAreLive } from '../program/execute';
import { generatedName } from '../program/names';
import { HANDLES_MAX } from '../program/parse';
import type { Call, Program } from '../program/program';
import type { Profile } from '../rules/profiles';
import { DrawFrom } from './draw_from';
import { endsProgram } from './ends_program';
import { GeneratedSchedules } from './generated_schedules';
import { liveKinds } from './live_kinds';
import { Random } from './random';
import { areRelated, partsOf } from './related';
import type { Scenario, Schedules } from './scenario';
import { formatSeed } from './seed';
import { Swarm, type Choice } from './swarm';
import type { ArgumentPreference } from './argument_preference';

/** Fruitless draws before the program ends. */
const TRIES_MAX = 32;
/** Each program draws n from these: one allocating call in n has an allocation that fails. 0: none. */
const FAIL_ONE_OF = [0, 8, 16, 32];
const FAIL_DEEP_MAX = 4;
const CONTEXTS = 3;
/** Draws of calls for the second CPU, fruitless ones included. */
const BESIDE_TRIES_MAX = 24;
const PASS_DEEP_MAX = 4;
/** Eighths of the contextual calls that have the usual context of the program. */
const USUAL_CONTEXT_EIGHTHS = 4;
/** Eighths of the picks among objects that take the newest, so that calls go on with new objects: drawn from these. */
const NEWEST_EIGHTHS = [0, 0, 3, 6];
/** One program in LONG_ONE_OF may be as long as the scenario allows. */
const LONG_ONE_OF = 16;
/** A mutated program draws independently of the generated program of the same number. */
const MUTATION_STREAM = 0x3a7e;

/**
 * Generates programs one call at a time, on the world as it grows: each call is legal, and its arguments are live
 * objects.
 *
 *   generator.begin(seed);
 *   for (let call = generator.next(world); call !== null; call = generator.next(world)) execute(call);
 */
export class ProgramGenerator {
  readonly calls: Call[] = [];
  /** Calls of the second CPU that belong to the last call of `next`. */
  readonly beside: Call[] = [];
  /** The arguments of the last call of `next`, by name; null: other draws came after it. Valid until the next draw. */
  args: NamedArgs | null = null;
  /** Null: arguments are drawn once. */
  preference: ArgumentPreference | null = null;
  private readonly kinds: Kind[] = [];
  private readonly random = new Random();
  private readonly draw = new DrawFrom(this.random);
  private readonly swarm: Swarm;
  /** Of the swarm's choices: those that the second CPU makes half of the time. */
  private readonly oftenBeside: readonly number[];
  private length = 0;
  private seedNumber = 0;
  /** Calls that need more rights are left out. */
  private lacksRights = false;
  private last = -1;
  /** Position of the command that `drawAny` drew. */
  private position = -1;
  private failOneOf = 0;
  private usualContext = CONTEXT_PROCESS;
  /** Scratch for the arguments of a draw, since most draws are fruitless. */
  private readonly drawn: number[] = [];

  constructor(
    private readonly scenario: Scenario,
    private readonly profile: Profile,
    /** False: every program draws from all commands, at the scenario's weights. */
    private readonly swarming = true,
  ) {
    this.swarm = new Swarm(scenario, profile.name, this.drawn);
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
    this.lacksRights = this.scenario.isRefused !== true && levelOf(this.scenario, seed).as === 'user';
    if (this.swarming) this.swarm.draw(this.random);
    this.failOneOf = FAIL_ONE_OF[this.random.below(FAIL_ONE_OF.length)];
    this.draw.newest = NEWEST_EIGHTHS[this.random.below(NEWEST_EIGHTHS.length)];
    this.usualContext = this.random.below(CONTEXTS);
    const { min, usual, max } = this.scenario.length;
    this.length = this.draw.between(min, this.random.below(LONG_ONE_OF) === 0 ? max : usual);
  }

  /** Starts with calls that were executed already; their handles are numbered in the order of definition. */
  continueFrom(calls: readonly Call[]): void {
    for (const call of calls) {
      this.calls.push(call);
      if (call.result >= 0) this.name(call.command.result as Kind);
    }
  }

  /**
   * The next call, not executed yet, and the calls `beside` it; null at the end of the program. Sets the world's
   * context.
   */
  next(world: World): Call | null {
    if (this.beside.length > 0) this.beside.length = 0;
    if (this.isFull) return null;
    const before = this.calls.length;
    const names = this.kinds.length;
    try {
      return this.drawNext(world);
    } catch (error) {
      if (!endsProgram(error, world)) throw error;
      this.calls.length = before;
      this.kinds.length = names;
      this.beside.length = 0;
      return null;
    }
  }

  private drawNext(world: World): Call | null {
    const live = liveKinds(world);
    const { preference } = this;
    const call = preference === null ? this.drawAny(world, live) : this.drawPreferred(world, live, preference);
    if (call === null) return null;
    this.last = this.position;
    this.calls.push(call);
    if (this.scenario.schedules !== undefined) this.schedule(world, this.scenario.schedules, call, live);
    return call;
  }

  private drawAny(world: World, live: number): Call | null {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const position = this.swarm.pick(this.random, this.last, live);
      const choice = this.swarm.choice(position);
      const call = this.tryDraw(world, choice);
      if (call === null) continue;
      this.position = position;
      this.args = choice.drawn;
      return call;
    }
    return null;
  }

  /** A call with the candidate arguments of the highest score. */
  private drawPreferred(world: World, live: number, { candidates, score }: ArgumentPreference): Call | null {
    const first = this.drawAny(world, live);
    if (first === null || first.command.args.length === 0) return first;
    const choice = this.swarm.choice(this.position);
    this.args = null;
    const names = this.kinds.length;
    let best = first;
    let bestScore = score(world, first);
    for (let i = 1; i < candidates; i++) {
      const call = this.tryDraw(world, choice);
      this.kinds.length = names;
      if (call === null) continue;
      const callScore = score(world, call);
      if (callScore <= bestScore) continue;
      best = call;
      bestScore = callScore;
    }
    world.context = best.context;
    return best.result === first.result ? best : { ...best, result: first.result };
  }

  /** Draws from another seed from now on, but keeps the commands and weights of the first. */
  drawFrom(seed: number): void {
    this.random.seed(seed, MUTATION_STREAM);
  }

  /** Sets the length of the program, up to the longest of the scenario. */
  allow(calls: number): void {
    this.length = Math.min(calls, this.scenario.length.max);
  }

  /** True when there is no room for another call. */
  get isFull(): boolean {
    return this.calls.length >= this.length || this.kinds.length >= HANDLES_MAX;
  }

  /**
   * Appends a given call over handles of this program, if it is legal now, under a result of its own. Sets the world's
   * context.
   */
  take(world: World, { command, args, fail, context }: Omit<Call, 'result'>): Call | null {
    this.beside.length = 0;
    world.context = context;
    if (
      !this.swarm.has(command) ||
      !handlesAreLive(world, command, args) ||
      !command.applies(world, command.argsOf(args))
    )
      return null;
    const result = command.result === undefined ? -1 : this.name(command.result);
    return this.push({ command, args, result, fail, context });
  }

  /** Appends a newly drawn call of this command; null when none is legal. Sets the world's context. */
  redraw(world: World, command: Command): Call | null {
    this.beside.length = 0;
    const position = this.swarm.positionOf(command);
    if (position < 0 || (this.swarm.choice(position).needs & ~liveKinds(world)) !== 0) return null;
    const call = this.tryDraw(world, this.swarm.choice(position));
    return call === null ? null : this.push(call);
  }

  /** Appends a given call of the second CPU, scheduled into the last call, if it may run there. */
  takeBeside(world: World, host: Call, { command, args, fail, context, at }: Omit<Call, 'result'>): Call | null {
    if (this.isFull || !this.swarm.has(command) || !handlesAreLive(world, command, args)) return null;
    world.context = context;
    if (!command.applies(world, command.argsOf(args))) return null;
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

  /** Drops the last call, which exceeded a limit of the world, and the calls beside it from the program. */
  forgetLast(): void {
    for (let i = this.beside.length; i >= 0; i--) if ((this.calls.pop()?.result ?? -1) >= 0) this.kinds.pop();
    this.beside.length = 0;
  }

  /** Draws calls of the second CPU for a point of a call. They are legal now and may run beside it. */
  private schedule(world: World, { eighths, points }: Schedules, host: Call, live: number): void {
    const passed = points[host.command.name];
    if (passed === undefined || this.random.below(8) >= eighths) return;
    this.args = null;
    const hostObjects = objectsOf(world, host);
    const hostParts = partsOf(world, host);
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
      const unrelated = !areRelated(hostParts, partsOf(world, call)) && this.random.below(8) > 0;
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
      ...levelOf(this.scenario, this.seedNumber),
      calls: [...this.calls],
      names: this.names(),
    };
  }

  private tryDraw(world: World, choice: Choice): Call | null {
    const { command } = choice;
    if (this.lacksRights && command.outside?.level === 'root') return null;
    let context = CONTEXT_PROCESS;
    if (command.contextual)
      context = this.random.below(8) < USUAL_CONTEXT_EIGHTHS ? this.usualContext : this.random.below(CONTEXTS);
    if (!this.drawLegal(world, choice, context)) {
      // Pools are used in softirq.
      if (!command.contextual || context === CONTEXT_NAPI) return null;
      context = CONTEXT_NAPI;
      if (!this.drawLegal(world, choice, context)) return null;
    }
    const fail =
      command.allocates && this.failOneOf > 0 && this.random.below(this.failOneOf) === 0 ? this.drawFail() : 0;
    const result = command.result === undefined ? -1 : this.name(command.result);
    return { command, args: this.drawn.slice(0, command.args.length), result, fail, context };
  }

  private drawLegal(world: World, choice: Choice, context: number): boolean {
    const { command, drawn, blanks, leaves } = choice;
    world.context = context;
    if (blanks) command.blankArgs(drawn);
    const suits = command.draw(world, this.draw, drawn);
    if (suits || leaves) command.storeArgs(drawn);
    return suits && command.argsFit(drawn, world.handles) && command.applies(world, drawn);
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

/** Levels take turns. */
function levelOf({ levels }: Scenario, seed: number): Pick<Program, 'as'> {
  return levels === undefined ? {} : { as: levels[seed % levels.length] };
}

/** The whole program of a seed number. For many programs use a ProgramSource: a world is expensive to make. */
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
 * Generates and executes the program of a seed number on an empty world.
 *
 * @param start - its first calls
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
    if (!endsProgram(error, world)) throw error;
    world.preemption = null;
    generator.forgetLast();
  }
  return generator.program();
}
