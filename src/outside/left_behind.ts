import type { StepProgram } from '../commands/outside/step';
import type { OutsideState } from '../protocol/outside/state';
import { guiltyBy, type Suspect } from './guilty';
import type { OutsideTarget } from './outside_target';
import type { PromiseName } from './promises';

/** Objects that are left after programs have run and their namespaces are gone. */
export interface LeftBehind {
  /** The counter: `slab.skbuff_head_cache`. */
  readonly counter: string;
  /** Objects for each run of the program. */
  readonly each: number;
}

/** Whether a signature is of objects that a program leaves behind: only then must a judge of it measure. */
export const isOfRest = (signature: string): boolean => signature.split(' ', 1)[0] === GIVEN_BACK;

const GIVEN_BACK: PromiseName = 'given-back';
/** Runs of a program between two counts. One run is lost in the noise: a CPU keeps NAPI_SKB_CACHE_SIZE heads. */
const ROUNDS = 48;
/** A counter that grows by so much in all rounds, twice, counts what is left behind. */
const LEFT_MIN = ROUNDS / 2;
/** Growth of a counter over some programs, beyond the most that it ever was, that is worth a second look. */
const NOTICED_MIN = 3;
/** Heads that a CPU keeps for later: NAPI_SKB_CACHE_SIZE of net/core/skbuff.c. */
const KEPT_HEADS = 64;
const HEADS = 'slab.skbuff_head_cache';
/** Runs of a group of programs in the search for the one that leaves something behind. */
const GROUP_ROUNDS = 4;
/** Counters of objects. The others count bytes and pages, which caches keep. */
const OBJECTS = /^slab\./;
/** Caches that keep objects for a time: their numbers say nothing (inet_peer_gc, fib tables of namespaces that end). */
const KEPT = /inet_peer|fib|ip_dst|rtable/;

/** Counters that grew from one count to the next. */
export function grown(before: OutsideState, after: OutsideState, min: number): string[] {
  return Object.keys(after.counters).filter(
    (counter) =>
      OBJECTS.test(counter) &&
      !KEPT.test(counter) &&
      counter in before.counters &&
      after.counters[counter] - before.counters[counter] >= min,
  );
}

/** The most that the kernel ever held between programs. Its caches fill at first, and then hold no more. */
export class HighWater {
  private most: OutsideState | undefined;

  /** Takes a count. Returns whether the programs before it may have left something behind. */
  exceededBy(state: OutsideState): boolean {
    const { most } = this;
    const exceeds = most !== undefined && (!state.isQuiet || isNoticed(most, state));
    const counters = { ...state.counters };
    for (const [name, value] of Object.entries(most?.counters ?? {}))
      counters[name] = Math.max(value, counters[name] ?? 0);
    this.most = { ...state, counters };
    return exceeds;
  }
}

function isNoticed(most: OutsideState, state: OutsideState): boolean {
  return grown(most, state, NOTICED_MIN).some(
    (counter) => counter !== HEADS || state.counters[counter] - most.counters[counter] > KEPT_HEADS,
  );
}

/** Finds the program of a group that leaves something behind at each run. */
export const guiltyOf = <T extends Suspect>(
  target: OutsideTarget,
  group: readonly T[],
  isOver: () => boolean,
): Promise<T | undefined> => guiltyBy(group, (part) => growsWith(target, part), isOver);

async function growsWith(target: OutsideTarget, group: readonly Suspect[]): Promise<boolean> {
  let before = await target.state();
  // A namespace that never ends keeps those that end after it (cleanup_net): nobody could say whose objects are left.
  if (before?.isQuiet === false) {
    await target.forget();
    before = await target.state();
  }
  for (let round = 0; round < GROUP_ROUNDS; round++) {
    const answer = await target.run(group.map(({ steps }) => steps));
    if ('death' in answer) return false;
  }
  const after = await target.state();
  return before !== undefined && after !== undefined && grown(before, after, GROUP_ROUNDS).length > 0;
}

/** Returns the objects that each run of a program leaves behind; undefined: nothing, or the target died. */
export async function leftBehind(target: OutsideTarget, program: StepProgram): Promise<LeftBehind | undefined> {
  const rounds = Array.from({ length: ROUNDS }, () => program);
  const counts: OutsideState[] = [];
  for (let i = 0; i < 3; i++) {
    const answer = await target.run(rounds);
    if ('death' in answer) return undefined;
    const state = await target.state();
    if (state === undefined) return undefined;
    counts.push(state);
  }
  const [first, second, third] = counts;
  const again = grown(second, third, LEFT_MIN);
  const counter = grown(first, second, LEFT_MIN).find((name) => again.includes(name));
  if (counter === undefined) return undefined;
  return { counter, each: (third.counters[counter] - second.counters[counter]) / ROUNDS };
}
