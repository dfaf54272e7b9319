import { statSync } from 'node:fs';
import { seriesOf } from '../../../rules/history/release';
import { openCache, withSetupLock } from '../cache';
import { shortRelease } from '../debian/releases';
import { compareVersions } from '../debian/release_order';
import { kernelSize } from './kernel_size';
import { openRepository } from '../setup';
import { imagePath, kernelFolder, recordPath, setUpImageRecords, setUpKernels } from '../set_up_kernels';

/** A kernel that Debian has, or that is set up. */
export interface ListedKernel {
  /** As `uname -r` prints it: 7.0.4+deb13-amd64. */
  readonly release: string;
  /** 7.0. */
  readonly series: string;
  /** The word for `kernel setup`: 7.0.4. */
  readonly name: string;
  /** Targets that mean it: linux-7.3, linux-7.3.4. None when it is not set up. */
  readonly targets: readonly string[];
  /** Those of the targets that are for programs of user space alone, without headers and module. */
  readonly imageOnly: readonly string[];
  /** Bytes of its files on the disk, without those of the module; null when it is not set up. */
  readonly size_bytes: number | null;
  /** When it was last used, in UTC; null when it is not set up. */
  readonly usedAt: string | null;
  /** False for a kernel that is set up, and that the repository does not have, or could not be asked for. */
  readonly isInRepository: boolean;
}

/** The kernels, and whether the repository could be asked. */
export interface KernelList {
  readonly isRepositoryKnown: boolean;
  /** Oldest first. */
  readonly kernels: readonly ListedKernel[];
}

/**
 * Lists the kernels of the repository, and those that are set up.
 * @param say - receives a line for each step that takes time
 */
export async function listKernels(say: (line: string) => void): Promise<KernelList> {
  const cache = openCache();
  const { kernels } = await withSetupLock(cache, say, () => openRepository(cache, say));
  const withModule = setUpKernels(cache).map((record) => ({ ...record, path: recordPath(cache, record.target) }));
  const images = setUpImageRecords(cache)
    .filter(({ target }) => !withModule.some((record) => record.target === target))
    .map((record) => ({ ...record, path: imagePath(cache, record.target) }));
  const setUp = [...withModule, ...images];
  const known = kernels.map(({ release }) => release);
  const releases = [...new Set([...known, ...setUp.map(({ release }) => release)])].sort(compareVersions);
  const list = releases.map((release) => {
    const records = setUp.filter((record) => record.release === release);
    const used_ms = records.map(({ path }) => statSync(path).mtimeMs);
    const isSetUp = records.length > 0;
    return {
      release,
      series: seriesOf(release),
      name: nameOf(release, releases),
      targets: records.map(({ target }) => target),
      imageOnly: images.filter((record) => record.release === release).map(({ target }) => target),
      size_bytes: isSetUp ? kernelSize(cache, release, kernelFolder(cache, release)) : null,
      usedAt: isSetUp ? new Date(Math.max(...used_ms)).toISOString() : null,
      isInRepository: known.includes(release),
    };
  });
  return { isRepositoryKnown: kernels.length > 0, kernels: list };
}

/** The short name where no other release has it: there are 6.12.90+deb12 and 6.12.90+deb13. */
function nameOf(release: string, releases: readonly string[]): string {
  const short = shortRelease(release);
  return releases.filter((other) => shortRelease(other) === short).length > 1 ? release.replace(/-amd64$/, '') : short;
}
