import { PROGRAM_STATUSES, type StepProgramResult, type StepResult } from '../../commands/outside/step';
import { padded, PROGRAM_HEADER_BYTES, RESULT_HEADER_BYTES, ResultFlag } from './wire';

/** A reply that no executor writes: a program has overwritten its own results, or the guest is broken. */
export class BadReplyError extends Error {}

/**
 * Reads the payload of the reply to Outside. A program can write over its own results, so every length is checked.
 * Results that make no sense end the list of that program, because those before them are true.
 * @param reply - the payload
 * @param programs - how many were sent
 */
export function decodeResults(reply: Buffer, programs: number): StepProgramResult[] {
  const cursor = new Cursor(reply);
  const count = cursor.u32();
  cursor.u32();
  if (count !== programs) throw new BadReplyError(`results of ${count} where ${programs} were sent`);
  const results = Array.from({ length: count }, () => decodeProgram(cursor));
  if (cursor.left !== 0) throw new BadReplyError(`${cursor.left} bytes behind the results`);
  return results;
}

function decodeProgram(cursor: Cursor): StepProgramResult {
  cursor.want(PROGRAM_HEADER_BYTES);
  const status = PROGRAM_STATUSES.at(cursor.u32());
  const detail = cursor.s32();
  const results_bytes = cursor.u32();
  const log_bytes = cursor.u32();
  if (status === undefined) throw new BadReplyError('a status that is none');
  const results = decodeSteps(cursor.bytes(results_bytes));
  return { status, detail, results, log: cursor.bytes(log_bytes).toString('latin1') };
}

function decodeSteps(bytes: Buffer): StepResult[] {
  const cursor = new Cursor(bytes);
  const results: StepResult[] = [];
  try {
    while (cursor.left > 0) results.push(decodeStep(cursor));
  } catch (error) {
    if (!(error instanceof BadReplyError)) throw error;
  }
  return results;
}

function decodeStep(cursor: Cursor): StepResult {
  cursor.want(RESULT_HEADER_BYTES);
  const step = cursor.u32();
  const flags = cursor.u32();
  const ret = cursor.s64();
  const outs = cursor.u32();
  const log_bytes = cursor.u32();
  const out: Buffer[] = [];
  for (let left = outs; left > 0; left--) {
    const length = cursor.u32();
    cursor.u32();
    out.push(cursor.bytes(length));
  }
  const log = cursor.bytes(log_bytes).toString('latin1');
  return { step, ret, interrupted: (flags & ResultFlag.Interrupted) !== 0, out, log };
}

/** Reads from the front of a buffer, and throws BadReplyError behind its end. */
class Cursor {
  private at = 0;

  constructor(private readonly buffer: Buffer) {}

  get left(): number {
    return this.buffer.length - this.at;
  }

  want(bytes: number): void {
    if (bytes > this.left) throw new BadReplyError(`${bytes} bytes are missing at ${this.at}`);
  }

  u32(): number {
    return this.take(4).readUInt32LE();
  }

  s32(): number {
    return this.take(4).readInt32LE();
  }

  /** Exact for addresses: those of user space have 47 bits. */
  s64(): number {
    return Number(this.take(8).readBigInt64LE());
  }

  /** Bytes, and the padding behind them. */
  bytes(length: number): Buffer {
    return this.take(padded(length)).subarray(0, length);
  }

  private take(bytes: number): Buffer {
    this.want(bytes);
    this.at += bytes;
    return this.buffer.subarray(this.at - bytes, this.at);
  }
}
