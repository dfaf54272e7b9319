import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DebianArchive } from './archive';
import { chosenOf } from './fetch_kernel';
import { downloadPackage, unpackModulesOf } from './fetch_modules';
import type { KernelPackages } from './releases';
import { unpackPackage } from './unpack_package';

/**
 * Downloads what programs of user space need of a kernel, and unpacks it into a folder: its image and modules. They
 * are a fifth of what the module is built with.
 * @param archive - where the packages are
 * @param kernel - the packages
 * @param folder - appears whole or not at all
 * @throws TargetUnavailableError when something is missing
 */
export async function fetchImage(archive: DebianArchive, kernel: KernelPackages, folder: string): Promise<void> {
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  try {
    for (const name of kernel.images) await downloadPackage(archive, kernel, name, part);
    for (const file of readdirSync(part).filter((name) => name.endsWith('.deb'))) {
      await unpackPackage(part, file, chosenOf(file));
      await unpackModulesOf(part, file);
      rmSync(join(part, file));
    }
    rmSync(folder, { recursive: true, force: true });
    renameSync(part, folder);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}
