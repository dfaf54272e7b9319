import type { FreeChoiceName } from './free_choices';

/** A part of the answer to a call, as user space sees it. */
export interface AnswerField {
  /** `return value`, `msg_flags`, `getsockname address`. */
  readonly name: string;
  readonly value: string | Buffer;
  /** The choice of the kernel that may make it differ; absent: it must agree. */
  readonly choice?: FreeChoiceName;
}

/** Bytes that a call took out of a socket. */
export interface Taken {
  /** The number of the socket's name. */
  readonly fd: number;
  readonly bytes: Buffer;
  /** The stream was at its end. */
  readonly atEnd: boolean;
}

/** The answer to a call of a program. */
export interface CallAnswer {
  /** Position among the calls that the executor got. */
  readonly at: number;
  readonly fields: readonly AnswerField[];
  /** Of a plain read of a socket. */
  readonly taken?: Taken;
  /** The call takes bytes out of this file in a way that hides them: their sum is not known any more. */
  readonly hides?: number;
  /** The call wrote bytes from a pipe or a file into a file: they may be the file's own pages. */
  readonly writesFile?: boolean;
  /** Sends with MSG_ZEROCOPY that were notified, of the socket. */
  readonly notified?: { readonly fd: number; readonly sends: readonly number[] };
}

/** The answers of a kernel to a program. */
export interface ProgramAnswers {
  readonly calls: readonly CallAnswer[];
  /** Sockets that counted drops: numbers of their names. */
  readonly dropping: ReadonlySet<number>;
  /** How the program ended: `done`, `killed 9`. */
  readonly end: string;
}
