// Builds exported programs of user space, and runs them in a VM without Node, executor or this project's init.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packInitramfs } from '../../src/targets/linux/initramfs';
import { locateKernel } from '../../src/targets/linux/locate';
import { defaultAccel } from '../../src/targets/linux/qemu';
import { run } from '../../src/targets/linux/run';
import { hostTsc_khz } from '../../src/targets/linux/vm';
import { VmProcess } from '../../src/targets/linux/vm_process';

const ENDED = /all programs were run|---\[ end Kernel panic/;
/** A guest that says nothing for so long hangs. It needs seconds, on a busy machine a minute. */
const BOOT_MS_MAX = 300_000;

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
  const binary = path.join(scratch, 'repro-init');
  const built = await run('gcc', ['-O2', '-Wall', '-static', '-o', binary, path.join(__dirname, 'repro_init.c')]);
  if (!built.ok) throw new Error(built.stderr);
  const files = Object.entries(programs).map(([name, content]) => ({ path: name, mode: 0o755, content }));
  const list = Buffer.from(files.map((file) => `/${file.path}\n`).join(''));
  const initrd = path.join(scratch, 'repro.cpio.gz');
  const init = { path: 'init', mode: 0o755, content: readFileSync(binary) };
  writeFileSync(initrd, packInitramfs([init, { path: 'programs', mode: 0o644, content: list }, ...files]));
  const extraAppend = `loglevel=7 tsc_early_khz=${hostTsc_khz()}`;
  const kernelImage = locateKernel(target).image;
  const machine = { kernelImage, initrd, accel: defaultAccel(), memory_mb: 512, extraAppend };
  const guest = await VmProcess.start(machine, (link) => link.resume());
  // The callback runs for each piece of the console from the first program on.
  guest.console.watch('runs ', () => {
    if (ENDED.test(guest.console.text())) guest.kill();
  });
  const limit = setTimeout(() => guest.kill(), BOOT_MS_MAX);
  await guest.ended;
  clearTimeout(limit);
  return guest.console.text();
}
