import { createHash, type Hash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { madeHeaders } from '../../protocol/header/made_headers';
import { TargetUnavailableError } from '../../session/errors';
import { isThere, withLock } from './cache';
import { packInitramfs, type InitramfsFile } from './initramfs';
import type { KernelFiles } from './kernel_files';
import { hasProgram } from './qemu';
import { assertUninterrupted, run, tellingLine } from './run';
import { findVirtioModules, unpackModules } from './virtio_modules';

/** The module does not compile against the headers of a kernel. */
export class ModuleBuildError extends TargetUnavailableError {}

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
  const initrd = initrdPath(kernel, cache);
  if (isThere(initrd)) return initrd;
  return withLock(cache, fileLock(initrd), async () => {
    if (isThere(initrd)) return initrd;
    say(`building the module for ${kernel.target}`);
    if (!existsSync(kernel.buildTree)) throw new TargetUnavailableError(withoutHeaders(kernel.target));
    for (const tool of ['gcc', 'make']) {
      if (hasProgram(tool)) continue;
      throw new TargetUnavailableError(
        `no ${tool} in PATH to build the module with; install it with: npx skbcheck kernel setup`,
      );
    }
    const folder = await buildFolder(kernel, cache);
    await withLock(cache, fileLock(folder), async () => {
      const bytes = packInitramfs(await buildFiles(kernel, folder));
      mkdirSync(dirname(initrd), { recursive: true });
      writeFileSync(`${initrd}.part`, bytes);
      renameSync(`${initrd}.part`, initrd);
    });
    return initrd;
  });
}

const withoutHeaders = (target: string): string =>
  `${target} is set up for programs of user space alone, without headers to build the module with; ` +
  `set it up with: npx skbcheck kernel setup ${target.replace('linux-', '')}`;

/** The initramfs for a kernel and this state of kernel/, whether it is there or not. */
export function initrdPath(kernel: KernelFiles, cache: string): string {
  return join(cache, 'initrd', `${initrdKey(kernel)}.cpio.gz`);
}

/**
 * Name of the lock that is held while a file of the cache is made.
 * @param path - of an initramfs, of a folder that it is built in, or of an unpacked kernel
 */
export function fileLock(path: string): string {
  return `initrd-${basename(path).split(/[.-]/)[0]}`;
}

/**
 * The folder in which the module for a kernel is built. It stays, so make compiles only files that have changed since.
 * A folder belongs to one kernel and one compiler, which make does not compare.
 */
async function buildFolder(kernel: KernelFiles, cache: string): Promise<string> {
  const hash = createHash('sha256').update(`${kernel.buildTree}\0`);
  addKernel(hash, kernel);
  hash.update((await run('gcc', ['--version'])).stdout);
  const folder = join(cache, 'build', keyOf(hash));
  isThere(folder);
  return folder;
}

/** A key that changes with the sources of the module and with the kernel that it is built against. */
export function initrdKey(kernel: KernelFiles): string {
  const hash = createHash('sha256');
  for (const [name, content] of sources()) hash.update(`${name}\0`).update(content);
  addKernel(hash, kernel);
  for (const { name, path } of findVirtioModules(kernel)) addFile(hash, name, path);
  return keyOf(hash);
}

export function addKernel(hash: Hash, kernel: KernelFiles): void {
  const tree = ['.config', 'Module.symvers', 'include/config/kernel.release', 'include/generated/utsrelease.h'];
  for (const name of tree) addFile(hash, name, join(kernel.buildTree, name));
  // A kernel that was built again from changed headers has the same configuration, but not the same image.
  addFile(hash, 'image', kernel.image);
}

export function addFile(hash: Hash, label: string, file: string): void {
  if (existsSync(file)) hash.update(`${label}\0`).update(readFileSync(file));
}

export const keyOf = (hash: Hash): string => hash.digest('hex').slice(0, 24);

/** Names of sources below kernel/, or below a copy of it. An exported module has repro/. */
function sourceNames(folder = kernelSources()): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[ch]$|^Makefile$/.test(name) && !/\.mod\.c$|^repro\//.test(name))
    .sort();
}

/** Files that the module and init are built from, by their paths below a folder; some are made from src/. */
function sources(): Map<string, Buffer> {
  const all = new Map(sourceNames().map((name) => [name, readFileSync(join(kernelSources(), name))]));
  for (const [name, text] of Object.entries(madeHeaders())) all.set(name, Buffer.from(text));
  return all;
}

/** The files that init is built from. Of the made headers it needs two. */
const OF_INIT = /^(init|outside)\/|^made\/(protocol|outside)\.h$/;

/** Sources of init, by their paths below a folder. */
export function sourcesOfInit(): [name: string, content: Buffer][] {
  return [...sources()].filter(([name]) => OF_INIT.test(name));
}

/**
 * Makes a folder hold the sources of the module and no other: kernel/, and the headers that are made from src/protocol
 * and src/commands. A file that is there already keeps its time, and make its object.
 */
export function writeSources(folder: string): void {
  const wanted = sources();
  for (const name of sourceNames(folder)) if (!wanted.has(name)) rmSync(join(folder, name));
  for (const [name, content] of wanted) {
    const file = join(folder, name);
    if (existsSync(file) && readFileSync(file).equals(content)) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
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

/**
 * Builds the VM's program from sources that writeSources has written.
 * @param folder - with the sources; the program is skbcheck-init there
 */
export async function buildInit(folder: string): Promise<void> {
  const files = sourcesOfInit().flatMap(([name]) => (name.endsWith('.c') ? [name] : []));
  const built = await run('gcc', ['-O2', '-Wall', '-static', '-I.', '-o', 'skbcheck-init', ...files], { cwd: folder });
  if (built.ok) return;
  assertUninterrupted(built);
  throw new TargetUnavailableError(
    `cannot build kernel/init/init.c: ${tellingLine(built)}; check that gcc and libc6-dev are installed`,
  );
}

async function buildModule(kernel: KernelFiles, folder: string): Promise<void> {
  const jobs = `-j${availableParallelism()}`;
  // BTF needs pahole and the uncompressed kernel, and skbcheck does not read it. A kernel that gcc 14 compiled has
  // options in its configuration that older compilers do not know.
  const without = ['CONFIG_DEBUG_INFO_BTF_MODULES=', 'CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT='];
  const settings = ['CC=gcc', ...without, `M=${folder}`];
  const built = await run('make', ['-C', kernel.buildTree, jobs, ...settings, 'modules']);
  if (built.ok && existsSync(join(folder, 'skbcheck.ko'))) return;
  assertUninterrupted(built);
  throw new ModuleBuildError(`cannot build the module against ${kernel.buildTree}: ${tellingLine(built)}`);
}
