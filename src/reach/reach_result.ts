import type { Level } from '../commands/outside/step';

/** The condition of a finding's guilty call: plain data. */
export interface ReachCondition {
  /** The function of the kernel. */
  readonly function: string;
  /** `skb->cloned is 1`, `skb_try_coalesce+0x5c runs`. */
  readonly facts: readonly string[];
  /** Programs that show the finding and were compared, the finding's own included. */
  readonly guiltyPrograms: number;
  /** Clean programs, and their invocations of the function. */
  readonly cleanPrograms: number;
  readonly ordinary: number;
  /** Of these invocations those that fulfil the condition: more than 0 means that it has no line of its own. */
  readonly alike: number;
  /** A line of the function is in the condition; false: only facts about its arguments are. */
  readonly hasLine: boolean;
  /** Hardly any clean invocation fulfils it: a program that reaches it is a yes. */
  readonly tellsApart: boolean;
}

/** A program of user space that reaches the condition. */
export interface Reached {
  readonly as: Level;
  /** Its text. */
  readonly program: string;
  /** Programs that were run before. */
  readonly programs: number;
}

/** A level at which no program reached the condition. */
export interface NotReached {
  readonly as: Level;
  readonly programs: number;
  /** Times that the function was entered. */
  readonly entered: number;
  /** Deaths of the kernel meanwhile. */
  readonly deaths: number;
  /** Of the closest invocation; absent: none. */
  readonly closest?: { readonly satisfied: number; readonly wanted: number; readonly missing: readonly string[] };
}

/** The answer of `skbcheck reach`. */
export interface ReachResult {
  readonly finding: string;
  readonly target: string;
  /** The guilty call as text, and its position. */
  readonly call: string;
  readonly at: number;
  /** Absent: the call enters no function of the kernel that can be watched. */
  readonly condition?: ReachCondition;
  /** Why only the model makes the call; absent: a kernel makes it, too. */
  readonly modelOnly?: string;
  readonly reached?: Reached;
  readonly notReached: readonly NotReached[];
}
