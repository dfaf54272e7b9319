/** The parts of a blind search that take its time: the search itself, boots of the kernel, looks at differences. */
type Activity = 'search' | 'boot' | 'look';

/** Times in ms. */
export type Times = Readonly<Record<Activity, number>>;

/** Tells the time of a search from the time of what is none: a moment belongs to one activity. */
export class SearchClock {
  private readonly spent_ms: Record<Activity, number> = { search: 0, boot: 0, look: 0 };
  private now: Activity = 'search';
  private since_ms: number;

  constructor(private readonly now_ms: () => number) {
    this.since_ms = now_ms();
  }

  /** The time of the work is that of an activity, but for what the work itself gives to another one. */
  async during<T>(activity: Activity, work: () => Promise<T>): Promise<T> {
    const before = this.now;
    this.turnTo(activity);
    try {
      return await work();
    } finally {
      this.turnTo(before);
    }
  }

  /** The times so far. */
  read(): Times {
    this.turnTo(this.now);
    return { ...this.spent_ms };
  }

  /** The times since an earlier reading. */
  since(before: Times): Times {
    const { search, boot, look } = this.read();
    return { search: search - before.search, boot: boot - before.boot, look: look - before.look };
  }

  private turnTo(activity: Activity): void {
    const now_ms = this.now_ms();
    this.spent_ms[this.now] += now_ms - this.since_ms;
    this.since_ms = now_ms;
    this.now = activity;
  }
}
