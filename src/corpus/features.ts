import { isHandleArg } from '../commands/arg_range';
import { liveHandle } from '../model/world/handles';
import type { Handle, World } from '../model/world/world';
import { HANDLES_MAX } from '../program/parse';
import type { Call } from '../program/program';
import { relationOf, traitsOf, TRAITS_MAX } from './object_traits';

/** Bits of a feature's number. A few features in a thousand share a number, so the second of two is not seen as new. */
const FEATURE_BITS = 21;
export const FEATURES_MAX = 1 << FEATURE_BITS;
const MASK = FEATURES_MAX - 1;
/** The highest program number of `seenBy`; then numbering starts again. */
const PROGRAMS_MAX = 0xffff;
/** No command has more object arguments. */
const OBJECTS_MAX = 8;

/** Sorts of features. The sort is hashed in, so that features of different sorts differ. */
const EVENT = 1;
const TRAIT = 2;
const SHAPE = 3;
const FOLLOWS = 4;
const COUNT = 5;
const BOTH = 6;
const BRANCH = 7;
const BESIDE = 8;
const CIRCUMSTANCE = 9;
const NUMBER = 10;
const RELATION = 11;

/** Mixes two numbers into 32 bits, in the manner of MurmurHash3 (Austin Appleby). */
function mixed(a: number, b: number): number {
  let x = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35);
  x ^= x >>> 15;
  x = Math.imul(x, 0x2c1b3c6d);
  return x ^ (x >>> 13);
}

function featureOf(sort: number, value: number): number {
  return mixed(sort, value) & MASK;
}

/** The feature of a branch arm of the model's code. `place` is a number that is the same in every process. */
export function branchFeature(place: number): number {
  return featureOf(BRANCH, place);
}

/**
 * The features of the running program, in two lists.
 *
 * `features` describe results: the outcome of a command, with the traits of its objects and the previous event of each
 * object; the whole shape of an object after a call; the number of live objects of each kind.
 *
 * `circumstances` describe a call before it runs: the traits of its objects, their relation, its numbers. They are many
 * and common. No program is kept for their sake, but rare ones show which arguments were hardly tried.
 *
 * Both follow from the program alone. Arrays are flat and nothing is allocated, because this runs for every command of
 * a search.
 */
export class Features {
  readonly features: number[] = [];
  readonly circumstances: number[] = [];
  /**
   * By feature: the last program that had it. 16 bits, because half of the time is spent waiting for the memory of such
   * tables.
   */
  private readonly seenBy = new Uint16Array(FEATURES_MAX);
  private program = 0;
  /** By handle: the last event of its object. */
  private readonly lastEvents = new Int32Array(HANDLES_MAX);
  /** The traits of each object of the current call, and their numbers. */
  private readonly traits = Array.from({ length: OBJECTS_MAX }, () => new Uint8Array(TRAITS_MAX));
  private readonly counts = new Uint8Array(OBJECTS_MAX);
  private readonly first: [Handle | null, Handle | null] = [null, null];
  private relation = 0;
  private readonly asked: number[] = [];

  /** Starts the next program. */
  begin(): void {
    if (++this.program > PROGRAMS_MAX) {
      this.seenBy.fill(0);
      this.program = 1;
    }
    this.features.length = 0;
    this.circumstances.length = 0;
    this.lastEvents.fill(0);
  }

  /** Notes the traits of the call's objects. Called before the call runs. */
  before(world: World, { command, args }: Call): void {
    const handles = command.handles;
    this.first[0] = this.first[1] = null;
    for (let i = 0; i < handles.length; i++) {
      const handle = liveHandle(world, args[handles[i].at]);
      this.counts[i] = handle === null ? 0 : traitsOf(handle, this.traits[i]);
      if (i < 2) this.first[i] = handle;
    }
    this.relation = relationOf(this.first[0], this.first[1]);
  }

  /** Notes the features of the call. Called after it ran. */
  after(world: World, call: Call, outcome: number): void {
    const { command, args, result, fail, context } = call;
    const ended = command.opcode * 64 + outcome;
    const event = mixed(ended, 0x40);
    this.collectCircumstances(call);
    for (const circumstance of this.asked) this.note(circumstance, this.circumstances);
    this.add(EVENT, mixed(ended, context * 8 + fail));
    const handles = command.handles;
    for (let i = 0; i < handles.length; i++) {
      this.addTraits(i, event);
      const id = args[handles[i].at];
      if (id < 0) continue;
      this.add(FOLLOWS, mixed(this.lastEvents[id], event + i));
      this.lastEvents[id] = event;
    }
    if (handles.length > 1) this.addBoth(event);
    if (result >= 0) this.lastEvents[result] = event;
    for (const { at } of handles) this.addShape(world, args[at]);
    this.addShape(world, result);
    this.addCounts(world);
  }

  /** Notes the feature of a call of the second CPU during `host`. */
  beside(host: Call, { command, at }: Call, outcome: number): void {
    this.add(BESIDE, mixed(host.command.opcode, mixed(command.opcode * 64 + outcome, at?.pass ?? 0)));
  }

  /** Notes a branch arm. */
  addBranch(feature: number): void {
    this.note(feature, this.features);
  }

  /**
   * The novelty of a call: higher when fewer programs had its circumstances.
   * @param met - by circumstance: the number of programs that had it
   */
  novelty(world: World, call: Call, met: Uint16Array): number {
    this.before(world, call);
    this.collectCircumstances(call);
    let novelty = 0;
    for (const circumstance of this.asked) novelty += 1 / (1 + met[circumstance]);
    return novelty;
  }

  private collectCircumstances({ command, args, fail, context }: Call): void {
    const { asked, traits, counts } = this;
    const event = mixed(command.opcode, 0x51);
    asked.length = 0;
    asked.push(featureOf(CIRCUMSTANCE, mixed(event, context * 8 + fail)));
    const handles = command.handles;
    for (let k = 0; k < handles.length; k++) {
      const id = args[handles[k].at];
      const base = mixed(event, k);
      if (id >= 0) asked.push(featureOf(CIRCUMSTANCE, mixed(base, this.lastEvents[id])));
      for (let i = 0; i < counts[k]; i++) asked.push(featureOf(CIRCUMSTANCE, mixed(base, (i << 8) | traits[k][i])));
    }
    if (handles.length > 1) {
      for (let i = 0; i < Math.min(counts[0], counts[1]); i++)
        asked.push(featureOf(CIRCUMSTANCE, mixed(event + 1, (i << 16) | (traits[0][i] << 8) | traits[1][i])));
      asked.push(featureOf(RELATION, mixed(event, this.relation)));
    }
    for (let i = 0; i < command.args.length; i++) {
      const arg = command.args[i];
      const value = arg.type === 'int' ? 32 - Math.clz32(args[i]) : args[i];
      if (!isHandleArg(arg)) asked.push(featureOf(NUMBER, mixed(event + i, value)));
    }
  }

  private note(feature: number, list: number[]): void {
    if (this.seenBy[feature] === this.program) return;
    this.seenBy[feature] = this.program;
    list.push(feature);
  }

  private add(sort: number, value: number): void {
    this.note(featureOf(sort, value), this.features);
  }

  private addTraits(object: number, event: number): void {
    const traits = this.traits[object];
    const base = mixed(event, object);
    for (let i = 0; i < this.counts[object]; i++) this.add(TRAIT, mixed(base, (i << 8) | traits[i]));
  }

  /** Equal positions of the traits of the first two objects, and the relation of the two. */
  private addBoth(event: number): void {
    const [one, other] = this.traits;
    for (let i = 0; i < Math.min(this.counts[0], this.counts[1]); i++)
      this.add(BOTH, mixed(event, (i << 16) | (one[i] << 8) | other[i]));
    this.add(RELATION, mixed(event, this.relation));
  }

  /** The shape of an object after the call: all of its traits in one feature. */
  private addShape(world: World, id: number): void {
    const handle = id < 0 ? null : liveHandle(world, id);
    if (handle === null) return;
    const traits = this.traits[0];
    const count = traitsOf(handle, traits);
    let shape = handle.kindNumber;
    for (let i = 0; i < count; i++) shape = mixed(shape, traits[i]);
    this.add(SHAPE, shape);
  }

  private addCounts({ namesInOrder }: World): void {
    for (let i = 0; i < namesInOrder.length; i++) {
      const { length } = namesInOrder[i];
      if (length > 0) this.add(COUNT, (i << 8) | (32 - Math.clz32(length)));
    }
  }
}
