// Boots a kernel with one program of a test as its init, without this project's own.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packInitramfs, type InitramfsFile } from '../../src/targets/linux/initramfs';
import { locateKernel } from '../../src/targets/linux/locate';
import { defaultAccel } from '../../src/targets/linux/qemu';
import { run } from '../../src/targets/linux/run';
import { hostTsc_khz } from '../../src/targets/linux/vm';
import { VmProcess } from '../../src/targets/linux/vm_process';

/** A guest whose program neither ends nor dies hangs. It needs seconds, on a busy machine a minute. */
const BOOT_MS_MAX = 300_000;

/** A program of a test that is the only one of a VM. */
export interface AloneProgram {
  /** Its source beside this file: `insmod_init.c`. */
  readonly source: string;
  /** The words that it prints first; its console is looked at from then on. */
  readonly begins: string;
  /** Found in the console when nothing more is to come. */
  readonly ended: RegExp;
}

/**
 * Returns the console of a kernel that ran the program, with files beside it.
 *
 * @param scratch - a folder for the program and its initramfs
 * @param append - more words for the kernel's command line
 */
export async function runAlone(
  target: string,
  { source, begins, ended }: AloneProgram,
  files: readonly InitramfsFile[],
  scratch: string,
  append = '',
): Promise<string> {
  mkdirSync(scratch, { recursive: true });
  const binary = path.join(scratch, path.basename(source, '.c'));
  const built = await run('gcc', [...['-O2', '-Wall', '-static', '-o', binary], path.join(__dirname, source)]);
  if (!built.ok) throw new Error(built.stderr);
  const initrd = path.join(scratch, `${path.basename(target)}.cpio.gz`);
  const init = { path: 'init', mode: 0o755, content: readFileSync(binary) };
  writeFileSync(initrd, packInitramfs([init, ...files]));
  // A guest that cannot calibrate its time stamp counter on a busy machine never gets a timer interrupt.
  const extraAppend = `loglevel=7 tsc_early_khz=${hostTsc_khz()} ${append}`.trim();
  const kernelImage = locateKernel(target).image;
  const machine = { kernelImage, initrd, accel: defaultAccel(), memory_mb: 512, extraAppend };
  const guest = await VmProcess.start(machine, (link) => link.resume());
  // The callback runs for each piece of the console from the first words on.
  guest.console.watch(begins, () => {
    if (ended.test(guest.console.text())) guest.kill();
  });
  const limit = setTimeout(() => guest.kill(), BOOT_MS_MAX);
  await guest.ended;
  clearTimeout(limit);
  return guest.console.text();
}
