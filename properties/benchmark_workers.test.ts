// The end of a worker of `skbcheck mutants`: by a signal it interrupts the run, by anything else it is an error.

import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { runInWorkers, type Watcher } from '../src/benchmark/workers';
import type { Job } from '../src/benchmark/job';

type End = readonly [code: number | null, signal: NodeJS.Signals | null];

let end: End;
/** The worker dies before it is sent its job: its exit was told already. */
let before = false;
jest.mock('node:child_process', () => ({ fork: () => dyingWorker() }));

/** A worker that dies of its first job. */
function dyingWorker(): ChildProcess {
  const child = new EventEmitter();
  const send = (_job: Job, sent?: (error: Error) => void): boolean => {
    const error = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    // As Node does: an error that no callback takes is an event.
    setImmediate(() => (sent === undefined ? child.emit('error', error) : sent(error)));
    return setImmediate(() => child.emit('exit', ...end)).hasRef();
  };
  const dead = before ? { exitCode: end[0], signalCode: end[1] } : { exitCode: null, signalCode: null };
  return Object.assign(child, { send, kill: () => true, ...dead }) as unknown as ChildProcess;
}

const JOBS = [{ mutant: 'F3' }, { mutant: 'B2' }] as Job[];

/** Runs two jobs in one worker that ends so, and tells how often a signal was reported. */
async function signalsOf(how: End, isDead = false): Promise<number> {
  end = how;
  before = isDead;
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
    expect(await signalsOf([null, signal], true)).toBe(1);
  },
);

test.each<End>([
  [1, null],
  [0, null],
  [null, 'SIGKILL'],
])('a worker that ends with code %s or by %s is an error that names its job', async (code, signal) => {
  await expect(signalsOf([code, signal])).rejects.toThrow('a worker ended while it did {"mutant":"F3"}');
});
