import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TargetUnavailableError } from '../../session/errors';
import { headerCompanions, kernelsOfSeries, type KernelPackages } from './debian_packages';
import { updateLists } from './prerequisites';
import { run, tellingLine } from './run';

const LISTS = '/var/lib/apt/lists';
const LISTS_FRESH_MS = 24 * 3600 * 1000;

/** Updates apt's lists when they are older than a day. Returns false when there are still none afterwards. */
export async function refreshLists(say: (line: string) => void): Promise<boolean> {
  const age_ms = listsAge_ms();
  if (age_ms !== undefined && age_ms < LISTS_FRESH_MS) return true;
  say('asking the Debian repository for its newest packages');
  const updated = await updateLists();
  return updated || listsAge_ms() !== undefined;
}

/** Returns the time of the last update of the lists; undefined when a fresh image has none. */
function listsAge_ms(): number | undefined {
  try {
    const lists = readdirSync(LISTS).filter((name) => name.includes('_Packages') || name.includes('InRelease'));
    if (!lists.some((name) => name.includes('_Packages'))) return undefined;
    // apt gives fetched files the server's time, but touches the folder at each update.
    return Date.now() - Math.max(...[LISTS, join(LISTS, 'partial')].map((path) => statSync(path).mtimeMs));
  } catch {
    return undefined;
  }
}

/**
 * The newest kernel of a series that can be downloaded; undefined when apt knows none.
 * @param series - 6.1, 6.12
 */
export async function newestKernel(series: string): Promise<KernelPackages | undefined> {
  const names = await Promise.all(
    ['linux-image-', 'linux-headers-'].map(async (prefix) => (await run('apt-cache', ['pkgnames', prefix])).stdout),
  );
  for (const kernel of kernelsOfSeries(series, names.join('\n').split('\n'))) {
    // A name may be known only because another package mentions it.
    const shown = await run('apt-cache', ['show', '--no-all-versions', kernel.image, kernel.headers]);
    if (shown.ok && (shown.stdout.match(/^Filename: /gm) ?? []).length >= 2) return kernel;
  }
  return undefined;
}

/**
 * Downloads the packages of a kernel and unpacks the needed files into a folder. It installs nothing.
 * @param kernel - the packages
 * @param folder - appears whole or not at all
 */
export async function fetchKernel(kernel: KernelPackages, folder: string): Promise<void> {
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  try {
    const depends = await run('apt-cache', ['depends', kernel.headers]);
    const companions = headerCompanions(depends.stdout);
    await download(part, [kernel.image, kernel.headers, ...companions]);
    for (const file of readdirSync(part).filter((name) => name.endsWith('.deb'))) {
      await unpack(part, file);
      rmSync(join(part, file));
    }
    relocate(part, kernel.release);
    rmSync(folder, { recursive: true, force: true });
    renameSync(part, folder);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

async function download(folder: string, packages: readonly string[]): Promise<void> {
  const fetch = () => run('apt-get', ['download', '-q', '-o', 'APT::Sandbox::User=root', ...packages], { cwd: folder });
  let done = await fetch();
  // The repository drops old versions: yesterday's lists may name files that it no longer has.
  if (!done.ok && (await updateLists())) done = await fetch();
  if (!done.ok) {
    throw new TargetUnavailableError(
      `cannot download ${packages[0]}: ${tellingLine(done)}; ` +
        'check the network, then run again: npx skbcheck kernel setup',
    );
  }
}

/** Unpacks only the bootable kernel and the virtio modules of an image: the rest is hundreds of megabytes. */
async function unpack(folder: string, file: string): Promise<void> {
  const chosen = file.startsWith('linux-image-')
    ? ['--wildcards', './boot/*', '*/virtio*']
    : ['--exclude=*/vmlinux', '.']; // with a vmlinux at hand kbuild wants pahole
  const script = 'file="$1"; shift; dpkg-deb --fsys-tarfile "$file" | tar -x "$@"';
  const done = await run('sh', ['-c', script, 'sh', file, ...chosen], { cwd: folder });
  if (!done.ok)
    throw new TargetUnavailableError(`cannot unpack ${file} in ${folder}: ${tellingLine(done)}; is the disk full?`);
}

/** The headers' Makefile names its other half by an absolute path; a relative one lets the cache be anywhere. */
function relocate(folder: string, release: string): void {
  const sources = join(folder, 'usr', 'src');
  const common = readdirSync(sources).find((name) => name.startsWith('linux-headers-') && name.endsWith('-common'));
  if (!common)
    throw new TargetUnavailableError(`no common headers came with linux-headers-${release}; run: apt-get update`);
  writeFileSync(join(sources, `linux-headers-${release}`, 'Makefile'), `include ../${common}/Makefile\n`);
}
