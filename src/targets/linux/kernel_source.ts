import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { TargetUnavailableError, UsageError } from '../../session/errors';
import { makeFolder, openCache, withSetupLock } from './cache';
import type { DebianArchive } from './debian/archive';
import { unpackPackage } from './debian/unpack_package';
import { compareVersions } from './debian/release_order';
import { openRepository } from './setup';

const PACKAGE = /^linux-source-\d+\.\d+$/;

/**
 * Returns whether a source is one of Debian's source packages by name, and no path.
 * @param source - as the user typed it
 */
export function isSourcePackage(source: string): boolean {
  return PACKAGE.test(source) && !existsSync(source);
}

/**
 * Brings the tree of a source package into the cache. It installs nothing. Returns the path of its tar. Without a
 * repository that is the one that the cache has. Throws UsageError when Debian has no such package.
 * @param name - linux-source-7.3
 * @param say - receives a line for each step that takes time
 * @param aptFolder - the folder with apt's sources; default: that of the system
 */
export async function fetchSource(name: string, say: (line: string) => void, aptFolder?: string): Promise<string> {
  const cache = openCache();
  const folder = join(cache, 'sources');
  return withSetupLock(cache, say, async () => {
    const { archive, kernels } = await openRepository(cache, say, aptFolder);
    const had = tarsOf(folder, name);
    if (kernels.length === 0) {
      if (had.length > 0) return had[had.length - 1];
      throw new TargetUnavailableError(
        `the Debian repository cannot be reached, and ${name} is not in the cache; give a tree: --source DIR`,
      );
    }
    const address = await archive.address(name);
    if (address === undefined) throw await noSource(name, archive);
    const tar = join(folder, `${versionOf(address)}.tar.xz`);
    if (existsSync(tar)) return tar;
    say(`downloading ${name}`);
    await unpackTar(archive, name, tar, folder);
    for (const old of had) rmSync(old);
    return tar;
  });
}

/** The tars of a package in the cache, oldest first. */
function tarsOf(folder: string, name: string): string[] {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return files
    .filter((file) => file.startsWith(`${name}_`) && file.endsWith('.tar.xz'))
    .sort(compareVersions)
    .map((file) => join(folder, file));
}

/** linux-source-7.3_7.3.4-1 of …/linux-source-7.3_7.3.4-1_all.deb. */
function versionOf(address: string): string {
  const file = decodeURIComponent(address.slice(address.lastIndexOf('/') + 1));
  return file.replace(/_all\.deb$/, '');
}

async function unpackTar(archive: DebianArchive, name: string, tar: string, folder: string): Promise<void> {
  const part = join(folder, `${name}.part`);
  rmSync(part, { recursive: true, force: true });
  makeFolder(part);
  try {
    await archive.download(part, [name]);
    const [file] = readdirSync(part).filter((entry) => entry.endsWith('.deb'));
    await unpackPackage(part, file, ['--wildcards', './usr/src/*.tar.xz']);
    renameSync(join(part, 'usr', 'src', `${name}.tar.xz`), tar);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

async function noSource(name: string, archive: DebianArchive): Promise<Error> {
  const known = await archive.packages('linux-source-');
  const series = known.filter((other) => PACKAGE.test(other)).sort(compareVersions);
  const there = await archive.listed(series);
  return new UsageError(`Debian has no ${name}; there are ${there.join(', ')}; or give a tree: --source DIR`);
}
