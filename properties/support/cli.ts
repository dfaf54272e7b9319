import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { opens } from './opened';
import { until } from './until';

export const ROOT = path.resolve(__dirname, '..', '..');
export const BIN = path.join(ROOT, 'bin', 'skbcheck.js');

/** The end of a command line: exit code and output. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The directory and the options of a run. */
export interface Where {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: Buffer;
}

/** Builds dist/ from the sources, once: later calls find it done. */
export function buildOnce(): void {
  const { status, stderr } = spawnSync(process.execPath, [path.join(ROOT, 'tools', 'build.js')], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`tools/build.js: ${stderr}`);
}

/** Tests compare stderr, and a busy machine must not add a line of progress to it. */
const WITHOUT_PROGRESS = { SKBCHECK_PROGRESS: '24h' };
/** As npx starts it, so that messages name it `npx skbcheck` in every folder. */
const BY_NPX = { npm_command: 'exec' };

/** Runs `skbcheck` with these words to its end. */
export function skbcheck(args: readonly string[], { cwd, env, input }: Where): Ended {
  const done = spawnSync(process.execPath, [BIN, ...args], {
    cwd,
    input,
    env: { ...process.env, ...WITHOUT_PROGRESS, ...BY_NPX, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 590_000,
  });
  return { code: done.status, stdout: done.stdout, stderr: done.stderr };
}

/** The first line of a search on stderr: from there on it handles signals itself. */
export const ANNOUNCED = /^skbcheck \d+\.\d+\.\d+(, seed \S+)?: npx skbcheck .*\n/;
/** For `expect`: nothing else on stderr. */
export const onlyAnnounced: unknown = expect.stringMatching(new RegExp(`${ANNOUNCED.source}$`));

/**
 * Runs `skbcheck`, and sends SIGINT to its whole process group, as a terminal does, when a search has begun.
 *
 * @param when - what else must be true first
 */
export async function interruptSkbcheck(
  args: readonly string[],
  { cwd, env }: Where,
  when: () => boolean = () => true,
): Promise<Ended> {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd,
    env: { ...process.env, ...WITHOUT_PROGRESS, ...BY_NPX, ...env },
    detached: true,
  });
  const group = child.pid as number;
  let stdout = '';
  let stderr = '';
  let over = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code) => {
      over = true;
      resolve({ code, stdout, stderr });
    }),
  );
  await opens({ close: () => endGroup(child, ended) });
  await until(() => over || (ANNOUNCED.test(stderr) && when()));
  if (!over) process.kill(-group, 'SIGINT');
  return ended;
}

/** The number of processes with these words in their command line. */
export function running(words: string): number {
  return runningWith(words).length;
}

/** Ends what a test has left running on purpose, by its words. */
export function endRunning(words: string): void {
  for (const pid of runningWith(words)) process.kill(Number(pid), 'SIGKILL');
}

function runningWith(words: string): string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && procFile(pid, 'cmdline').includes(words));
}

/** The processes of a group that have not ended. */
export function livingOf(group: number): string[] {
  return readdirSync('/proc').filter((pid) => {
    const [, state, ofGroup] = /\) (\S) \d+ (\d+)/.exec(/^\d+$/.test(pid) ? procFile(pid, 'stat') : '') ?? [];
    return Number(ofGroup) === group && state !== 'Z';
  });
}

/** A file of a process; empty when the process has ended. */
function procFile(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}

/** Ends a process that is still running, and all others of its group. */
async function endGroup(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid as number), 'SIGKILL');
  await ended;
}

/** A folder for the tests of one file. */
export function folderForTests(name: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), `skbcheck-${name}-`));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A program that runs these lines of JavaScript, like a target of a user. */
export function executableOf(folder: string, name: string, javascript: string): string {
  const script = path.join(folder, `${name}.js`);
  writeFileSync(script, javascript);
  return shellOf(folder, name, `exec '${process.execPath}' '${script}'`);
}

/** A program that is `skbcheck` with these words. */
export function wrapperOf(folder: string, name: string, ...args: string[]): string {
  return shellOf(folder, name, `exec '${process.execPath}' '${BIN}' ${args.join(' ')}`);
}

/** A shell script of these lines. */
export function shellOf(folder: string, name: string, line: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  return file;
}
