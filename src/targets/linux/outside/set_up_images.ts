import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../../../session/errors';
import { openCache, withSetupLock } from '../cache';
import { fetchImage } from '../debian/fetch_image';
import { kernelsNamed, ownFirst } from '../debian/releases';
import { onDisk } from '../disk';
import { debianVersion, ensurePrerequisites } from '../prerequisites';
import { imagePath, kernelFolder, readKernelRecord, writeRecord, type KernelRecord } from '../set_up_kernels';
import { openRepository } from '../setup';

/**
 * Sets up kernels for programs of user space alone: their images and modules, without headers and without a module of
 * ours. A kernel that is set up with them is left as it is.
 * @param names - releases (7.0.4, linux-7.0.4), and series (7.3): the newest release of each
 * @param say - receives a line for each step that takes time
 * @throws UsageError when Debian has no such kernel
 */
export async function setUpImages(names: readonly string[], say: (line: string) => void): Promise<KernelRecord[]> {
  await ensurePrerequisites(say);
  const cache = openCache();
  return withSetupLock(cache, say, async () => {
    const done: KernelRecord[] = [];
    for (const name of names) done.push(await setUpImage(cache, name.replace(/^(linux-|v(?=\d))/, ''), say));
    return done;
  });
}

async function setUpImage(cache: string, name: string, say: (line: string) => void): Promise<KernelRecord> {
  const target = `linux-${name}`;
  const had = readKernelRecord(cache, target);
  if (had !== undefined) return had;
  const { archive, kernels } = await openRepository(cache, say);
  const kernel = ownFirst(kernelsNamed(name, kernels), debianVersion()).at(0);
  if (kernel === undefined)
    throw new UsageError(
      `Debian has no kernel ${name}, or cannot be reached; list them with: npx skbcheck kernel list`,
    );
  const record = { target, release: kernel.release };
  const folder = kernelFolder(cache, kernel.release);
  if (!existsSync(folder)) {
    say(`downloading the image of ${kernel.release}`);
    await onDisk(cache, () => fetchImage(archive, kernel, folder));
  }
  const path = imagePath(cache, target);
  mkdirSync(dirname(path), { recursive: true });
  writeRecord(path, record);
  return record;
}
