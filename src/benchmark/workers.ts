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
}

const CHECK_INTERVAL_MS = 100;

/** Does jobs in `workers` processes. Ends when all are done, or soon after an interrupt. */
export async function runInWorkers(jobs: readonly Job[], workers: number, watcher: Watcher): Promise<void> {
  let next = 0;
  const lanes = Array.from({ length: Math.min(workers, jobs.length) }, async () => {
    const child = fork(join(__dirname, 'worker.js'), [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    try {
      while (next < jobs.length && !watcher.interrupted()) {
        const position = next++;
        await doIn(child, jobs[position], watcher, position);
      }
    } finally {
      child.kill('SIGKILL');
    }
  });
  await Promise.all(lanes);
}

function doIn(child: ChildProcess, job: Job, watcher: Watcher, position: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setInterval(() => watcher.interrupted() && end(), CHECK_INTERVAL_MS);
    const end = (error?: Error): void => {
      clearInterval(timer);
      child.off('message', onMessage).off('exit', onExit);
      if (error === undefined) resolve();
      else reject(error);
    };
    const onExit = (): void => end(new Error(`a worker ended while it did ${JSON.stringify(job)}`));
    const onMessage = (message: unknown): void => {
      const said = message as FromWorker;
      if (said.kind === 'failed') end(new Error(`${job.mutant}: ${said.message}`));
      else if (said.kind === 'done') {
        watcher.onDone(position);
        end();
      } else watcher.onPiece(position, said);
    };
    child.on('message', onMessage).on('exit', onExit);
    child.send(job);
  });
}
