import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isThere, withLock } from './cache';
import { distributionModules, type DistributionModules } from './distribution_modules';
import { packInitramfs, type InitramfsFile } from './initramfs';
import type { KernelFiles } from './kernel_files';
import { addFile, addKernel, buildInit, fileLock, keyOf, sourcesOfInit } from './module_build';
import { findVirtioModules, unpackModules } from './virtio_modules';

/** init looks for this file; it names modules whose failure is told, and ends nothing. */
const OUTSIDE_LIST = 'outside_modules';

/**
 * Makes the initramfs for programs of the outside: init, the virtio modules, and modules of the distribution. Our own
 * module is not in it.
 * @param kernel - an unmodified kernel
 * @param cache - the cache directory
 * @param say - receives a line when it is built
 */
export async function ensureOutsideInitrd(
  kernel: KernelFiles,
  cache: string,
  say: (line: string) => void,
): Promise<string> {
  const modules = distributionModules(kernel);
  const initrd = join(cache, 'initrd', `${outsideKey(kernel, modules)}.cpio.gz`);
  if (isThere(initrd)) return initrd;
  return withLock(cache, fileLock(initrd), async () => {
    if (isThere(initrd)) return initrd;
    say(`packing the modules of ${kernel.target}`);
    const bytes = packInitramfs(await outsideFiles(kernel, modules), 1);
    mkdirSync(dirname(initrd), { recursive: true });
    writeFileSync(`${initrd}.part`, bytes);
    renameSync(`${initrd}.part`, initrd);
    return initrd;
  });
}

function outsideKey(kernel: KernelFiles, { files }: DistributionModules): string {
  const hash = createHash('sha256').update('outside\0');
  for (const [name, content] of sourcesOfInit()) hash.update(`${name}\0`).update(content);
  addKernel(hash, kernel);
  for (const { name, path } of findVirtioModules(kernel)) addFile(hash, name, path);
  // A kernel's modules are built with it; their names in their order tell one set of them from another.
  hash.update(files.map(({ name }) => name).join(' '));
  return keyOf(hash);
}

async function outsideFiles(kernel: KernelFiles, { files }: DistributionModules): Promise<InitramfsFile[]> {
  const virtio = await unpackModules(findVirtioModules(kernel));
  const ours = await unpackModules(files);
  const list = (of: readonly InitramfsFile[]): Buffer => Buffer.from(of.map(({ path }) => `/${path}\n`).join(''));
  return [
    { path: 'init', mode: 0o755, content: await initProgram() },
    { path: 'modules', mode: 0o644, content: list(virtio) },
    { path: OUTSIDE_LIST, mode: 0o644, content: list(ours) },
    ...virtio,
    ...ours,
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
