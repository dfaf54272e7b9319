import { findMutant } from '../rules/mutants';
import { doJob, type Job } from './job';
import type { FromWorker } from './workers';

function say(message: FromWorker): Promise<void> {
  return new Promise((resolve) => process.send?.(message, () => resolve()));
}

async function work(job: Job): Promise<void> {
  try {
    const mutant = findMutant(job.mutant);
    if (mutant === undefined) throw new Error('no such mutant');
    for (const piece of doJob(job, mutant)) await say(piece);
    await say({ kind: 'done' });
  } catch (error) {
    await say({ kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

// The main program of each worker: jobs arrive as messages, and their results leave piece by piece. Terminals send
// SIGINT, and systemd SIGTERM, to all processes; the parent decides when a worker ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit());
process.on('message', (job) => void work(job as Job));
