// The words of a message EXEC.
//
// Request: programs, flags, observed program, observed call; for each program: calls; for each call:
//   opcode | arguments << 16, result, fail | context << 16, arguments...
// Reply: for each program: calls; for each call: returned, digest, splats;
//   with Observe: words of the observation after the observed call, and these words.

/** Words before the first program: programs, flags, observed program, observed call. */
export const REQUEST_HEADER_WORDS = 4;
/** Words of a call before its arguments: opcode and arguments, result, fail and context. */
export const CALL_WORDS = 3;
/** Words of the reply for each call: returned, digest, splats. */
export const REPLY_WORDS_PER_CALL = 3;
/** Most arguments of one call. */
export const ARGS_MAX = 12;
/** Live objects of one program; a handle's number is below. */
export const HANDLES = 1024;

/** Stands for no handle. */
export const NO_HANDLE = 0xffffffff;

/** Flags of a request. */
export enum ExecFlag {
  /** Answer with the whole observation after the observed call. */
  Observe = 1,
  /** Keep the objects of the previous request. */
  Continue = 2,
}

/** Returned by a call that was not made. */
export enum Refusal {
  /** A handle is missing, in use or of another kind, or a number is out of range. */
  BadCall = 0xdead0001,
  /** No such opcode. */
  NoCommand = 0xdead0002,
  /** This kernel has no such function, or cannot fail allocations. */
  Unsupported = 0xdead0003,
  /** A table of the target is full. */
  NoRoom = 0xdead0004,
}
