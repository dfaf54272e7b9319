import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isThere, withLock } from '../cache';
import { distributionModules, indexModules, WANTED_MODULES, type ModuleIndex } from './distribution_modules';
import { packInitramfs, type InitramfsFile } from '../initramfs';
import type { KernelFiles } from '../kernel_files';
import { addFile, addKernel, buildInit, fileLock, keyOf, sourcesOfInit } from '../module_build';
import { findVirtioModules, unpackModules } from '../virtio_modules';

/** Changes with the way in which modules are packed, which the sources of init do not show. */
const PACKING = 1;
/** init looks for this file; it names modules whose failure is told, and ends nothing. */
const OUTSIDE_LIST = 'outside_modules';
/** Names of modules that the kernel does not have as files, for the answer to a hello. */
const MISSING_LIST = 'missing_modules';

/**
 * Makes the initramfs for programs of the outside: init, the virtio modules, and modules of the distribution. Our own
 * module is not in it.
 * @param kernel - an unmodified kernel
 * @param cache - the cache directory
 * @param say - receives a line when it is built
 * @param more - modules that are loaded after WANTED_MODULES
 */
export async function ensureOutsideInitrd(
  kernel: KernelFiles,
  cache: string,
  say: (line: string) => void,
  more: readonly string[] = [],
): Promise<string> {
  const index = indexModules(kernel);
  const wanted = [...Object.values(WANTED_MODULES).flat(), ...more];
  const initrd = join(cache, 'initrd', `${outsideKey(kernel, index, wanted)}.cpio.gz`);
  if (isThere(initrd)) return initrd;
  return withLock(cache, fileLock(initrd), async () => {
    if (isThere(initrd)) return initrd;
    say(`packing the modules of ${kernel.target}`);
    const bytes = packInitramfs(await outsideFiles(kernel, index, wanted), 1);
    mkdirSync(dirname(initrd), { recursive: true });
    writeFileSync(`${initrd}.part`, bytes);
    renameSync(`${initrd}.part`, initrd);
    return initrd;
  });
}

function outsideKey(kernel: KernelFiles, index: ModuleIndex, wanted: readonly string[]): string {
  const hash = createHash('sha256').update(`outside ${PACKING}\0`);
  for (const [name, content] of sourcesOfInit()) hash.update(`${name}\0`).update(content);
  addKernel(hash, kernel);
  for (const { name, path } of findVirtioModules(kernel)) addFile(hash, name, path);
  // A kernel's modules are built with it: their names tell one set of them from another.
  hash.update(wanted.join(' ')).update([...index.keys()].sort().join(' '));
  return keyOf(hash);
}

async function outsideFiles(
  kernel: KernelFiles,
  index: ModuleIndex,
  wanted: readonly string[],
): Promise<InitramfsFile[]> {
  const link = findVirtioModules(kernel);
  const virtio = await unpackModules(link);
  const { files, missing } = await distributionModules(
    index,
    wanted,
    link.map(({ name }) => name),
  );
  const list = (of: readonly InitramfsFile[]): Buffer => Buffer.from(of.map(({ path }) => `/${path}\n`).join(''));
  const absent = Buffer.from(missing.map((name) => `${name}\n`).join(''));
  return [
    { path: 'init', mode: 0o755, content: await initProgram() },
    { path: 'modules', mode: 0o644, content: list(virtio) },
    { path: OUTSIDE_LIST, mode: 0o644, content: list(files) },
    { path: MISSING_LIST, mode: 0o644, content: absent },
    ...virtio,
    ...files,
  ];
}

async function initProgram(): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'skbcheck-init-'));
  try {
    for (const [name, content] of sourcesOfInit()) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    await buildInit(folder);
    return readFileSync(join(folder, 'skbcheck-init'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
