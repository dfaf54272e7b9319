import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BIN, ROOT } from './cli';

/** A process of a campaign on many machines, and its output. */
export class Machine {
  stderr = '';
  readonly ended: Promise<number | null>;

  constructor(readonly child: ChildProcess) {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = new Promise((resolve) => child.once('close', (code) => resolve(code)));
  }

  get lives(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Signals the process and all that it has started. */
  signal(signal: NodeJS.Signals): void {
    if (this.lives) process.kill(-(this.child.pid as number), signal);
  }

  async untilItSays(words: RegExp, within_ms = 40_000): Promise<void> {
    await until(
      () => words.test(this.stderr),
      within_ms,
      () => `no line matches ${words}: ${this.stderr}`,
    );
  }
}

/** Short times, so that a lost lease is soon noticed. */
export const TIMES = { lock_ms: 1500, stalled_ms: 700, poll_ms: 100, grace_ms: 5000 };

/** The machines of one test, all of which end with it. */
export class Machines {
  private readonly all: Machine[] = [];

  constructor(private readonly url: string) {}

  /** `skbcheck campaign --queue`. */
  campaign(...words: string[]): Machine {
    return this.started([BIN, 'campaign', '--queue', this.url, ...words]);
  }

  /**
   * `skbcheck worker --queue` with one process and the times above; `workerFile` may be another program that searches.
   */
  worker(
    workerFile = path.join(ROOT, 'dist', 'src', 'cli', 'support', 'campaign', 'campaign_worker.js'),
    version = ownVersion(),
  ): Machine {
    const settings = { url: this.url, workers: 1, workerFile, memoryMiB: 1024, hang_ms: 60_000, version, times: TIMES };
    const script = `
      const { QueueWorker } = require(${JSON.stringify(path.join(ROOT, 'dist', 'src', 'queue', 'queue_worker.js'))});
      let interrupted = false;
      process.on('SIGTERM', () => (interrupted = true));
      QueueWorker.open(
        { ...${JSON.stringify(settings)}, isUsable: (target) => target === 'model' },
        { say: (line) => console.error(line), onStatus: () => {}, interrupted: () => interrupted },
      ).then((worker) => worker.run()).then(
        () => (process.exitCode = 0),
        (error) => (console.error(error.message), (process.exitCode = error.exitCode ?? 70)),
      ).then(() => setTimeout(() => process.exit(), 500).unref());`;
    return this.started(['-e', script]);
  }

  /** @returns exit codes of those that were still running */
  async endAll(): Promise<(number | null)[]> {
    const left = this.all.splice(0).filter(({ lives }) => lives);
    for (const machine of left) machine.child.kill('SIGTERM');
    const timer = setTimeout(() => left.forEach((machine) => machine.signal('SIGKILL')), 20_000);
    const codes = await Promise.all(left.map(({ ended }) => ended));
    clearTimeout(timer);
    return codes;
  }

  private started(words: readonly string[]): Machine {
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'], detached: true, cwd: ROOT });
    const machine = new Machine(child);
    this.all.push(machine);
    return machine;
  }
}

function ownVersion(): string {
  return (JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
}

/** @throws the text of `why` when the time is over */
export async function until(is: () => boolean, within_ms: number, why: () => string): Promise<void> {
  for (const end = Date.now() + within_ms; !is(); await sleep(25)) if (Date.now() > end) throw new Error(why());
}

export function sleep(time_ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time_ms));
}
