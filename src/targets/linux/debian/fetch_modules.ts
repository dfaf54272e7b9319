import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TargetUnavailableError } from '../../../session/errors';
import type { DebianArchive } from './archive';
import { unlistedFiles, type KernelPackages } from './releases';
import { unpackPackage } from './unpack_package';

/**
 * Folders of a kernel's modules that programs of the outside may need: the network, and those that its modules depend
 * on.
 */
export const MODULE_FOLDERS = [
  ...['net', 'crypto', 'lib', 'arch/x86/crypto', 'arch/x86/lib', 'drivers/net', 'drivers/dca', 'drivers/ptp'],
  ...['drivers/pps', 'drivers/i2c/algos', 'drivers/vhost', 'drivers/virtio'],
] as const;

/** Drivers of hardware that QEMU lacks. */
const LEFT_OUT = ['drivers/net/wireless', 'drivers/net/ethernet/[!i]*', 'drivers/net/ethernet/i[!n]*'];

/** Words for tar that choose the modules of a package. The link to the host has its own choice: *virtio*. */
const WORDS = [
  '--wildcards',
  '--exclude=*/virtio*.ko*',
  ...LEFT_OUT.map((folder) => `--exclude=*/kernel/${folder}`),
  ...MODULE_FOLDERS.map((folder) => `*/kernel/${folder}/*`),
];

/** The file in a kernel's folder that says that its modules are there. It is written last. */
const stampOf = (folder: string): string => join(folder, 'modules-of-outside');

/** Returns whether a kernel of the cache has the modules of the network. Those set up by older versions lack them. */
export function hasModules(folder: string): boolean {
  return existsSync(stampOf(folder));
}

/**
 * Unpacks the modules of a package, if it is one that has them.
 * @param folder - of a kernel; the package lies there, or below
 * @param file - the package, by its path from there
 */
export async function unpackModulesOf(folder: string, file: string): Promise<void> {
  if (!/(^|\/)linux-(image|modules)-/.test(file)) return;
  await unpackPackage(folder, file, WORDS, { mayLack: true });
  writeFileSync(stampOf(folder), '');
}

/**
 * Downloads the modules of a kernel that is in the cache without them. Throws TargetUnavailableError, in one line, when
 * they cannot be had.
 * @param archive - where the packages are
 * @param kernel - its packages
 * @param folder - of the kernel
 */
export async function fetchModules(archive: DebianArchive, kernel: KernelPackages, folder: string): Promise<void> {
  const part = join(folder, 'modules.part');
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part);
  try {
    await download(archive, kernel, part);
    for (const file of readdirSync(part).filter((name) => name.endsWith('.deb')))
      await unpackModulesOf(folder, join('modules.part', file));
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

/** From 6.19 on the modules have a package of their own, which the repository may keep without listing it. */
async function download(archive: DebianArchive, kernel: KernelPackages, folder: string): Promise<void> {
  const name = kernel.images.at(-1) ?? '';
  return downloadPackage(archive, kernel, name, folder);
}

/**
 * Downloads a package of a kernel, listed or not.
 * @param archive - where the package is
 * @param kernel - whose it is
 * @param name - of the package
 * @param folder - where the file goes
 * @throws TargetUnavailableError when the repository has no such package
 */
export async function downloadPackage(
  archive: DebianArchive,
  kernel: KernelPackages,
  name: string,
  folder: string,
): Promise<void> {
  if ((await archive.listed([name])).length > 0) return archive.download(folder, [name]);
  const address = await archive.address(kernel.images[0]);
  const at = address?.indexOf('/pool/') ?? -1;
  const file = unlistedFiles(kernel, (address ?? '').slice(at + 1)).find((each) => each.includes(`/${name}_`));
  if (address === undefined || at < 0 || file === undefined)
    throw new TargetUnavailableError(`the repository has no ${name}; choose another release`);
  const pool = address.slice(0, at + 1).replace(/^http:/, 'https:');
  await archive.downloadUnlisted(folder, `${pool}${file}`);
}
