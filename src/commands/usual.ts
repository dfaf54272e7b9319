import type { PreemptionPoint } from '../model/world/preemption';
import type { CommandName } from './command_name';

/** What programs usually do with a command: for generators, not for its meaning. */
export interface Usual {
  /** How often the command is drawn, relative to others; USUAL_WEIGHT where absent. */
  readonly weight?: number;
  /**
   * The commands that drivers and the stack usually call next. A name listed twice is twice as likely. Without them the long ways
   * (allocate, write, sync, add to an skb, mark, clone, merge) are seldom walked to their end.
   */
  readonly usuallyNext?: readonly CommandName[];
  /** The points of preemption that a call can pass; absent: none. A point listed twice is twice as likely. */
  readonly points?: readonly PreemptionPoint[];
}

/** Those of the fields that a specification has, for the record that is made of it. */
export function usualOf({ weight, usuallyNext, points }: Usual): Usual {
  return { weight, usuallyNext, points };
}

/** The same name or point several times. */
export function times<const T>(count: number, item: T): readonly T[] {
  return Array.from({ length: count }, () => item);
}
