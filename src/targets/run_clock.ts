import { readdirSync, readFileSync } from 'node:fs';

/** A sample of /proc that is younger than this is good enough for the beginning of a time limit. */
const SAMPLE_MS = 1000;
/** A limit ends after this many times its length, whatever the process waited for. */
const LONGEST = 10;
/** The shortest time between two looks at a limit. */
const LOOK_MS = 50;
const NS_PER_MS = 1e6;

/**
 * A clock of another process: no time passes while the process is ready to run and the machine has no processor for it.
 * A target on a busy machine is slow, and does not hang.
 */
export class RunClock {
  private sampled_ms = -Infinity;
  private waits_ms: ReadonlyMap<string, number> = new Map();
  private waited_ms = 0;

  /** @param waitsOf_ms - how long each thread of the process has been ready without a processor, so far, in ms */
  constructor(private readonly waitsOf_ms: () => ReadonlyMap<string, number>) {}

  /** The clock of a process by its id; undefined: it could not be started. */
  static of(pid: number | undefined): RunClock {
    return new RunClock(() => (pid === undefined ? new Map() : runQueueWaits_ms(pid)));
  }

  /**
   * Calls back when the process had its time and did not settle.
   * @param limit_ms - the time on this clock
   * @param act - gets the time as words for a message. The real time may be longer, and would differ from run to run
   * @returns a function that ends the limit
   */
  after(limit_ms: number, act: (time: string) => void): () => void {
    const begin_ms = performance.now();
    const waited_ms = this.sample(begin_ms, SAMPLE_MS);
    let timer: NodeJS.Timeout;
    const look = (): void => {
      const now_ms = performance.now();
      const passed_ms = now_ms - begin_ms;
      const left_ms = limit_ms - passed_ms + this.sample(now_ms, 0) - waited_ms;
      if (left_ms < 1) act(`${limit_ms} ms on its own clock`);
      else if (passed_ms >= limit_ms * LONGEST) act(`${limit_ms * LONGEST} ms`);
      else timer = setTimeout(look, Math.max(LOOK_MS, Math.min(left_ms, limit_ms)));
    };
    timer = setTimeout(look, limit_ms);
    return () => clearTimeout(timer);
  }

  private sample(now_ms: number, age_ms: number): number {
    if (now_ms - this.sampled_ms > age_ms) {
      this.sampled_ms = now_ms;
      const waits_ms = this.waitsOf_ms();
      // Threads wait side by side: the one that waited most since the last sample held the process up.
      const more_ms = [...waits_ms].map(([thread, wait_ms]) => wait_ms - (this.waits_ms.get(thread) ?? 0));
      this.waited_ms += Math.max(0, ...more_ms);
      this.waits_ms = waits_ms;
    }
    return this.waited_ms;
  }
}

/**
 * How long each thread of a process was ready to run and had no processor, in ms; none where the system does not say.
 * Documentation/scheduler/sched-stats.rst of the kernel: the second field of /proc/PID/schedstat, in ns.
 */
export function runQueueWaits_ms(pid: number): Map<string, number> {
  const tasks = `/proc/${pid}/task`;
  return new Map(
    (read(() => readdirSync(tasks)) ?? []).flatMap((task) => {
      const text = read(() => readFileSync(`${tasks}/${task}/schedstat`, 'utf8'));
      return text === undefined ? [] : [[task, Number(text.split(' ')[1] ?? 0) / NS_PER_MS] as const];
    }),
  );
}

/** Undefined: the thread, or the process, has ended. */
function read<T>(reading: () => T): T | undefined {
  try {
    return reading();
  } catch {
    return undefined;
  }
}
