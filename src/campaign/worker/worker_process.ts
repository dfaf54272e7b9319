import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { WorkerStatus } from '../campaign_types';
import type { CoverageMapData } from 'istanbul-lib-coverage';
import { countingOptions } from '../../corpus/measure_in_worker';
import type { FindingReported, FromWorker, KeptProgram, TaskEnd, ToWorker } from '../worker_messages';

/** Limits and callbacks of a worker process. */
interface WorkerOptions {
  /** The file that it runs. */
  readonly file: string;
  readonly memoryMiB: number;
  /** A worker without a sign of life for this time hangs. */
  readonly hang_ms: number;
  /** Resolves when the finding is stored. The worker waits for that. */
  readonly onFinding: (worker: WorkerProcess, finding: FindingReported) => Promise<void>;
  readonly sharing?: CorpusSharing;
}

/** How the workers share kept programs. */
export interface CorpusSharing {
  /** True when this worker counts the model's branches, which makes it slower by a quarter to a half. */
  readonly counts: boolean;
  /** The programs that a starting worker receives. */
  readonly entries: () => readonly KeptProgram[];
  /** Called when the worker keeps a program. `reached`: all of its features. */
  readonly onKept: (worker: WorkerProcess, entry: KeptProgram, reached: readonly number[]) => void;
  /** Called with the branch counts of a process since its start. */
  readonly onCoverage: (pid: number | undefined, map: CoverageMapData) => void;
}

/** The worker's process ended before its task did. */
interface Died {
  readonly kind: 'died';
  readonly why: string;
}

const MIB = 1 << 20;
const RESTART_MS = 100;
const RESTART_MAX_MS = 1_000;
const PAGE_BYTES = 4096;
/** Entries of the corpus in one message. */
const ENTRIES_PER_MESSAGE = 200;
/** Characters of the process's stderr that are kept. */
const STDERR_MAX = 2000;

const living = new Set<ChildProcess>();
let killsLivingAtExit = false;

/** A worker: a process that does one task at a time, and is started again whenever it ended. */
export class WorkerProcess {
  private child: ChildProcess | null = null;
  private onEnd: ((end: TaskEnd | Died) => void) | null = null;
  private lastHeard_ms = 0;
  private killedFor: string | null = null;
  private deathsInRow = 0;
  /** The number of its findings that are not stored yet. It waits for these, so it may be silent. */
  private unstored = 0;
  private stderr = '';
  /** Commands executed for the current task. */
  private commandsOfTask = 0;
  private state: WorkerStatus['state'] = 'waits';
  private what: string | undefined;
  private commands = 0;
  private rssBytes = 0;
  private restarts = 0;

  constructor(
    readonly id: string,
    private readonly options: WorkerOptions,
  ) {}

  /** Undefined while it has no process. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  get status(): WorkerStatus {
    const { id, state, what: lease, commandsOfTask, rssBytes, restarts, pid } = this;
    const commands = this.commands + commandsOfTask;
    return { id, pid, state, ...(lease === undefined ? {} : { lease }), commands, commandsOfTask, rssBytes, restarts };
  }

  /** True while it works on a task. */
  get busy(): boolean {
    return this.onEnd !== null;
  }

  /**
   * Does a task.
   * @param what - name of the task in status lines
   */
  async do(task: Extract<ToWorker, { kind: 'lease' | 'reduce' }>, what: string): Promise<TaskEnd | Died> {
    this.what = what;
    if (this.child === null) await this.start();
    this.state = task.kind === 'lease' ? 'searches' : 'reduces';
    this.lastHeard_ms = performance.now();
    const end = await new Promise<TaskEnd | Died>((resolve) => {
      this.onEnd = resolve;
      // The worker may have died in the meantime.
      if (this.child === null) this.over({ kind: 'died', why: 'it ended before it began' });
      else this.send(task);
    });
    this.commands += this.commandsOfTask;
    this.commandsOfTask = 0;
    this.what = undefined;
    this.deathsInRow = end.kind === 'died' ? this.deathsInRow + 1 : 0;
    this.state = end.kind === 'died' ? 'restarts' : 'waits';
    return end;
  }

  /** Kills the process when it is silent for too long or uses too much memory. */
  checkHealth(): void {
    if (this.child === null) return;
    this.rssBytes = rssOf(this.child.pid) ?? this.rssBytes;
    const { memoryMiB, hang_ms } = this.options;
    if (this.rssBytes > memoryMiB * MIB) this.kill(`it grew beyond ${memoryMiB} MiB`);
    else if (this.busy && this.unstored === 0 && performance.now() - this.lastHeard_ms > hang_ms)
      this.kill(`it gave no sign of life for ${Math.round(hang_ms / 1000)} s`);
  }

  /** Starts to count silence again, after this process itself was stopped and could hear no worker. */
  restartSilence(): void {
    this.lastHeard_ms = performance.now();
  }

  /** Sends it programs that others kept. */
  share(entries: readonly KeptProgram[]): void {
    for (let i = 0; i < entries.length; i += ENTRIES_PER_MESSAGE)
      this.send({ kind: 'corpus', entries: entries.slice(i, i + ENTRIES_PER_MESSAGE) });
  }

  kill(why: string): void {
    if (this.child === null) return;
    this.killedFor ??= why;
    this.child.kill('SIGKILL');
  }

  /** Asks the process to end, and kills it after `grace_ms`. */
  async end(grace_ms: number): Promise<void> {
    const { child } = this;
    if (child === null) return;
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    this.send({ kind: 'stop' });
    const timer = setTimeout(() => this.kill('the campaign ended'), grace_ms);
    await ended;
    clearTimeout(timer);
  }

  private async start(): Promise<void> {
    if (this.deathsInRow > 0) {
      this.state = 'restarts';
      this.restarts++;
      const wait_ms = Math.min(RESTART_MAX_MS, RESTART_MS * 2 ** this.deathsInRow);
      await new Promise((resolve) => setTimeout(resolve, wait_ms));
    } else this.state = 'starts';
    const counting = this.options.sharing?.counts === true ? countingOptions() : undefined;
    const child = fork(this.options.file, [], {
      execArgv: [`--max-old-space-size=${this.options.memoryMiB}`, ...(counting?.execArgv ?? [])],
      ...(counting === undefined ? {} : { env: counting.env }),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.child = child;
    this.unstored = 0;
    this.killedFor = null;
    this.stderr = '';
    killAtExit(child);
    child.stderr?.on('data', (chunk: Buffer) => (this.stderr = (this.stderr + chunk.toString()).slice(-STDERR_MAX)));
    child.on('message', (message) => this.heard(child, message as FromWorker));
    child.on('error', (error) => (this.stderr += error.message));
    // 'close' and not 'exit': all messages have come in by then.
    child.once('close', (code, signal) => this.ended(child, code, signal));
    this.share(this.options.sharing?.entries() ?? []);
  }

  private heard(child: ChildProcess, message: FromWorker): void {
    if (child !== this.child) return;
    this.lastHeard_ms = performance.now();
    switch (message.kind) {
      case 'ready':
        return;
      case 'progress':
        this.commandsOfTask = message.commands;
        this.rssBytes = message.rssBytes;
        return;
      case 'finding': {
        const { number } = message;
        this.unstored++;
        void this.options.onFinding(this, message).then(() => {
          if (child !== this.child) return;
          this.unstored--;
          this.lastHeard_ms = performance.now();
          this.send({ kind: 'acknowledge', number });
        });
        return;
      }
      case 'kept':
        this.options.sharing?.onKept(this, message.entry, message.reached);
        return;
      case 'coverage':
        this.options.sharing?.onCoverage(child.pid, message.map);
        return;
      case 'done':
        this.commandsOfTask = message.result.commands;
        return this.over(message);
      default:
        return this.over(message);
    }
  }

  private ended(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): void {
    if (child !== this.child) return;
    this.child = null;
    this.rssBytes = 0;
    const last = this.stderr
      .trim()
      .split('\n')
      .find((line) => /error|fatal/i.test(line));
    const how = signal === null ? `it ended with status ${code}` : `it was ended by ${signal}`;
    this.over({ kind: 'died', why: this.killedFor ?? `${how}${last === undefined ? '' : `: ${last.trim()}`}` });
  }

  private over(end: TaskEnd | Died): void {
    const { onEnd } = this;
    this.onEnd = null;
    onEnd?.(end);
  }

  private send(message: ToWorker): void {
    // An error here needs no handling: the process is dead, which 'close' reports.
    if (this.child?.connected === true) this.child.send(message, () => undefined);
  }
}

/** Kills the worker when this process exits. */
function killAtExit(child: ChildProcess): void {
  living.add(child);
  child.once('exit', () => living.delete(child));
  if (killsLivingAtExit) return;
  killsLivingAtExit = true;
  process.on('exit', () => {
    for (const one of living) one.kill('SIGKILL');
  });
}

/** Resident bytes of a process, which need not answer; undefined when /proc does not say. */
function rssOf(pid: number | undefined): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES;
  } catch {
    return undefined;
  }
}
