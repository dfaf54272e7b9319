// Builds exported programs of user space, and runs them in a VM without Node, executor or this project's init.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from '../../src/targets/linux/run';
import { runAlone, type AloneProgram } from './run_alone';

const PROGRAMS: AloneProgram = {
  source: 'repro_init.c',
  begins: 'runs ',
  ended: /all programs were run|---\[ end Kernel panic/,
};

/** Builds `repro.c`; returns the program. @throws Error with the compiler's words */
export async function buildProgram(source: string, scratch: string): Promise<Buffer> {
  mkdirSync(scratch, { recursive: true });
  const file = path.join(scratch, 'repro.c');
  const binary = path.join(scratch, 'repro');
  writeFileSync(file, source);
  const built = await run('gcc', ['-O1', '-Wall', '-Wextra', '-Werror', '-static', '-o', binary, file]);
  if (!built.ok) throw new Error(built.stderr);
  return readFileSync(binary);
}

/** Runs programs one after the other as the only ones of a kernel, and returns its console. */
export async function runPrograms(
  target: string,
  programs: Readonly<Record<string, Buffer>>,
  scratch: string,
): Promise<string> {
  const files = Object.entries(programs).map(([name, content]) => ({ path: name, mode: 0o755, content }));
  const list = Buffer.from(files.map((file) => `/${file.path}\n`).join(''));
  return runAlone(target, PROGRAMS, [{ path: 'programs', mode: 0o644, content: list }, ...files], scratch);
}
