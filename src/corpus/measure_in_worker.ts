import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { InterruptedError } from '../session/errors';
import type { StoredEntry } from './corpus_files';
import { COVERAGE_VARIABLE } from './coverage_hook';
import type { MeasureJob } from './measure_worker';
import type { Reached } from './measure_features';

const PROGRAMS_PER_MESSAGE = 100;

/** Options of `fork` for a process that counts the model's branches. */
export function countingOptions(): { readonly execArgv: string[]; readonly env: NodeJS.ProcessEnv } {
  return {
    execArgv: [...process.execArgv, '-r', join(__dirname, 'coverage_hook.js')],
    env: { ...process.env, [COVERAGE_VARIABLE]: '1' },
  };
}

/**
 * The features of kept programs, branches of the model included. A process of its own counts the branches, because it
 * loads the model with counters.
 */
export async function measureInWorker(
  entries: readonly StoredEntry[],
  onProgress: (done: number) => void = () => undefined,
): Promise<readonly Reached[]> {
  if (entries.length === 0) return [];
  const child = fork(join(__dirname, 'measure_worker.js'), [], {
    ...countingOptions(),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exit = once(child, 'exit').then(([, signal]) => {
    // Of a signal for all processes, this one may not have seen its own yet.
    if (signal === 'SIGINT' || signal === 'SIGTERM') throw new InterruptedError(signal);
    throw new Error('the process that measures a corpus ended');
  });
  exit.catch(() => undefined);
  const reached: Reached[] = [];
  try {
    for (let from = 0; from < entries.length; from += PROGRAMS_PER_MESSAGE) {
      const texts = entries.slice(from, from + PROGRAMS_PER_MESSAGE).map(({ text }) => text);
      const answer = once(child, 'message');
      // Its exit tells that it could not be sent to.
      child.send({ texts } satisfies MeasureJob, () => undefined);
      const [part] = (await Promise.race([answer, exit])) as [Reached[]];
      reached.push(...part);
      onProgress(reached.length);
    }
  } finally {
    child.kill('SIGKILL');
  }
  return reached;
}
