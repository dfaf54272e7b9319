import { executeCall, handlesAreLive } from '../program/execute';
import { HANDLES_MAX } from '../program/parse';
import type { Call, Program } from '../program/program';
import type { Profile } from '../rules/profiles';
import { World } from '../model/world';
import { DrawFrom } from './draw_from';
import { Random } from './random';
import type { Scenario } from './scenario';
import { formatSeed } from './seed';
import { Swarm } from './swarm';

/** Draws that may come to nothing before the program ends. */
const TRIES_MAX = 32;
/** One allocating call in this many has an allocation that fails. */
const FAIL_ONE_OF = 16;
const FAIL_DEEP_MAX = 4;
const CONTEXTS = 3;
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
  readonly names: string[] = [];
  private readonly random = new Random();
  private readonly draw = new DrawFrom(this.random);
  private readonly swarm: Swarm;
  private readonly counts = new Map<string, number>();
  private length = 0;
  private seedNumber = 0;

  constructor(
    private readonly scenario: Scenario,
    private readonly profile: Profile,
  ) {
    this.swarm = new Swarm(scenario, profile.name);
  }

  /** @param seed - 32 bits. */
  begin(seed: number): void {
    this.seedNumber = seed;
    this.random.seed(seed);
    this.calls.length = 0;
    this.names.length = 0;
    this.counts.clear();
    this.swarm.draw(this.random);
    const { min, usual, max } = this.scenario.length;
    this.length = this.draw.between(min, this.random.below(LONG_ONE_OF) === 0 ? max : usual);
  }

  /** The next call, not executed yet; null at the end of the program. Sets the world's context to the call's. */
  next(world: World): Call | null {
    if (this.calls.length >= this.length || this.names.length >= HANDLES_MAX) return null;
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const call = this.tryDraw(world);
      if (call === null) continue;
      this.calls.push(call);
      return call;
    }
    return null;
  }

  /** The program so far, as data that outlives the generator. */
  program(): Program {
    return {
      profile: this.profile.name,
      seed: formatSeed(this.scenario.name, this.seedNumber),
      calls: [...this.calls],
      names: [...this.names],
    };
  }

  private tryDraw(world: World): Call | null {
    const command = this.swarm.pick(this.random);
    const context = command.contextual ? this.random.below(CONTEXTS) : 0;
    const fails = command.allocates && this.random.below(FAIL_ONE_OF) === 0;
    const fail = fails ? (this.random.below(3) > 0 ? 1 : 1 + this.random.below(FAIL_DEEP_MAX)) : 0;
    world.beginCommand(0, context);
    const args: number[] = [];
    if (!command.draw(world, this.draw, args)) return null;
    if (!handlesAreLive(world, { command, args }) || !command.applies(world, args)) return null;
    const result = command.result === undefined ? -1 : this.name(command.result);
    return { command, args, result, fail, context };
  }

  private name(kind: string): number {
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    return this.names.push(`${kind}${count}`) - 1;
  }
}

/** The program of a seed number, whole. */
export function generateProgram(scenario: Scenario, profile: Profile, seed: number): Program {
  const generator = new ProgramGenerator(scenario, profile);
  const world = new World(profile.rules, profile.abi);
  generator.begin(seed);
  for (let call = generator.next(world); call !== null; call = generator.next(world)) {
    executeCall(world, call, profile.name, false);
  }
  return generator.program();
}
