import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Job, Piece } from './job';

/** A worker's message: a piece of its job's result, or the end of the job. */
export type FromWorker = Piece | { readonly kind: 'done' } | { readonly kind: 'failed'; readonly message: string };

/** The caller of the jobs: it gets their results and can interrupt them. */
export interface Watcher {
  readonly onPiece: (position: number, piece: Piece) => void;
  readonly onDone: (position: number) => void;
  readonly interrupted: () => boolean;
  /** A signal for all processes ended a worker; this process may not have seen it yet. */
  readonly onSignal: () => void;
}

const CHECK_INTERVAL_MS = 100;

/** Does jobs in `workers` processes. Ends when all are done, or soon after an interrupt. */
export async function runInWorkers(jobs: readonly Job[], workers: number, watcher: Watcher): Promise<void> {
  let next = 0;
  const lanes = Array.from({ length: Math.min(workers, jobs.length) }, async () => {
    const child = fork(join(__dirname, 'worker.js'), [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    try {
      let isAlive = true;
      while (isAlive && next < jobs.length && !watcher.interrupted()) {
        const position = next++;
        isAlive = await doIn(child, jobs[position], watcher, position);
      }
    } finally {
      child.kill('SIGKILL');
    }
  });
  await Promise.all(lanes);
}

/** @returns false when a signal for all processes ended the worker before it could ignore it */
function doIn(child: ChildProcess, job: Job, watcher: Watcher, position: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = setInterval(() => watcher.interrupted() && end(), CHECK_INTERVAL_MS);
    const end = (error?: Error, isAlive = true): void => {
      clearInterval(timer);
      child.off('message', onMessage).off('exit', onExit);
      if (error === undefined) resolve(isAlive);
      else reject(error);
    };
    const onExit = (_code: number | null, signal: NodeJS.Signals | null): void => {
      if (signal === 'SIGINT' || signal === 'SIGTERM') {
        watcher.onSignal();
        end(undefined, false);
      } else end(new Error(`a worker ended while it did ${JSON.stringify(job)}`));
    };
    const onMessage = (message: unknown): void => {
      const said = message as FromWorker;
      if (said.kind === 'failed') end(new Error(`${job.mutant}: ${said.message}`));
      else if (said.kind === 'done') {
        watcher.onDone(position);
        end();
      } else watcher.onPiece(position, said);
    };
    child.on('message', onMessage).on('exit', onExit);
    // A worker that a signal ended between two jobs has no other exit to tell.
    if (child.exitCode !== null || child.signalCode !== null) onExit(child.exitCode, child.signalCode);
    // Its exit tells that it could not be sent to: without a callback, the error would end this process.
    else child.send(job, () => undefined);
  });
}
