// Setups that meet a repository, a disk or a neighbour that does not help: each says so in one line, and once.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DiskFullError } from '../src/session/errors';
import { withLock } from '../src/targets/linux/cache';
import { assertFree } from '../src/targets/linux/disk';
import { isDebian, missingPrerequisites } from '../src/targets/linux/prerequisites';
import { setupKernels } from '../src/targets/linux/setup';
import { folderForTests } from './support/cli';
import {
  cacheOf,
  falseSources,
  LISTS,
  NAMES,
  UPDATE,
  URIS,
  withEmptyCaches,
  withPrograms,
} from './support/false_packages';

const folder = folderForTests('kernel-setup');
const APT_GET = `${LISTS}; ${UPDATE}; ${URIS}`;
const APT_CACHE = cacheOf(NAMES);
const canSetUp = isDebian() && missingPrerequisites().length === 0;

(canSetUp ? describe : describe.skip)('a setup', () => {
  let aptFolder: string;
  let cache: string;
  let said: string[];

  beforeAll(() => {
    aptFolder = falseSources(folder);
  });
  withEmptyCaches(folder, (empty) => {
    said = [];
    cache = empty;
  });

  const setup = (...asked: string[]): Promise<unknown> =>
    setupKernels({ asked, aptFolder, say: (line) => said.push(line) });
  const downloads = (): string[] => said.filter((line) => line.startsWith('downloading'));

  test('of such a release names each that there is once, also one that two versions of Debian have', async () => {
    const twice = cacheOf(['linux-image-6.12.90+deb12-amd64', 'linux-image-6.12.90+deb13-amd64']);
    withPrograms(folder, { 'apt-get': APT_GET, 'apt-cache': twice });
    await expect(setup('v6.12.91')).rejects.toThrow('no kernel 6.12.91; of 6.12 there are 6.12.90; list');
  });

  test('without the repository says once which kernels are missing', async () => {
    withPrograms(folder, { 'apt-get': 'exit 100', 'apt-cache': '' });
    const half = path.join(cache, 'kernels', '7.0.4+deb13-amd64.part');
    mkdirSync(half, { recursive: true });
    await expect(setup()).rejects.toThrow('cannot be reached, and kernels 6.1, 6.12 are not in the cache; check');
    // One that was killed left it.
    expect(existsSync(half)).toBe(false);
    expect(said).toEqual(['asking the Debian repository for its newest packages']);
  });

  test('that loses the repository tries no other kernel', async () => {
    const stops = `[ -e ${cache}/lost ] && exit 100; ${APT_GET}; touch ${cache}/lost; echo "E: no route" >&2; exit 100`;
    withPrograms(folder, { 'apt-get': stops, 'apt-cache': APT_CACHE });
    await expect(setup('6.1', '6.12')).rejects.toThrow(
      /^cannot download linux-image-6\.1.*E: no route; check the network/,
    );
    expect(downloads()).toEqual(['downloading 6.1.0-56-amd64']);
  });

  test('on a disk that is full says so, ends as after a write that failed, and tries no other kernel', async () => {
    const full = `${APT_GET}; echo "E: You don't have enough free space in /c/." >&2; exit 100`;
    withPrograms(folder, { 'apt-get': full, 'apt-cache': APT_CACHE });
    const error = await setup('6.1', '6.12').catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(DiskFullError);
    expect(error).toMatchObject({
      exitCode: 5,
      message: expect.stringMatching(/^the disk of .* is full: .*free some, or/),
    });
    expect(downloads()).toHaveLength(1);
    expect(existsSync(path.join(cache, 'kernels', '6.1.0-56-amd64.part'))).toBe(false);
  });

  test('asks for the space before it begins', () => {
    expect(() => assertFree(cache, 0, 'a kernel')).not.toThrow();
    expect(() => assertFree(cache, 1e12, 'kernel 7.3.4')).toThrow(
      /^the disk of \S+ has \d+ MiB left, and kernel 7\.3\.4 needs 1000000000000; free some, or set SKBCHECK_CACHE/,
    );
  });

  test('with lists that were cut short fetches them again', async () => {
    mkdirSync(path.join(cache, 'apt', 'lists'), { recursive: true });
    const list = path.join(cache, 'apt', 'lists', 'debian_Packages');
    writeFileSync(list, 'half');
    writeFileSync(path.join(cache, 'apt', 'updated'), '');
    withPrograms(folder, { 'apt-get': APT_GET, 'apt-cache': `[ -s ${list} ] || { ${APT_CACHE}; }` });
    await expect(setup('7.0.5')).rejects.toThrow('of 7.0 there are 7.0.4');
  });

  test('that has no room for what apt makes of the lists says so, and keeps the lists', async () => {
    const full = 'echo "E: Write error - write (28: No space left on device)" >&2; exit 100';
    withPrograms(folder, { 'apt-get': APT_GET, 'apt-cache': full });
    await expect(setup('7.0.4')).rejects.toThrow(/^the disk of .* is full: E: Write error .*; free some/);
    expect(existsSync(path.join(cache, 'apt', 'lists', 'debian_Packages'))).toBe(true);
  });

  test('says that it waits for another one', async () => {
    withPrograms(folder, { 'apt-get': APT_GET, 'apt-cache': APT_CACHE });
    let second: Promise<unknown> = Promise.resolve();
    await withLock(cache, 'setup', async () => {
      await new Promise<void>((waits) => {
        second = setupKernels({ asked: ['7.0.5'], aptFolder, say: (line) => waits(void said.push(line)) });
        second.catch(() => waits());
      });
      expect(said).toEqual(['waiting for another skbcheck that sets up kernels in this cache']);
    });
    await expect(second).rejects.toThrow('no kernel 7.0.5');
  });
});
