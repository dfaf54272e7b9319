import { isHandleArg, rangeOf } from '../commands/arg_range';
import type { Command } from '../commands/command';
import type { Arg } from '../commands/arg';
import { COMMANDS } from '../commands/registry';
import { CONTEXT_NAPI, CONTEXT_PROCESS } from '../model/world/world';
import type { Call } from '../program/program';
import { CALL_WORDS, ExecFlag, HANDLES, NO_HANDLE, REQUEST_HEADER_WORDS } from '../protocol/exec';

/** A request EXEC as data. */
export interface ExecRequest {
  readonly programs: readonly (readonly Call[])[];
  /** The call whose whole observation the reply contains. */
  readonly observe?: { readonly program: number; readonly call: number };
  /** The target keeps the objects of the previous request. */
  readonly continues: boolean;
}

/** An invalid request. The message is one line. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}

const BY_OPCODE = new Map(COMMANDS.map((command) => [command.opcode, command]));

/**
 * Reads the payload of a request EXEC, which batch.ts writes. It checks every number, since the sender may be wrong.
 * @throws DecodeError
 */
export function decodeExec(words: Uint32Array): ExecRequest {
  return new Decoder(words).request();
}

class Decoder {
  private at = REQUEST_HEADER_WORDS;

  constructor(private readonly words: Uint32Array) {}

  request(): ExecRequest {
    const { words } = this;
    if (words.length < REQUEST_HEADER_WORDS)
      throw new DecodeError(`a request has at least ${REQUEST_HEADER_WORDS} words, not ${words.length}`);
    const [count, flags, observeProgram, observeCall] = words;
    if ((flags & ~(ExecFlag.Observe | ExecFlag.Continue)) !== 0) throw new DecodeError(`flags ${flags} are not known`);
    const programs: Call[][] = [];
    for (let i = 0; i < count; i++) programs.push(this.program());
    if (this.at !== words.length)
      throw new DecodeError(`${words.length - this.at} words are left behind the last program`);
    const continues = (flags & ExecFlag.Continue) !== 0;
    if ((flags & ExecFlag.Observe) === 0) return { programs, continues };
    return { programs, continues, observe: { program: observeProgram, call: observeCall } };
  }

  private program(): Call[] {
    const calls: Call[] = [];
    for (let left = this.next(); left > 0; left--) calls.push(this.call());
    return calls;
  }

  private call(): Call {
    this.need(CALL_WORDS);
    const head = this.next();
    const result = this.next();
    const tail = this.next();
    const command = BY_OPCODE.get(head & 0xffff);
    if (command === undefined) throw new DecodeError(`opcode ${head & 0xffff} is no command`);
    const count = head >>> 16;
    if (count !== command.args.length)
      throw new DecodeError(`${command.name} takes ${command.args.length} arguments, not ${count}`);
    this.need(count);
    const args = command.args.map((arg) => checkedArg(command, arg, this.next() | 0));
    return {
      command,
      args,
      result: checkedResult(command, result),
      fail: checkedFail(command, tail & 0xffff),
      context: checkedContext(command, tail >>> 16),
    };
  }

  private next(): number {
    this.need(1);
    return this.words[this.at++];
  }

  private need(words: number): void {
    if (this.words.length - this.at < words) throw new DecodeError('the request ends within a call');
  }
}

function checkedArg(command: Command, arg: Arg, value: number): number {
  const [min, max] = allowedRange(arg);
  if (value < min || value > max)
    throw new DecodeError(`${command.name}: ${arg.name} is ${value}, it must be from ${min} to ${max}`);
  return value;
}

function allowedRange(arg: Arg): readonly [number, number] {
  return isHandleArg(arg) ? [arg.optional === true ? -1 : 0, HANDLES - 1] : rangeOf(arg);
}

function checkedResult(command: Command, result: number): number {
  if (result === NO_HANDLE) {
    // An object without a handle would be a leak.
    if (command.result !== undefined)
      throw new DecodeError(`${command.name} makes a ${command.result}, which needs a handle`);
    return -1;
  }
  if (command.result === undefined) throw new DecodeError(`${command.name} makes no object`);
  if (result >= HANDLES) throw new DecodeError(`handle ${result} is not below ${HANDLES}`);
  return result;
}

function checkedFail(command: Command, fail: number): number {
  if (fail > 0 && !command.allocates) throw new DecodeError(`${command.name} allocates nothing that could fail`);
  return fail;
}

function checkedContext(command: Command, context: number): number {
  if (context > CONTEXT_NAPI) throw new DecodeError(`context ${context} is not known`);
  if (context !== CONTEXT_PROCESS && !command.contextual)
    throw new DecodeError(`${command.name} does not depend on its context`);
  return context;
}
