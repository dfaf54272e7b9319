import type { Call } from '../program/program';
import type { World } from '../model/world/world';
import { NO_HANDLE, REQUEST_HEADER_WORDS, type ExecFlag } from '../protocol/exec';
import { isHashed } from '../protocol/kinds';
import { Observer } from './observation/observe';

/** One program of a batch: the calls that were executed, and the model's answers. */
export interface BatchProgram {
  /** Number of the program in the search: the search finds the program again by it. */
  readonly id: number;
  /** First of its calls in the batch's arrays. */
  readonly firstCall: number;
  calls: number;
}

/**
 * Programs in binary form with the model's answers, in flat arrays: lockstep sends hundreds of thousands of calls per
 * second. src/protocol/exec.ts has the layout of a request.
 */
export class Batch {
  private words = new Uint32Array(1 << 16);
  private length = REQUEST_HEADER_WORDS;
  private countAt = 0;
  readonly programs: BatchProgram[] = [];
  rets = new Uint32Array(1 << 12);
  digests = new Uint32Array(1 << 12);
  calls = 0;
  private readonly observer = new Observer();

  clear(): void {
    this.length = REQUEST_HEADER_WORDS;
    this.programs.length = 0;
    this.calls = 0;
  }

  beginProgram(id: number): void {
    this.programs.push({ id, firstCall: this.calls, calls: 0 });
    this.countAt = this.length;
    this.put(0);
  }

  /**
   * Takes the program that began last out again, once.
   * @returns the number of its calls
   */
  dropProgram(): number {
    const program = this.programs.pop();
    if (program === undefined) return 0;
    this.length = this.countAt;
    this.calls = program.firstCall;
    return program.calls;
  }

  /** A call that the model has just executed on `world`. */
  executed(world: World, call: Call): void {
    const program = this.programs[this.programs.length - 1];
    program.calls++;
    this.words[this.countAt]++;
    this.put(call.command.opcode | (call.args.length << 16));
    this.put(call.result < 0 ? NO_HANDLE : call.result);
    this.put(call.fail | (call.context << 16));
    for (const arg of call.args) this.put(arg);
    if (this.calls === this.rets.length) this.growAnswers();
    this.rets[this.calls] = world.ret;
    this.observer.observe(world, hashedHandles(call));
    this.digests[this.calls] = this.observer.digest();
    this.calls++;
  }

  /**
   * The request's bytes (a copy).
   * @param flags - of ExecFlag
   */
  request(flags: ExecFlag | 0 = 0, observeProgram = 0, observeCall = 0): Buffer {
    this.words[0] = this.programs.length;
    this.words[1] = flags;
    this.words[2] = observeProgram;
    this.words[3] = observeCall;
    return Buffer.from(this.words.slice(0, this.length).buffer);
  }

  private put(word: number): void {
    if (this.length === this.words.length) {
      const words = new Uint32Array(this.words.length * 2);
      words.set(this.words);
      this.words = words;
    }
    this.words[this.length++] = word;
  }

  private growAnswers(): void {
    const rets = new Uint32Array(this.rets.length * 2);
    const digests = new Uint32Array(this.digests.length * 2);
    rets.set(this.rets);
    digests.set(this.digests);
    this.rets = rets;
    this.digests = digests;
  }
}

const handles: number[] = [];

/** Handles whose payload goes into the observation after the call: its arguments and its result. */
export function hashedHandles(call: Call): readonly number[] {
  handles.length = 0;
  const positions = call.command.handles;
  for (let i = 0; i < positions.length; i++) {
    const { at, kind } = positions[i];
    if (call.args[at] >= 0 && isHashed(kind)) handles.push(call.args[at]);
  }
  if (call.result >= 0) handles.push(call.result);
  return handles;
}
