import { WorldLimitError } from '../model/memory';
import { CONTEXT_NAPI, CONTEXT_PROCESS, World, type Kind } from '../model/world';
import { executeCall, handlesAreLive } from '../program/execute';
import { generatedName } from '../program/names';
import { HANDLES_MAX } from '../program/parse';
import type { Call, Program } from '../program/program';
import type { Profile } from '../rules/profiles';
import { DrawFrom } from './draw_from';
import { liveKinds } from './live_kinds';
import { Random } from './random';
import type { Scenario } from './scenario';
import { formatSeed } from './seed';
import { Swarm, type Choice } from './swarm';

/** Draws that may come to nothing before the program ends. */
const TRIES_MAX = 32;
/** One allocating call in so many has an allocation that fails: drawn from these for each program. 0: none. */
const FAIL_ONE_OF = [0, 8, 16, 32];
const FAIL_DEEP_MAX = 4;
const CONTEXTS = 3;
/** Eighths of the contextual calls that come from the context that a program likes. */
const LIKES_EIGHTHS = 4;
/** Eighths of the picks among objects that take the newest, so that calls go on with what was just made: drawn from these. */
const NEWEST_EIGHTHS = [0, 0, 3, 6];
/** One program in this many may be as long as the scenario allows. */
const LONG_ONE_OF = 16;

/**
 * Generates programs one call at a time, on the world as it grows: each call is legal, and its arguments are objects that live.
 *
 *   generator.begin(seed);
 *   for (let call = generator.next(world); call !== null; call = generator.next(world)) execute(call);
 */
export class ProgramGenerator {
  readonly calls: Call[] = [];
  private readonly kinds: Kind[] = [];
  private readonly random = new Random();
  private readonly draw = new DrawFrom(this.random);
  private readonly swarm: Swarm;
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
  }

  /** @param seed - 32 bits. */
  begin(seed: number): void {
    this.seedNumber = seed;
    this.random.seed(seed);
    this.calls.length = 0;
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

  /** The next call, not executed yet; null at the end of the program. Sets the world's context to the call's. */
  next(world: World): Call | null {
    if (this.calls.length >= this.length || this.kinds.length >= HANDLES_MAX) return null;
    const live = liveKinds(world);
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const position = this.swarm.pick(this.random, this.last, live);
      const call = this.tryDraw(world, this.swarm.choice(position));
      if (call === null) continue;
      this.last = position;
      this.calls.push(call);
      return call;
    }
    return null;
  }

  /** The last call was more than the world may hold: it is no part of the program. */
  forgetLast(): void {
    if ((this.calls.pop()?.result ?? -1) >= 0) this.kinds.pop();
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
    return command.draw(world, this.draw, args) && handlesAreLive(world, command, args) && command.applies(world, args);
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
  try {
    for (const call of start) executeCall(world, call, profile, false);
    for (let call = generator.next(world); call !== null; call = generator.next(world)) {
      executeCall(world, call, profile, false);
    }
  } catch (error) {
    if (!(error instanceof WorldLimitError)) throw error;
    generator.forgetLast();
  }
  return generator.program();
}
