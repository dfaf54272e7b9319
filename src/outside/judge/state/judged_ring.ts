import type { JudgedFd } from '../judged_fd';
import type { Told } from '../told';

/** A request that a program put into a ring. */
export interface JudgedRequest {
  readonly told: Told;
  /** The socket; undefined: it was closed, or is none. */
  readonly fd: JudgedFd | undefined;
  /** Of a receive that may wait: the place of its buffer; -1: it has one of its own. */
  readonly slot: number;
  isDone: boolean;
  /** Of a send without a copy: its notification is to come. */
  isAwaited: boolean;
  isNotified: boolean;
}

/** A ring of io_uring, as the kernel's answers so far say that it is. */
export class JudgedRing {
  /** By the position of the call, which is the request's number. */
  readonly requests = new Map<number, JudgedRequest>();
  /** Completions that were judged. */
  seen = 0;
  /** Receives that waited at the last call: see OutsideFd.uring. */
  waiting: JudgedRequest[] = [];
  /** Receives so far that may wait. */
  receives = 0;
}
