import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Profile } from '../rules/profiles';
import { TargetUnavailableError, firstLine } from './errors';
import type { Answer, Link } from './link';
import { FrameReader, frame } from './linux/frames';
import { decodeReply, encodeRequest, MessageType, type Reply } from './linux/messages';
import { protocolDeath } from './lockstep';
import { answerOf } from './wire';

const ANSWER_TIMEOUT_MS = 20_000;
const STDERR_BYTES_MAX = 64 << 10;

type Settle = (reply: Reply | null) => void;

/**
 * Any program that speaks the protocol of docs/lockstep.md on stdin and stdout: frames of a 32-bit length and a message,
 * the same messages as the kernel module. It is compared with `profile` and its sizes.
 */
export class ProcessLink implements Link {
  readonly profile: string;
  readonly abi;
  private readonly reader = new FrameReader();
  private readonly pending: Settle[] = [];
  private stderr = '';
  private ended: string | null = null;

  private constructor(
    readonly name: string,
    private readonly child: ChildProcessWithoutNullStreams,
    profile: Profile,
  ) {
    this.profile = profile.name;
    this.abi = profile.abi;
    child.stdout.on('data', (chunk: Buffer) => this.received(chunk));
    child.stderr.on(
      'data',
      (chunk: Buffer) => (this.stderr = (this.stderr + chunk.toString('latin1')).slice(-STDERR_BYTES_MAX)),
    );
    child.stdin.on('error', () => undefined); // its end is told by 'close'
    child.on('error', (error) => this.end(firstLine(error)));
    child.on('close', (status, signal) => this.end(signal ?? `status ${status}`));
  }

  /**
   * @param path - the program, started without arguments
   * @throws TargetUnavailableError when it does not answer HELLO
   */
  static async open(path: string, profile: Profile): Promise<ProcessLink> {
    const link = new ProcessLink(path, spawn(path, [], { stdio: 'pipe' }), profile);
    const hello = await link.ask(MessageType.Hello);
    if (hello === null || hello.status !== 0) {
      await link.close();
      throw new TargetUnavailableError(
        `${path} does not answer HELLO (${link.ended ?? 'no answer'}): a target speaks the protocol of docs/lockstep.md on stdin and stdout`,
      );
    }
    return link;
  }

  async execute(request: Buffer): Promise<Answer> {
    const reply = await this.ask(MessageType.Exec, request);
    if (reply !== null) return answerOf(reply.status, reply.payload);
    const death = protocolDeath(
      this.ended === null ? `no answer for ${ANSWER_TIMEOUT_MS} ms` : `it ended (${this.ended})`,
    );
    return { death: { ...death, kind: this.ended === null ? 'hang' : 'killed', console: this.stderr } };
  }

  async splats(): Promise<string> {
    const reply = await this.ask(MessageType.Splats);
    return reply === null || reply.payload.length < 8 ? '' : reply.payload.toString('latin1', 8);
  }

  rearm(): Promise<void> {
    return Promise.resolve();
  }

  memoryInUse(): Promise<number> {
    return Promise.resolve(0);
  }

  close(): Promise<void> {
    this.child.kill('SIGKILL');
    return Promise.resolve();
  }

  private ask(type: MessageType, payload?: Buffer): Promise<Reply | null> {
    if (this.ended !== null) return Promise.resolve(null);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), ANSWER_TIMEOUT_MS);
      this.pending.push((reply) => {
        clearTimeout(timer);
        resolve(reply);
      });
      this.child.stdin.write(frame(encodeRequest(type, payload)));
    });
  }

  private received(chunk: Buffer): void {
    for (const bytes of this.reader.push(chunk)) this.pending.shift()?.(bytes.length >= 4 ? decodeReply(bytes) : null);
  }

  private end(how: string): void {
    this.ended ??= how;
    for (const settle of this.pending.splice(0)) settle(null);
  }
}
