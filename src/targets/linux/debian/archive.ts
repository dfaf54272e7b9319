import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TargetUnavailableError } from '../../../session/errors';
import { makeFolder, readRecord } from '../cache';
import { assertFree, assertNotFull } from '../disk';
import { run, tellingLine, type RunResult } from '../run';
import { kernelsAmong, type KernelPackages } from './releases';
import { archiveSources, parseSources, type AptSource } from './sources';

const SYSTEM = '/etc/apt';
const HELPER = '/usr/lib/apt/apt-helper';
/** apt's words for a repository that cannot be reached. */
const UNREACHABLE = /resolve|connect|unreachable|no route|timed out|temporary failure/i;
const LISTS_FRESH_MS = 24 * 3600 * 1000;
/** The lists of four suites, and the two files that apt makes of them. */
const LISTS_MIB = 220;

/** Packages and lists cannot be downloaded, so no other package can. */
export class UnreachableError extends TargetUnavailableError {}

/**
 * Debian's repositories through a configuration of apt that is ours: its lists are in the cache, and no package is
 * installed. The addresses are those of the system's own sources.
 */
export class DebianArchive {
  private readonly folder: string;

  /**
   * @param cache - the cache directory
   * @param say - receives a line for each step that takes time
   * @param system - the folder with the system's sources
   */
  constructor(
    cache: string,
    private readonly say: (line: string) => void,
    private readonly system = SYSTEM,
  ) {
    this.folder = join(cache, 'apt');
  }

  /**
   * Fetches the lists when they are older than a day. Returns false when there are none afterwards: no network, or no
   * source of Debian's.
   */
  async refresh(): Promise<boolean> {
    const age_ms = this.age_ms();
    if (age_ms !== undefined && age_ms < LISTS_FRESH_MS) return true;
    if (this.listFiles().length === 0) assertFree(dirname(this.folder), LISTS_MIB, 'the list of kernels');
    this.say('asking the Debian repository for its newest packages');
    await this.update();
    return this.listFiles().length > 0;
  }

  /** Fetches the lists. Returns false when one of them could not be fetched; the others are there. */
  async update(): Promise<boolean> {
    const text = archiveSources(sourcesIn(this.system));
    if (text === '') return false;
    for (const name of ['lists/partial', 'cache/archives/partial']) makeFolder(join(this.folder, name));
    writeFileSync(this.sources, text);
    // Without this mode a list that cannot be fetched is a warning.
    const { ok } = await this.apt('apt-get', ['update', '-q', '-o', 'APT::Update::Error-Mode=any']);
    if (ok) writeFileSync(join(this.folder, 'updated'), '');
    return ok;
  }

  /** All kernels that the repository has, newest first. */
  async kernels(): Promise<KernelPackages[]> {
    const kernels = kernelsAmong(await this.kernelPackages());
    if (kernels.length > 0) return kernels;
    // A list that was cut short would hide all kernels for a day.
    for (const name of ['lists', 'updated']) rmSync(join(this.folder, name), { recursive: true, force: true });
    return (await this.update()) ? kernelsAmong(await this.packages('linux-')) : [];
  }

  /** The names of the kernels' packages. apt parses its lists in half a second, so they are kept beside the lists. */
  private async kernelPackages(): Promise<string[]> {
    const path = join(this.folder, 'names.json');
    const lists = this.listFiles().map((name) => {
      const { mtimeMs, size } = statSync(join(this.folder, 'lists', name));
      return `${name} ${mtimeMs} ${size}`;
    });
    const known = readRecord<{ readonly lists: string; readonly names: string[] }>(path);
    if (known?.lists === lists.join('\n') && Array.isArray(known.names)) return known.names;
    const names = await this.packages('linux-');
    if (names.length > 0) writeFileSync(path, JSON.stringify({ lists: lists.join('\n'), names }));
    return names;
  }

  /** The names of packages that begin with a word. apt may know some only because another package mentions them. */
  async packages(prefix: string): Promise<string[]> {
    const { stdout } = await this.apt('apt-cache', ['pkgnames', prefix]);
    return stdout.split('\n').filter((name) => name !== '');
  }

  /** Those of the packages that can be had, in their order: one call of apt, however many they are. */
  async listed(packages: readonly string[]): Promise<string[]> {
    if (packages.length === 0) return [];
    const done = await this.apt('apt-cache', ['madison', ...packages]);
    if (!done.ok)
      throw new TargetUnavailableError(`apt-cache does not say which kernels there are: ${tellingLine(done)}`);
    const { stdout } = done;
    const names = new Set(stdout.split('\n').map((line) => line.split('|')[0].trim()));
    return packages.filter((name) => names.has(name));
  }

  /** The text of `apt-cache depends`. */
  async depends(name: string): Promise<string> {
    return (await this.apt('apt-cache', ['depends', name])).stdout;
  }

  /**
   * Downloads packages into a folder. Throws TargetUnavailableError, in one line, when one cannot be had.
   * @param folder - where the .deb files go
   * @param packages - their names
   */
  async download(folder: string, packages: readonly string[]): Promise<void> {
    const fetch = () => this.apt('apt-get', ['download', '-q', ...packages], folder);
    let done = await fetch();
    // The repository drops old versions: yesterday's lists may name files that it no longer has.
    if (!done.ok) {
      const isUpdated = await this.update();
      // One suite that is missing is no lost network.
      if (!isUpdated && UNREACHABLE.test(tellingLine(done)))
        throw new UnreachableError(cannotDownload(packages[0], done).message);
      if (isUpdated) done = await fetch();
    }
    if (!done.ok) throw cannotDownload(packages[0], done);
  }

  /** The address of a listed package's file, as apt would fetch it; undefined when it lists none. */
  async address(name: string): Promise<string | undefined> {
    const { stdout } = await this.apt('apt-get', ['download', '-q', '--print-uris', name]);
    return /^'([^']+)'/m.exec(stdout)?.[1];
  }

  /**
   * Downloads a file that the repository keeps without listing it, so no signature covers it.
   * @param folder - where the file goes
   * @param address - of the file
   */
  async downloadUnlisted(folder: string, address: string): Promise<void> {
    const name = decodeURIComponent(address.split('/').at(-1) ?? '');
    const done = await this.apt(HELPER, ['download-file', address, join(folder, name)]);
    if (!done.ok) throw cannotDownload(name, done);
  }

  private get sources(): string {
    return join(this.folder, 'kernels.sources');
  }

  private async apt(program: string, words: readonly string[], cwd?: string): Promise<RunResult> {
    const options = [
      `Dir::Etc::sourcelist=${this.sources}`,
      'Dir::Etc::sourceparts=/dev/null',
      `Dir::State::Lists=${join(this.folder, 'lists')}`,
      `Dir::Cache=${join(this.folder, 'cache')}`,
      // Containers switch these off, and each call would parse the lists again.
      'Dir::Cache::pkgcache=pkgcache.bin',
      'Dir::Cache::srcpkgcache=srcpkgcache.bin',
      'Acquire::Languages=none',
      'APT::Sandbox::User=root',
      // The system's preferences and installed packages have no say.
      'APT::Default-Release=',
      'Dir::Etc::preferences=/dev/null',
      'Dir::Etc::preferencesparts=/dev/null',
      'Dir::State::status=/dev/null',
    ].flatMap((option) => ['-o', option]);
    const done = await run(program, [...options, ...words], { cwd });
    // Without its lists apt knows no kernel, as if the repository had none.
    if (!done.ok) assertNotFull(cwd ?? this.folder, done.stderr);
    return done;
  }

  private listFiles(): string[] {
    const lists = join(this.folder, 'lists');
    return existsSync(lists) ? readdirSync(lists).filter((name) => name.includes('_Packages')) : [];
  }

  private age_ms(): number | undefined {
    const updated = statSync(join(this.folder, 'updated'), { throwIfNoEntry: false });
    return updated === undefined || this.listFiles().length === 0 ? undefined : Date.now() - updated.mtimeMs;
  }
}

function sourcesIn(folder: string): AptSource[] {
  const parts = join(folder, 'sources.list.d');
  const names = existsSync(parts) ? readdirSync(parts).sort() : [];
  const files = [join(folder, 'sources.list'), ...names.map((name) => join(parts, name))];
  return files.filter((file) => /\.(list|sources)$/.test(file)).flatMap(sourcesOf);
}

/** The sources of a file; none of one that this user cannot read. */
function sourcesOf(file: string): AptSource[] {
  try {
    return parseSources(readFileSync(file, 'utf8'), file.endsWith('.sources'));
  } catch {
    return [];
  }
}

function cannotDownload(name: string, done: RunResult): TargetUnavailableError {
  return new TargetUnavailableError(
    `cannot download ${name}: ${tellingLine(done)}; ` +
      'check the network and the disk, then run again: npx skbcheck kernel setup',
  );
}
