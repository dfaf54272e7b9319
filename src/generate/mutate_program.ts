import { isHandleArg } from '../commands/arg_range';
import type { Command } from '../commands/command';
import { liveHandle } from '../model/world/handles';
import type { Kind, World } from '../model/world/world';
import { type Call, type Program } from '../program/program';
import type { Profile } from '../rules/profiles';
import { ProgramGenerator } from './generator';
import { Random } from './random';
import type { Scenario } from './scenario';
import { groupsOf, sliceOf, type Group } from './slice';
import type { ArgumentPreference } from './argument_preference';

const STREAM = 0x6d75;
/** Upper limits for the number of calls drawn in one place; one of them is drawn. */
const FRESH_MAX = [4, 12, 40];
/** Length of a repeated span, and its repetitions. */
const SPAN_MAX = 8;
const REPEATS_MAX = 8;
const REMOVED_SPANS_MAX = 4;
/** Redraws of a changed call's arguments before the call is dropped. */
const REDRAWS = 3;
/** Eighths of the parents that are cut to the slice of one call. */
const SLICED_EIGHTHS = 4;
/** Eighths of these slices from which the call itself is left out. */
const CUT_EIGHTHS = 4;
/** A number is changed by one of these. */
const STEPS = [-1, 1, -64, 64, 4096];

/**
 * One step towards the new program: a call of a parent with the calls scheduled into it; null: a call still to be
 * drawn.
 */
type Step = { readonly group: Group; readonly parent: number; readonly changed: boolean } | null;

/** Ways to change a program. */
export type Mutation = 'extend' | 'insert' | 'remove' | 'change' | 'repeat' | 'splice';
/** In eighths: extending a program finds most. */
const MUTATIONS: readonly Mutation[] = ['extend', 'extend', 'extend', 'insert', 'remove', 'change', 'repeat', 'splice'];

/**
 * Makes new programs from kept ones, one call at a time, on the world as it grows: each call is legal. A parent's call
 * that is no longer legal gets other objects and numbers from its command's own draw, or is left out. The generator
 * makes new calls.
 *
 *   mutator.begin(seed, parent, other);
 *   for (let call = mutator.next(world); call !== null; call = mutator.next(world)) execute(call);
 */
export class ProgramMutator {
  private readonly generator: ProgramGenerator;
  private readonly random = new Random();
  private steps: Step[] = [];
  private at = 0;
  /** By parent: the handle here by handle there. */
  private readonly renamed: Map<number, number>[] = [new Map(), new Map()];

  /** @param swarming - false: new calls are drawn from all commands, at the scenario's weights */
  constructor(scenario: Scenario, profile: Profile, swarming = true) {
    this.generator = new ProgramGenerator(scenario, profile, swarming);
  }

  /** Calls of the second CPU that belong to the last call of `next`. */
  get beside(): readonly Call[] {
    return this.generator.beside;
  }

  /** Chooses the arguments of new calls. */
  set preference(preference: ArgumentPreference | null) {
    this.generator.preference = preference;
  }

  get calls(): readonly Call[] {
    return this.generator.calls;
  }

  /**
   * @param seed - 32 bits: determines all draws
   * @param other - the program that a splice takes calls from
   * @param swarm - seed of the commands and weights of new calls
   * @param mutation - default: drawn
   */
  begin(seed: number, parent: Program, other: Program, swarm = seed, mutation?: Mutation): void {
    const { random, generator } = this;
    random.seed(seed, STREAM);
    generator.begin(swarm);
    generator.drawFrom(seed);
    for (const map of this.renamed) map.clear();
    this.at = 0;
    this.steps = this.planOf(mutation ?? MUTATIONS[random.below(MUTATIONS.length)], parent, other);
    generator.allow(Infinity);
  }

  /**
   * The next call, not executed yet, and the calls `beside` it; null at the end of the program. Sets the world's
   * context.
   */
  next(world: World): Call | null {
    while (this.at < this.steps.length) {
      if (this.generator.isFull) return null;
      const step = this.steps[this.at++];
      const call = step === null ? this.generator.next(world) : this.replay(world, step);
      if (call !== null) return call;
    }
    return null;
  }

  /** The program so far. */
  program(): Program {
    return this.generator.program();
  }

  private planOf(mutation: Mutation, parent: Program, other: Program): Step[] {
    const { random } = this;
    const steps = this.stepsOf(parent, 0);
    const at = random.below(steps.length + 1);
    switch (mutation) {
      case 'extend':
        // Half of the time from the end of the parent, else from a place within it.
        return [...(random.below(2) === 0 ? steps : steps.slice(0, at)), ...this.fresh()];
      case 'insert':
        return [...steps.slice(0, at), ...this.fresh(), ...steps.slice(at), ...this.perhapsFresh()];
      case 'remove':
        return [...this.withoutSpans(steps), ...this.perhapsFresh()];
      case 'change':
        return [...this.withChanges(steps), ...this.perhapsFresh()];
      case 'repeat':
        return [...this.withRepeats(steps), ...this.perhapsFresh()];
      case 'splice': {
        const others = this.stepsOf(other, 1);
        const from = random.below(2) === 0 ? 0 : random.below(others.length + 1);
        return [...steps.slice(0, at), ...others.slice(from), ...steps.slice(at), ...this.perhapsFresh()];
      }
    }
  }

  /** The calls of a parent: all, or the slice of one of them. */
  private stepsOf(program: Program, parent: number): Step[] {
    const { random } = this;
    let groups = groupsOf(program);
    if (groups.length > 0 && random.below(8) < SLICED_EIGHTHS) {
      const position = random.below(2) === 0 ? groups.length - 1 : random.below(groups.length);
      groups = sliceOf(groups, position);
      if (random.below(8) < CUT_EIGHTHS) groups = groups.slice(0, -1);
    }
    return groups.map((group) => ({ group, parent, changed: false }));
  }

  private fresh(): null[] {
    const { random } = this;
    return Array.from({ length: 1 + random.below(FRESH_MAX[random.below(FRESH_MAX.length)]) }, () => null);
  }

  private perhapsFresh(): null[] {
    return this.random.below(2) === 0 ? this.fresh() : [];
  }

  private withoutSpans(steps: Step[]): Step[] {
    const { random } = this;
    for (let spans = 1 + random.below(REMOVED_SPANS_MAX); spans > 0 && steps.length > 1; spans--)
      steps.splice(random.below(steps.length), 1 + random.below(SPAN_MAX));
    return steps;
  }

  private withChanges(steps: readonly Step[]): Step[] {
    const { random } = this;
    const eighths = 1 + random.below(3);
    return steps.map((step) => (step !== null && random.below(8) < eighths ? { ...step, changed: true } : step));
  }

  private withRepeats(steps: Step[]): Step[] {
    const { random } = this;
    const from = random.below(steps.length + 1);
    const span = steps.slice(from, from + 1 + random.below(SPAN_MAX));
    const times = 1 + random.below(REPEATS_MAX);
    return [...steps.slice(0, from), ...Array.from({ length: times }, () => span).flat(), ...steps.slice(from)];
  }

  /** The parent's call in this world; null when it is left out. */
  private replay(world: World, step: NonNullable<Step>): Call | null {
    const [host, ...others] = step.group;
    const renamed = this.renamed[step.parent];
    const call = this.retake(world, host, renamed, step.changed);
    if (call === null) return null;
    if (host.result >= 0) renamed.set(host.result, call.result);
    for (const other of others) {
      const args = this.argsOf(world, other, renamed, false);
      const taken = args === null ? null : this.generator.takeBeside(world, call, { ...other, args });
      if (taken !== null && other.result >= 0) renamed.set(other.result, taken.result);
    }
    return call;
  }

  private retake(world: World, call: Call, renamed: ReadonlyMap<number, number>, changed: boolean): Call | null {
    const { generator, random } = this;
    if (!changed || random.below(2) === 0) {
      const args = this.argsOf(world, call, renamed, changed);
      const { fail, context } = call;
      const taken = args === null ? null : generator.take(world, { command: call.command, args, fail, context });
      if (taken !== null) return taken;
    }
    for (let tries = 0; tries < REDRAWS; tries++) {
      const drawn = generator.redraw(world, call.command);
      if (drawn !== null) return drawn;
    }
    return null;
  }

  /** The arguments with objects of this world; null when a required object has no live substitute. */
  private argsOf(
    world: World,
    { command, args }: Call,
    renamed: ReadonlyMap<number, number>,
    changed: boolean,
  ): number[] | null {
    const { random } = this;
    const position = changed && args.length > 0 ? random.below(args.length) : -1;
    const result = [...args];
    for (let i = 0; i < args.length; i++) {
      const arg = command.args[i];
      if (!isHandleArg(arg)) {
        if (i === position) result[i] = this.changedNumber(command, i, args[i]);
      } else if (args[i] >= 0) {
        const id = renamed.get(args[i]) ?? -1;
        const alive = id >= 0 && liveHandle(world, id)?.kind === arg.type;
        result[i] = alive && i !== position ? id : this.anotherOf(world, arg.type);
        if (result[i] < 0 && arg.optional !== true) return null;
      }
    }
    return result;
  }

  private anotherOf(world: World, kind: Kind): number {
    const names = world.namesOf(kind);
    return names.length === 0 ? -1 : names[this.random.below(names.length)].id;
  }

  private changedNumber(command: Command, position: number, value: number): number {
    const { random } = this;
    const arg = command.args[position];
    if (arg.type === 'enum') return random.below(arg.words.length);
    if (arg.type === 'flags') return value ^ (1 << random.below(arg.words.length));
    if (arg.type !== 'int') return value;
    switch (random.below(4)) {
      case 0:
        return arg.min;
      case 1:
        return Math.min(arg.max, arg.min + random.below(4));
      default:
        return Math.max(arg.min, Math.min(arg.max, value + STEPS[random.below(STEPS.length)]));
    }
  }
}
