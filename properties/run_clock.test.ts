// The time limits of targets: a machine that has no processor for a target makes it slow, and does not make it hang.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { RunClock, runQueueWaits_ms } from '../src/targets/run_clock';

const LIMIT_MS = 20_000;
/** Of a thread that waited long before, and not now. */
const OLD_WAIT_MS = 10 * LIMIT_MS;

const waitOf = (pid: number): number => Math.max(0, ...runQueueWaits_ms(pid).values());

describe('a time limit of a target', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  /** Runs a limit on a process that waits for a processor during a share of the time, until `busy_ms`. */
  function limitOf(share: number, busy_ms: number): { end_ms?: number; time?: string } {
    const begin_ms = performance.now();
    const clock = new RunClock(
      () =>
        new Map([
          ['1', OLD_WAIT_MS],
          ['2', share * Math.min(performance.now() - begin_ms, busy_ms)],
        ]),
    );
    const limit: { end_ms?: number; time?: string } = {};
    clock.after(LIMIT_MS, (time) => Object.assign(limit, { end_ms: performance.now() - begin_ms, time }));
    jest.advanceTimersByTime(LIMIT_MS * 20);
    return limit;
  }
  const endOf = (share: number, busy_ms: number): number | undefined => limitOf(share, busy_ms).end_ms;

  test('is over after its length when the target has the processor', () => {
    expect(endOf(0, 0)).toBeCloseTo(LIMIT_MS, -2);
  });

  test('does not count the time for which the target waits for a processor', () => {
    expect(endOf(1, 60_000)).toBeCloseTo(60_000 + LIMIT_MS, -2);
    expect(endOf(0.75, Infinity)).toBeCloseTo(4 * LIMIT_MS, -2);
  });

  test('is over in the end, even if the target never gets a processor', () => {
    expect(endOf(1, Infinity)).toBeCloseTo(10 * LIMIT_MS, -2);
  });

  test('says which clock it was on, as far as a run says the same each time', () => {
    expect(limitOf(0, 0).time).toBe('20000 ms on its own clock');
    expect(limitOf(0.75, Infinity).time).toBe('20000 ms on its own clock');
    expect(limitOf(1, Infinity).time).toBe('200000 ms');
  });

  test('never is over for a target that answers', () => {
    let isOver = false;
    new RunClock(() => new Map()).after(LIMIT_MS, () => (isOver = true))();
    jest.advanceTimersByTime(LIMIT_MS * 20);
    expect(isOver).toBe(false);
  });
});

const says = existsSync('/proc/self/schedstat') ? test : test.skip;

says('a process that shares the processors waits for them, and the kernel says for how long', async () => {
  const loops = Array.from({ length: cpus().length * 3 }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  );
  try {
    const wait = () => Math.min(...loops.map(({ pid }) => waitOf(pid ?? 0)));
    while (wait() < 100) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(wait()).toBeGreaterThanOrEqual(100);
  } finally {
    for (const loop of loops) loop.kill('SIGKILL');
  }
});

test('a process that has ended waits for nothing', () => {
  expect(runQueueWaits_ms(2 ** 30).size).toBe(0);
});
