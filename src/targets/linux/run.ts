import { spawn, type ChildProcess } from 'node:child_process';
import { InterruptedError } from '../../session/errors';

/** Programs that run; they must not outlive this process. */
const running = new Set<ChildProcess>();
let hasExitHook = false;

/** The outcome of a program. */
export interface RunResult {
  readonly ok: boolean;
  /** "status 2", "SIGKILL", or why it could not be started. */
  readonly exit: string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of a program's run. */
export interface RunOptions {
  readonly cwd?: string;
  /** The program's standard input; default: empty. */
  readonly input?: Buffer | string;
  /** More environment. Messages are in English anyway. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a program to its end. Never throws: a failure is a result.
 * @param command - looked for in PATH
 * @param args - passed as they are, no shell
 * @param options - folder, environment and input
 */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise((resolve) => {
    const env = { ...process.env, LC_ALL: 'C', ...options.env };
    const child = spawn(command, args, { cwd: options.cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
    endWithUs(child);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input);
    child.once('error', (error) => resolve({ ok: false, exit: error.message, stdout, stderr }));
    child.once('close', (code, signal) =>
      resolve({ ok: code === 0, exit: signal ?? `status ${code}`, stdout, stderr }),
    );
  });
}

/**
 * Throws InterruptedError when a signal for the whole process group ended a program. make says so with its status or
 * with a line, depending on which of its processes got the signal first.
 * @param result - of the program
 */
export function assertUninterrupted({ ok, exit, stderr }: RunResult): void {
  if (ok) return;
  if (exit === 'SIGTERM' || /\*\*\*.* Terminated$/m.test(stderr)) throw new InterruptedError('SIGTERM');
  if (exit === 'SIGINT' || /\*\*\*.* Interrupt$/m.test(stderr)) throw new InterruptedError('SIGINT');
}

/** SIGTERM, on which make ends what it has started. */
function endWithUs(child: ChildProcess): void {
  running.add(child);
  child.once('close', () => running.delete(child));
  if (hasExitHook) return;
  hasExitHook = true;
  process.on('exit', () => running.forEach((each) => each.kill()));
}

/**
 * Returns the most useful line of a failed program's output: the first with "error" or make's "***", else the last.
 * @param result - of a program that failed
 */
export function tellingLine(result: RunResult): string {
  const lines = `${result.stderr}\n${result.stdout}`.split('\n').map((line) => line.trim());
  const spoken = lines.filter((line) => line !== '' && !line.startsWith('W:'));
  return spoken.find((line) => /\berror\b|^E:|\*\*\*/i.test(line)) ?? spoken.at(-1) ?? result.exit;
}
