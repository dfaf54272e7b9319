import type { StepProgram } from '../commands/outside/step';
import type { OutsideState } from '../protocol/outside/state';
import type { OutsideTarget } from './outside_target';

/** Objects that are left after programs have run and their namespaces are gone. */
export interface LeftBehind {
  /** The counter: `slab.skbuff_head_cache`. */
  readonly counter: string;
  /** Objects for each run of the program. */
  readonly each: number;
}

/** Runs of a program between two counts. One run is lost in the noise: CPUs keep up to 64 heads (NAPI_SKB_CACHE_SIZE). */
const ROUNDS = 48;
/** A counter that grows by so much in all rounds, twice, counts what is left behind. */
const LEFT_MIN = ROUNDS / 2;
/** Growth of a counter over some programs that is worth a second look. */
const NOTICED_MIN = 4;
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

/** Returns whether programs may have left something behind: the kernel holds more than before. */
export function mayHaveLeft(before: OutsideState, after: OutsideState): boolean {
  return !after.isQuiet || grown(before, after, NOTICED_MIN).length > 0;
}

/** What each run of a program leaves behind; undefined: nothing, or the target died. */
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
