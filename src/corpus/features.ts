import { isHandleArg } from '../commands/arg_range';
import { liveHandle } from '../model/world/handles';
import { KINDS, type Handle, type World } from '../model/world/world';
import { HANDLES_MAX } from '../program/parse';
import type { Call } from '../program/program';
import { relationOf, shapeOf, TRAITS_MAX } from './object_shape';

/** Features are numbers of so many bits. A few in a thousand share one: what is lost is that the second of two is not seen as new. */
const FEATURE_BITS = 21;
export const FEATURES_MAX = 1 << FEATURE_BITS;
const MASK = FEATURES_MAX - 1;
/** Programs after which they are numbered anew. */
const PROGRAMS_MAX = 0xffff;
/** More than any command has. */
const OBJECTS_MAX = 8;

/** Sorts of features: hashed first, so that those of different sorts do not meet. */
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

/** Two numbers to 32 bits, in the manner of MurmurHash3 (Austin Appleby). */
function mixed(a: number, b: number): number {
  let x = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35);
  x ^= x >>> 15;
  x = Math.imul(x, 0x2c1b3c6d);
  return x ^ (x >>> 13);
}

function featureOf(sort: number, value: number): number {
  return mixed(sort, value) & MASK;
}

/** The feature of one arm of a branch of the model's code. `place` is a number that stays the same from process to process. */
export function branchFeature(place: number): number {
  return featureOf(BRANCH, place);
}

/**
 * The features of the program that runs, in two lists.
 *
 * `features` say that it reached something: which command ended how, on objects with which traits, after what was done with the same
 * object before; the whole shape of what a call left behind; how many objects of each kind live.
 *
 * `circumstances` are what is known before a call: traits of its objects, what they have to do with each other, its numbers. They
 * are many and common, nothing is kept for their sake, but how often each was met tells what has hardly been tried.
 *
 * Both follow from the program alone. Flat arrays and no allocation: this runs for every command of a search.
 */
export class Features {
  readonly features: number[] = [];
  readonly circumstances: number[] = [];
  /** By feature: the last program that had it. Of 16 bits, as half of the time goes into waiting for the memory of these tables. */
  private readonly seenBy = new Uint16Array(FEATURES_MAX);
  private program = 0;
  /** By handle: the last event of its object. */
  private readonly lastEvents = new Int32Array(HANDLES_MAX);
  /** Of the objects of the call that is looked at. */
  private readonly traits = Array.from({ length: OBJECTS_MAX }, () => new Uint8Array(TRAITS_MAX));
  private readonly counts = new Uint8Array(OBJECTS_MAX);
  private readonly first: [Handle | null, Handle | null] = [null, null];
  private relation = 0;
  private readonly asked: number[] = [];

  /** The next program. */
  begin(): void {
    if (++this.program > PROGRAMS_MAX) {
      this.seenBy.fill(0);
      this.program = 1;
    }
    this.features.length = 0;
    this.circumstances.length = 0;
    this.lastEvents.fill(0);
  }

  /** The call is about to run: what its objects are like. */
  before(world: World, { command, args }: Call): void {
    const handles = command.handles;
    this.first[0] = this.first[1] = null;
    for (let i = 0; i < handles.length; i++) {
      const handle = liveHandle(world, args[handles[i].at]);
      this.counts[i] = handle === null ? 0 : shapeOf(handle, this.traits[i]);
      if (i < 2) this.first[i] = handle;
    }
    this.relation = relationOf(this.first[0], this.first[1]);
  }

  /** It ran. */
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

  /** A call of the second CPU belongs to the call that ran. */
  beside(host: Call, { command, at }: Call, outcome: number): void {
    this.add(BESIDE, mixed(host.command.opcode, mixed(command.opcode * 64 + outcome, at?.pass ?? 0)));
  }

  /** An arm of a branch. */
  addBranch(feature: number): void {
    this.note(feature, this.features);
  }

  /**
   * How little was tried of what this call would be.
   * @param met - by circumstance: programs that had it
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

  /** The same trait of the first two objects, and what they have to do with each other. */
  private addBoth(event: number): void {
    const [one, other] = this.traits;
    for (let i = 0; i < Math.min(this.counts[0], this.counts[1]); i++)
      this.add(BOTH, mixed(event, (i << 16) | (one[i] << 8) | other[i]));
    this.add(RELATION, mixed(event, this.relation));
  }

  /** What the call left of an object. */
  private addShape(world: World, id: number): void {
    const handle = id < 0 ? null : liveHandle(world, id);
    if (handle === null) return;
    const traits = this.traits[0];
    const count = shapeOf(handle, traits);
    let shape = KINDS.indexOf(handle.kind);
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
