import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { resolve as resolvePath } from 'node:path';
import type { Profile } from '../rules/profiles';
import { TargetUnavailableError, firstLine } from '../session/errors';
import type { Answer, Link } from '../lockstep/link';
import { FrameReader, frame } from './linux/frames';
import { decodeReply, encodeRequest, type Reply } from '../protocol/message_bytes';
import { MESSAGE_MAX_BYTES, MessageType } from '../protocol/messages';
import { answerOf } from '../lockstep/wire';
import { RunClock } from './run_clock';

const ANSWER_TIMEOUT_MS = 20_000;
const STDERR_BYTES_MAX = 64 << 10;

/** An answer, or the reason why there is none: the program hangs, or it has ended. */
type Outcome =
  { readonly reply: Reply } | { readonly reply?: undefined; readonly hangs: boolean; readonly why: string };
type Settle = (outcome: Outcome) => void;

/** Running programs, which must end with this process. */
const running = new Set<ChildProcessWithoutNullStreams>();
let hasExitHook = false;

/** Options of the link to a program. */
export interface ProcessOptions {
  /** A program that is silent for this time of its own clock (RunClock) hangs; default 20000. */
  readonly answerTimeout_ms?: number;
  /** The time limit of its first answer, which it can give only once it has started; default 20000. */
  readonly helloTimeout_ms?: number;
  /** Ends a program that has not answered HELLO yet. */
  readonly signal?: AbortSignal;
}

/**
 * Any program that speaks the protocol of docs/reference/lockstep.md on stdin and stdout: frames of a 32-bit length and
 * a message, the same messages as the kernel module. Lockstep compares it with `profile` and its sizes.
 */
export class ProcessLink implements Link {
  readonly profile: string;
  readonly abi;
  private readonly reader = new FrameReader(MESSAGE_MAX_BYTES);
  private readonly pending: Settle[] = [];
  private readonly clock: RunClock;
  private stderr = '';
  private ended: string | null = null;

  private constructor(
    readonly name: string,
    private readonly child: ChildProcessWithoutNullStreams,
    profile: Profile,
    private readonly answerTimeout_ms: number,
  ) {
    this.profile = profile.name;
    this.abi = profile.abi;
    this.clock = RunClock.of(child.pid);
    endWithUs(child);
    child.stdout.on('data', (chunk: Buffer) => this.received(chunk));
    child.stderr.on(
      'data',
      (chunk: Buffer) => (this.stderr = (this.stderr + chunk.toString('latin1')).slice(-STDERR_BYTES_MAX)),
    );
    child.stdin.on('error', () => undefined); // 'close' reports its end
    child.on('error', (error) => this.end(firstLine(error)));
    child.on('close', (status, signal) => this.end(`it ended (${signal ?? `status ${status}`})`));
  }

  /**
   * @param path - the program, started without arguments
   * @throws TargetUnavailableError when it does not answer HELLO
   */
  static async open(path: string, profile: Profile, options: ProcessOptions = {}): Promise<ProcessLink> {
    // A group of its own: Ctrl-C ends the search, not the target in the middle of an answer.
    const child = spawn(resolvePath(path), [], { stdio: 'pipe', detached: true });
    const link = new ProcessLink(path, child, profile, options.answerTimeout_ms ?? ANSWER_TIMEOUT_MS);
    const giveUp = (): void => endGroup(child);
    options.signal?.addEventListener('abort', giveUp, { once: true });
    if (options.signal?.aborted) giveUp();
    const hello = await link.ask(MessageType.Hello, undefined, options.helloTimeout_ms ?? ANSWER_TIMEOUT_MS);
    options.signal?.removeEventListener('abort', giveUp);
    if (hello.reply?.status !== 0) {
      await link.close();
      const why = hello.reply === undefined ? hello.why : `status ${hello.reply.status}`;
      throw new TargetUnavailableError(
        `${path} does not answer HELLO: ${why}; ` +
          'a target speaks the protocol of docs/reference/lockstep.md on stdin and stdout',
      );
    }
    return link;
  }

  async execute(request: Buffer): Promise<Answer> {
    const outcome = await this.ask(MessageType.Exec, request);
    if (outcome.reply !== undefined) return answerOf(outcome.reply.status, outcome.reply.payload);
    return { death: { kind: outcome.hangs ? 'hang' : 'killed', detail: outcome.why, console: this.stderr } };
  }

  async splats(): Promise<string> {
    const { reply } = await this.ask(MessageType.Splats);
    return reply === undefined || reply.payload.length < 8 ? '' : reply.payload.toString('latin1', 8);
  }

  rearm(): Promise<void> {
    return Promise.resolve();
  }

  memoryInUse(): Promise<number> {
    return Promise.resolve(0);
  }

  close(): Promise<void> {
    endGroup(this.child);
    return Promise.resolve();
  }

  private ask(type: MessageType, payload?: Buffer, timeout_ms = this.answerTimeout_ms): Promise<Outcome> {
    if (this.ended !== null) return Promise.resolve({ hangs: false, why: this.ended });
    return new Promise((resolve) => {
      const endLimit = this.clock.after(timeout_ms, (time) => resolve({ hangs: true, why: `no answer for ${time}` }));
      this.pending.push((outcome) => {
        endLimit();
        resolve(outcome);
      });
      this.child.stdin.write(frame(encodeRequest(type, payload)));
    });
  }

  private received(chunk: Buffer): void {
    if (this.ended !== null) return;
    try {
      for (const bytes of this.reader.push(chunk)) {
        if (bytes.length < 4) throw new RangeError(`an answer of ${bytes.length} bytes`);
        this.pending.shift()?.({ reply: decodeReply(bytes) });
      }
    } catch (error) {
      this.end(`what it says is not the protocol: ${firstLine(error)}`);
      endGroup(this.child);
    }
  }

  private end(how: string): void {
    this.ended ??= how;
    for (const settle of this.pending.splice(0)) settle({ hangs: false, why: this.ended });
  }
}

function endWithUs(child: ChildProcessWithoutNullStreams): void {
  running.add(child);
  child.once('close', () => running.delete(child));
  // Its last words are still to be read, so its pipes stay open.
  child.once('exit', () => killGroup(child.pid));
  if (hasExitHook) return;
  hasExitHook = true;
  process.on('exit', () => running.forEach(endGroup));
}

/**
 * Ends the program and all that it started. A process that has left the group may hold its pipes, which must not keep
 * this process alive.
 */
function endGroup(child: ChildProcessWithoutNullStreams): void {
  killGroup(child.pid);
  for (const stream of child.stdio) stream?.destroy();
  child.unref();
}

/** @param leader - undefined: it could not be started */
function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // All of the group have ended.
  }
}
