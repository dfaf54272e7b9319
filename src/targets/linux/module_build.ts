import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { madeHeaders } from '../../protocol/header/made_headers';
import { TargetUnavailableError } from '../../session/errors';
import { isThere, withLock } from './cache';
import { packInitramfs, type InitramfsFile } from './initramfs';
import type { KernelFiles } from './kernel_files';
import { hasProgram } from './qemu';
import { run, tellingLine } from './run';
import { findVirtioModules, unpackModules } from './virtio_modules';

/** The directory kernel/ of this package, whether it runs from src/ or dist/src/. */
export function kernelSources(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'kernel', 'link', 'main.c'))) return join(folder, 'kernel');
  }
  throw new TargetUnavailableError(`the directory kernel/ of this package is missing above ${__dirname}; reinstall it`);
}

/**
 * Makes the initramfs for a kernel: init, the module built against that kernel, and the virtio modules it needs. Takes
 * it from the cache when neither the kernel nor kernel/ has changed.
 * @param kernel - the kernel to build against
 * @param cache - the cache directory
 * @param say - receives a line for each build
 */
export async function ensureInitrd(kernel: KernelFiles, cache: string, say: (line: string) => void): Promise<string> {
  const key = initrdKey(kernel);
  const initrd = join(cache, 'initrd', `${key}.cpio.gz`);
  if (isThere(initrd)) return initrd;
  return withLock(cache, fileLock(initrd), async () => {
    if (isThere(initrd)) return initrd;
    say(`building the module for ${kernel.target}`);
    for (const tool of ['gcc', 'make']) {
      if (hasProgram(tool)) continue;
      throw new TargetUnavailableError(
        `no ${tool} in PATH to build the module with; install it with: npx skbcheck kernel setup`,
      );
    }
    const folder = join(cache, 'build', `${key}-${randomBytes(4).toString('hex')}`);
    try {
      const bytes = packInitramfs(await buildFiles(kernel, folder));
      mkdirSync(dirname(initrd), { recursive: true });
      writeFileSync(`${initrd}.part`, bytes);
      renameSync(`${initrd}.part`, initrd);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    return initrd;
  });
}

/**
 * Name of the lock that is held while a file of the cache is made.
 * @param path - of an initramfs, of a folder that it is built in, or of an unpacked kernel
 */
export function fileLock(path: string): string {
  return `initrd-${basename(path).split(/[.-]/)[0]}`;
}

/** A key that changes with the sources of the module and with the kernel that it is built against. */
export function initrdKey(kernel: KernelFiles): string {
  const hash = createHash('sha256');
  const add = (label: string, file: string): void => {
    if (existsSync(file)) hash.update(`${label}\0`).update(readFileSync(file));
  };
  for (const name of sourceNames()) add(name, join(kernelSources(), name));
  for (const [name, text] of Object.entries(madeHeaders())) hash.update(`${name}\0`).update(text);
  const tree = ['.config', 'Module.symvers', 'include/config/kernel.release', 'include/generated/utsrelease.h'];
  for (const name of tree) add(name, join(kernel.buildTree, name));
  // A kernel that was built again from changed headers has the same configuration, but not the same image.
  add('image', kernel.image);
  for (const { name, path } of findVirtioModules(kernel)) add(name, path);
  return hash.digest('hex').slice(0, 24);
}

/** Files that the module and init are built from, by their paths below kernel/. An exported module has repro/. */
function sourceNames(): string[] {
  return readdirSync(kernelSources(), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[ch]$|^Makefile$/.test(name) && !/\.mod\.c$|^repro\//.test(name))
    .sort();
}

/**
 * Copies kernel/ to a folder, with the headers that are made from src/protocol and src/commands, so that the module can
 * be built there.
 */
export function writeSources(folder: string): void {
  const write = (name: string, text: string | Buffer): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  for (const name of sourceNames()) write(name, readFileSync(join(kernelSources(), name)));
  for (const [name, text] of Object.entries(madeHeaders())) write(name, text);
}

async function buildFiles(kernel: KernelFiles, folder: string): Promise<InitramfsFile[]> {
  writeSources(folder);
  await buildInit(folder);
  await buildModule(kernel, folder);
  const virtio = await unpackModules(findVirtioModules(kernel));
  const ours = { path: 'skbcheck.ko', mode: 0o644, content: readFileSync(join(folder, 'skbcheck.ko')) };
  const modules = [...virtio, ours];
  const list = Buffer.from(modules.map(({ path }) => `/${path}\n`).join(''));
  const init = { path: 'init', mode: 0o755, content: readFileSync(join(folder, 'skbcheck-init')) };
  return [init, { path: 'modules', mode: 0o644, content: list }, ...modules];
}

async function buildInit(folder: string): Promise<void> {
  const built = await run('gcc', ['-O2', '-Wall', '-static', '-I.', '-o', 'skbcheck-init', 'init/init.c'], {
    cwd: folder,
  });
  if (built.ok) return;
  throw new TargetUnavailableError(
    `cannot build kernel/init/init.c: ${tellingLine(built)}; check that gcc and libc6-dev are installed`,
  );
}

async function buildModule(kernel: KernelFiles, folder: string): Promise<void> {
  const jobs = `-j${availableParallelism()}`;
  // BTF needs pahole and the uncompressed kernel, and skbcheck does not read it.
  const settings = ['CC=gcc', 'CONFIG_DEBUG_INFO_BTF_MODULES=', `M=${folder}`];
  const built = await run('make', ['-C', kernel.buildTree, jobs, ...settings, 'modules']);
  if (built.ok && existsSync(join(folder, 'skbcheck.ko'))) return;
  throw new TargetUnavailableError(`cannot build the module against ${kernel.buildTree}: ${tellingLine(built)}`);
}
