// Builds exported folders against a kernel, and loads the modules in a VM without Node, link or this project's init.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packInitramfs } from '../../src/targets/linux/initramfs';
import { locateKernel } from '../../src/targets/linux/locate';
import { defaultAccel } from '../../src/targets/linux/qemu';
import { run } from '../../src/targets/linux/run';
import { hostTsc_khz } from '../../src/targets/linux/vm';
import { VmProcess } from '../../src/targets/linux/vm_process';
import { ROOT } from './cli';

/** The last lines of a guest: of its init, or of a panic. */
const ENDED = /^all modules were loaded|Kernel Offset: |---\[ end Kernel panic/m;

/**
 * Runs `make` on a copy of an exported folder; returns the module. The copy is made over that of the folder before: what
 * is equal is not compiled again.
 */
export async function buildRepro(folder: string, target: string, scratch: string): Promise<Buffer> {
  const copy = path.join(scratch, `build-${target}`);
  copyOver(folder, copy);
  const settings = [
    `KDIR=${locateKernel(target).buildTree}`,
    'CC=gcc',
    'KCFLAGS=-g0',
    'CONFIG_DEBUG_INFO_BTF_MODULES=',
  ];
  const built = await run('make', ['-C', copy, '-j2', ...settings]);
  if (!built.ok) throw new Error(`make in ${copy}:\n${built.stderr}`);
  return readFileSync(path.join(copy, 'repro.ko'));
}

function copyOver(folder: string, copy: string): void {
  const wanted = filesOf(folder);
  for (const name of filesOf(copy)) if (/\.[ch]$/.test(name) && !wanted.includes(name)) rmSync(path.join(copy, name));
  for (const name of wanted) {
    const [text, to] = [readFileSync(path.join(folder, name), 'utf8'), path.join(copy, name)];
    if (existsSync(to) && readFileSync(to, 'utf8') === text) continue;
    mkdirSync(path.dirname(to), { recursive: true });
    writeFileSync(to, text);
  }
}

function filesOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

/** Boots a kernel, loads modules one after the other, and returns its console. */
export async function insmodAll(
  target: string,
  modules: readonly { readonly name: string; readonly content: Buffer }[],
  scratch: string,
): Promise<string> {
  mkdirSync(scratch, { recursive: true });
  const binary = path.join(scratch, 'insmod-init');
  const built = await run('gcc', [
    ...['-O2', '-Wall', '-static', '-o', binary],
    path.join(ROOT, 'properties/support/insmod_init.c'),
  ]);
  if (!built.ok) throw new Error(built.stderr);
  const files = modules.map(({ name, content }) => ({ path: `repro-${name}.ko`, mode: 0o644, content }));
  const list = Buffer.from(files.map((file) => `/${file.path}\n`).join(''));
  const initrd = path.join(scratch, `${target}.cpio.gz`);
  const init = { path: 'init', mode: 0o755, content: readFileSync(binary) };
  writeFileSync(initrd, packInitramfs([init, { path: 'modules', mode: 0o644, content: list }, ...files]));
  const kernelImage = locateKernel(target).image;
  // A guest that cannot calibrate its time stamp counter on a busy machine never gets a timer interrupt.
  const extraAppend = `loglevel=7 tsc_early_khz=${hostTsc_khz()}`;
  const machine = { kernelImage, initrd, accel: defaultAccel(), memory_mb: 512, extraAppend };
  const guest = await VmProcess.start(machine, (link) => link.resume());
  // The callback runs for each piece of the console from the first module on.
  guest.console.watch('insmod ', () => {
    if (ENDED.test(guest.console.text())) guest.kill();
  });
  await guest.ended;
  return guest.console.text();
}

/** The verdict of each module by its name, as the console says it: PASS, FAIL or SKIP. */
export function verdictsIn(console: string): Record<string, string> {
  const lines = console.matchAll(/# ([\w-]+): (PASS|FAIL|SKIP)\s*$/gm);
  return Object.fromEntries([...lines].map(([, name, verdict]) => [name, verdict]));
}
