// The end of a worker of `skbcheck mutants`: by a signal it interrupts the run, by anything else it is an error.

import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { runInWorkers, type Watcher } from '../src/benchmark/workers';
import type { Job } from '../src/benchmark/job';

type End = readonly [code: number | null, signal: NodeJS.Signals | null];

let end: End;
jest.mock('node:child_process', () => ({ fork: () => dyingWorker() }));

/** A worker that dies of its first job. */
function dyingWorker(): ChildProcess {
  const child = new EventEmitter();
  const send = (): boolean => setImmediate(() => child.emit('exit', ...end)).hasRef();
  return Object.assign(child, { send, kill: () => true }) as unknown as ChildProcess;
}

const JOBS = [{ mutant: 'F3' }, { mutant: 'B2' }] as Job[];

/** Runs two jobs in one worker that ends so, and tells how often a signal was reported. */
async function signalsOf(how: End): Promise<number> {
  end = how;
  let signals = 0;
  const nothing = (): undefined => undefined;
  const watcher: Watcher = {
    onPiece: nothing,
    onDone: nothing,
    interrupted: () => false,
    onSignal: () => (signals += 1),
  };
  await runInWorkers(JOBS, 1, watcher);
  return signals;
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  'a worker that %s ends is reported, although this process has not seen the signal yet, and gets no other job',
  async (signal) => {
    expect(await signalsOf([null, signal])).toBe(1);
  },
);

test.each<End>([
  [1, null],
  [0, null],
  [null, 'SIGKILL'],
])('a worker that ends with code %s or by %s is an error that names its job', async (code, signal) => {
  await expect(signalsOf([code, signal])).rejects.toThrow('a worker ended while it did {"mutant":"F3"}');
});
