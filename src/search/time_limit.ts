/** A reduction gets this time even if the time of its search is over. */
const REDUCING_MIN_MS = 5_000;
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

  /** The limit of a reduction that begins now: what is left of the time, and some seconds at least. */
  forReducing(): TimeLimit {
    return new TimeLimit(Math.max(this.end_ms, performance.now() + REDUCING_MIN_MS), this.interrupted);
  }
}
