/** A reduction gets this time even if the time of its search is over. */
const REDUCING_MIN_MS = 5_000;
/**
 * The share of the time that is left which a reduction takes at most, where the search goes on behind it: on a kernel
 * that dies of each candidate one reduction would take all of it.
 */
const REDUCING_SHARE = 1 / 2;
/** Answers that are on their way when the time is over are waited for; more would overrun the limit. */
const GRACE_MS = 1_000;

/** The time of a search or of a reduction. A signal of the user ends it as well. */
export class TimeLimit {
  private over_ms = Infinity;

  /**
   * @param end_ms - on the clock of `performance.now()`; Infinity: no limit
   * @param interrupted - true once the user wants an end
   */
  constructor(
    private readonly end_ms: number,
    private readonly interrupted: () => boolean,
  ) {}

  /** @param time_ms - from now on; null: no limit */
  static of(time_ms: number | null, interrupted: () => boolean): TimeLimit {
    return new TimeLimit(time_ms === null ? Infinity : performance.now() + time_ms, interrupted);
  }

  /** Nothing new is begun. */
  readonly isOver = (): boolean => {
    const now_ms = performance.now();
    if (now_ms >= this.end_ms || this.interrupted()) this.over_ms = Math.min(this.over_ms, now_ms);
    return now_ms >= this.over_ms;
  };

  /** Nothing is waited for. */
  readonly isPast = (): boolean => this.isOver() && performance.now() >= this.over_ms + GRACE_MS;

  /** Until the end; Infinity: no limit. */
  get left_ms(): number {
    return Math.max(0, this.end_ms - performance.now());
  }

  /**
   * The limit of a reduction that begins now: REDUCING_SHARE of the time that is left, and REDUCING_MIN_MS at least.
   * @param isLast - nothing is searched behind it: it may take all that is left
   */
  forReducing(isLast = false): TimeLimit {
    const time_ms = Math.max(this.left_ms * (isLast ? 1 : REDUCING_SHARE), REDUCING_MIN_MS);
    return new TimeLimit(performance.now() + time_ms, this.interrupted);
  }
}
