import { existsSync } from 'node:fs';
import { seriesOf } from '../../rules/history/release';
import { DiskFullError, InterruptedError, TargetUnavailableError, UsageError } from '../../session/errors';
import { openCache, withSetupLock } from './cache';
import { DebianArchive, UnreachableError } from './debian/archive';
import { fetchKernel } from './debian/fetch_kernel';
import { fetchModules, hasModules } from './debian/fetch_modules';
import { kernelsNamed, ownFirst, shortRelease, type KernelPackages } from './debian/releases';
import { compareVersions } from './debian/release_order';
import { assertFree, onDisk } from './disk';
import { ensureInitrd, initrdPath, ModuleBuildError } from './module_build';
import { debianVersion, ensurePrerequisites, isDebian } from './prerequisites';
import { pruneCache } from './prune';
import {
  cachedKernel,
  dropHalves,
  dropUnnamed,
  kernelFolder,
  readKernelRecord,
  recordPath,
  setUpKernels,
  writeRecord,
  type KernelRecord,
} from './set_up_kernels';

/** The series that are set up where none is asked for, besides the newest that there is. */
export const SERIES = ['6.1', '6.12'] as const;

/** The packages of a kernel beside what is unpacked of them, and the folder in which its module is built. */
const KERNEL_MIB = 350;

/** Errors that end a setup of several kernels. */
const ENDS = [DiskFullError, UnreachableError, InterruptedError];

/** One kernel that is set up. */
export interface SetUpKernel extends KernelRecord {
  /** False when it was there already. */
  readonly fetched: boolean;
  /** Path of the initramfs that belongs to it. */
  readonly initrd: string;
}

/** Options of the setup. */
export interface SetupOptions {
  /** Series (7.3) and releases (7.0.4) to set up; default: SERIES, and the newest series. */
  readonly asked?: readonly string[];
  /** Sets up the newest release of each series that the repository has. */
  readonly all?: boolean;
  /** The folder with apt's sources; default: that of the system. */
  readonly aptFolder?: string;
  /** Receives a line for each step that takes time. */
  readonly say?: (line: string) => void;
}

/** The kernels that the repository has, as far as its lists were needed. */
interface Repository {
  readonly archive: DebianArchive;
  /** Newest first; none where there is no Debian repository. */
  readonly kernels: readonly KernelPackages[];
}

/**
 * Makes the Linux targets usable: installs missing packages (Debian, root), fetches kernels into the cache, and builds
 * the module. When all of this is done already, it downloads at most the lists of the repository. Throws UsageError
 * when there is no such release.
 * @param options - the kernels, and the receiver of messages
 */
export async function setupKernels(options: SetupOptions = {}): Promise<SetUpKernel[]> {
  const say = options.say ?? (() => undefined);
  await ensurePrerequisites(say);
  const cache = openCache();
  const setup = (): Promise<SetUpKernel[]> => setUpAll(cache, options, say);
  return onDisk(cache, () => withSetupLock(cache, say, setup));
}

async function setUpAll(cache: string, options: SetupOptions, say: (line: string) => void): Promise<SetUpKernel[]> {
  dropHalves(cache);
  const repository = await openRepository(cache, say, options.aptFolder);
  const series = seriesAmong(repository.kernels);
  if (options.all === true && series.length === 0) throw noRepository([]);
  const asked = options.all === true ? series.reverse() : (options.asked ?? []);
  const isDefault = asked.length === 0;
  const names = isDefault ? SERIES : asked.map(plainName);
  const lost = repository.kernels.length > 0 ? [] : names.filter((name) => !isCached(cache, name));
  const done: SetUpKernel[] = [];
  const failures: Error[] = lost.length > 0 ? [noRepository(lost)] : [];
  for (const name of names.filter((each) => !lost.includes(each))) {
    await setUp(cache, name, repository, say).then(
      (kernel) => done.push(kernel),
      (error: Error) => {
        // The next kernel would fail for the same reason.
        if (names.length === 1 || ENDS.some((kind) => error instanceof kind)) throw error;
        failures.push(error);
        say(`${name}: ${error.message}`);
      },
    );
  }
  if (isDefault) done.push(...(await setUpNewest(cache, repository, say)));
  const removed = pruneCache(
    cache,
    setUpKernels(cache).map((record) => initrdPath(cachedKernel(cache, record), cache)),
  );
  if (removed.length > 0) say(`removed from the cache what was not used for 14 days: ${removed.length}`);
  // The other kernels are set up by now.
  if (failures.length > 0) throw failures[0];
  return done;
}

/**
 * The repository's kernels; none where this is no Debian, or it cannot be reached. The lock of the setup must be held.
 * @param cache - the cache directory
 * @param say - receives a line when the lists are fetched
 * @param aptFolder - the folder with apt's sources
 */
export async function openRepository(
  cache: string,
  say: (line: string) => void,
  aptFolder?: string,
): Promise<Repository> {
  const archive = new DebianArchive(cache, say, aptFolder);
  const canFetch = isDebian() && (await archive.refresh());
  return { archive, kernels: canFetch ? await archive.kernels() : [] };
}

/** The series of kernels, in their order. */
function seriesAmong(kernels: readonly { readonly release: string }[]): string[] {
  return [...new Set(kernels.map(({ release }) => seriesOf(release)))];
}

/**
 * Sets up the newest series, of those newer than SERIES, whose headers the module builds against. Without a repository
 * that is the newest that is set up. Returns none when there is no newer series.
 */
async function setUpNewest(cache: string, repository: Repository, say: (line: string) => void): Promise<SetUpKernel[]> {
  const had = [...setUpKernels(cache)].reverse();
  const known = repository.kernels.length > 0 ? repository.kernels : had;
  const newer = seriesAmong(known).filter((series) => compareVersions(series, SERIES[SERIES.length - 1]) > 0);
  let failure: Error | undefined;
  for (const series of newer) {
    try {
      return [await setUp(cache, series, repository, say)];
    } catch (error) {
      if (!(error instanceof ModuleBuildError)) throw error;
      failure ??= error;
      say(`${series}: ${error.message}; the series before it is tried`);
    }
  }
  if (failure) throw failure;
  return [];
}

/** 7.3 of linux-7.3, and of v7.3 as git tags have it. */
const plainName = (name: string): string => name.trim().replace(/^(linux-|v(?=\d))/, '');

const targetOf = (name: string): string => `linux-${name.replace(/-amd64$/, '')}`;

const isCached = (cache: string, name: string): boolean => readKernelRecord(cache, targetOf(name)) !== undefined;

async function setUp(
  cache: string,
  name: string,
  { archive, kernels }: Repository,
  say: (line: string) => void,
): Promise<SetUpKernel> {
  const found = ownFirst(kernelsNamed(name, kernels), debianVersion());
  const target = targetOf(name);
  const cached = readKernelRecord(cache, target);
  const newest = (await listed(archive, found)).at(0);
  let record = cached;
  if (newest && (!cached || compareVersions(newest.release, cached.release) > 0)) {
    try {
      const fresh = { target, release: newest.release };
      await onDisk(cache, () => bring(cache, newest, fresh, archive, say));
      writeRecord(recordPath(cache, target), fresh);
      record = fresh;
      if (cached) dropUnnamed(cache, cached.release);
    } catch (error) {
      // A kernel without a module is not set up.
      dropUnnamed(cache, newest.release);
      if (!cached || error instanceof InterruptedError) throw error;
      say(`keeping ${cached.release}: ${(error as Error).message}`);
    }
  }
  if (!record) throw noKernel(name, await listed(archive, kernels));
  await bringModules(cache, record, { archive, kernels }, say).catch((error: Error) => say(error.message));
  const initrd = await ensureInitrd(cachedKernel(cache, record), cache, say);
  return { ...record, fetched: record !== cached, initrd };
}

/** Fetches a kernel, unless it is there, and builds its module. */
async function bring(
  cache: string,
  kernel: KernelPackages,
  record: KernelRecord,
  archive: DebianArchive,
  say: (line: string) => void,
): Promise<void> {
  const folder = kernelFolder(cache, kernel.release);
  // One that was set up for programs of user space alone lacks the headers.
  if (!existsSync(cachedKernel(cache, record).buildTree)) {
    assertFree(cache, KERNEL_MIB, `kernel ${shortRelease(kernel.release)}`);
    say(`downloading ${kernel.release}`);
    await fetchKernel(archive, kernel, folder, say);
  }
  await ensureInitrd(cachedKernel(cache, record), cache, say);
}

/**
 * Fetches the modules for programs of the outside, unless the kernel has them. Throws TargetUnavailableError when they
 * cannot be had. The lock of the setup must be held.
 * @param cache - the cache directory
 * @param record - of a kernel that is set up
 * @param repository - as openRepository returns it
 * @param say - receives a line when they are downloaded
 */
export async function bringModules(
  cache: string,
  record: KernelRecord,
  { archive, kernels }: Repository,
  say: (line: string) => void,
): Promise<void> {
  const folder = kernelFolder(cache, record.release);
  if (hasModules(folder)) return;
  const packages = kernels.find(({ release }) => release === record.release);
  if (!packages)
    throw new TargetUnavailableError(
      `${record.target} is set up without the modules of the network, and the repository does not have them; ` +
        'check the network, or choose another release',
    );
  assertFree(cache, KERNEL_MIB, `modules of ${shortRelease(record.release)}`);
  say(`downloading the modules of ${record.release}`);
  await onDisk(cache, () => fetchModules(archive, packages, folder));
}

/** The kernels whose image can be had. A name may be known to apt only because another package mentions it. */
async function listed(archive: DebianArchive, kernels: readonly KernelPackages[]): Promise<KernelPackages[]> {
  const images = new Set(await archive.listed(kernels.map((kernel) => kernel.images[0])));
  return kernels.filter((kernel) => images.has(kernel.images[0]));
}

/** @param names - of kernels that the cache does not have; none: all series were asked for */
function noRepository(names: readonly string[]): Error {
  const [kernels, are] = names.length === 1 ? ['kernel', 'is'] : ['kernels', 'are'];
  const lost =
    names.length === 0 ? 'its series are not known' : `${kernels} ${names.join(', ')} ${are} not in the cache`;
  const why = isDebian()
    ? `the Debian repository cannot be reached, and ${lost}; ` +
      'check the network, then run again: npx skbcheck kernel setup'
    : `kernels can be fetched only on Debian, and ${lost}; use a kernel of your own: --target DIR`;
  return new TargetUnavailableError(why);
}

function noKernel(name: string, kernels: readonly KernelPackages[]): Error {
  const series = seriesOf(name);
  const near = kernels
    .filter(({ release }) => seriesOf(release) === series)
    .map(({ release }) => shortRelease(release));
  const known =
    near.length > 0 ? `of ${series} there are ${listOf(near)}` : `there are ${listOf(seriesAmong(kernels))}`;
  return new UsageError(`Debian has no kernel ${name}; ${known}; list them with: npx skbcheck kernel list`);
}

/** 6.12.90 is there for two versions of Debian. */
const listOf = (names: readonly string[]): string => [...new Set(names)].join(', ');
