import type { PreemptionPoint } from '../model/world/preemption';
import type { CommandName } from './command_name';

/** The usual place of a command in programs: for generators, not for its meaning. */
export interface Usual {
  /** Weight of the command in draws; USUAL_WEIGHT where absent. */
  readonly weight?: number;
  /**
   * The commands that drivers and the stack usually call next. A name listed twice is twice as likely. Without them few
   * programs get to the end of long ways (allocate, write, sync, add to an skb, mark, clone, merge).
   */
  readonly usuallyNext?: readonly CommandName[];
  /** The points of preemption that a call can pass; absent: none. A point listed twice is twice as likely. */
  readonly points?: readonly PreemptionPoint[];
}

/** Returns the fields of a specification for the record that is made of it. */
export function usualOf({ weight, usuallyNext, points }: Usual): Usual {
  return { weight, usuallyNext, points };
}

/** Repeats a name or a point. */
export function times<const T>(count: number, item: T): readonly T[] {
  return Array.from({ length: count }, () => item);
}
