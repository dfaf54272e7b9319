import { ARENA, ARENA_BYTES } from './step';

/** Bytes of the memory that one call of a program may use. */
export const CALL_BYTES = 256 << 10;
/** Calls of a program with those of settle. */
export const OUTSIDE_CALLS_MAX = ARENA_BYTES / CALL_BYTES;

/** The part of a program's memory that belongs to one call: two calls never share a buffer. */
export class CallMemory {
  private at: number;
  private readonly end: number;

  /**
   * @param position - of the call in the program
   * @param program - a number that differs between most programs
   */
  constructor(
    readonly position: number,
    readonly program: number,
  ) {
    this.at = ARENA + (position % OUTSIDE_CALLS_MAX) * CALL_BYTES;
    this.end = this.at + CALL_BYTES;
  }

  /**
   * Takes bytes for a buffer, at an address that is a multiple of 16.
   * @throws RangeError when the call needs more than CALL_BYTES
   */
  take(bytes: number): number {
    const at = this.at;
    this.at = (at + bytes + 15) & ~15;
    if (this.at > this.end) throw new RangeError(`a call uses more than ${CALL_BYTES} bytes of memory`);
    return at;
  }
}
