// Kernels of Debian: which packages make one, which a name means, where they come from, and what is left when a
// download fails.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  headerCompanions,
  kernelsAmong,
  kernelsNamed,
  ownFirst,
  shortRelease,
  unlistedFiles,
} from '../src/targets/linux/debian/releases';
import { archiveSources, parseSources } from '../src/targets/linux/debian/sources';
import { isDebian, missingPrerequisites } from '../src/targets/linux/prerequisites';
import { fetchSource } from '../src/targets/linux/kernel_source';
import { stableRelease } from '../src/targets/linux/stable_release';
import { setupKernels } from '../src/targets/linux/setup';
import { profileFor } from '../src/cli/support/fuzz/fuzz_profile';
import { scenarioNamed } from '../src/session/named';
import { profileOfTarget } from '../src/targets/linux/target_profile';
import { withLock } from '../src/targets/linux/cache';
import { removeKernels, setUpKernels } from '../src/targets/linux/set_up_kernels';
import { folderForTests } from './support/cli';
import {
  cacheOf,
  NAMES,
  falseSources,
  LISTS,
  UPDATE,
  URIS,
  withHeadersThatDoNotCompile,
  withEmptyCaches,
  withPrograms,
} from './support/false_packages';

const folder = folderForTests('debian-kernels');

const kernels = kernelsAmong(NAMES);
const named = (name: string): string[] => kernelsNamed(name, kernels).map(({ release }) => release);

describe('the kernels among the packages', () => {
  test('are of no other flavour, newest first', () => {
    expect(kernels.map(({ release }) => shortRelease(release))).toEqual([
      ...['7.3.4', '7.0.4', '6.16.3', '6.12.118', '6.12.117', '6.1.0-56', '6.1.0-9'],
    ]);
  });

  test('have an image of one package, or of two', () => {
    const images = Object.fromEntries(kernels.map((kernel) => [shortRelease(kernel.release), kernel.images]));
    expect(images['6.16.3']).toEqual(['linux-image-6.16.3+deb13-amd64']);
    expect(images['7.3.4']).toEqual(['linux-binary-7.3.4+deb13-amd64', 'linux-modules-7.3.4+deb13-amd64']);
  });

  test('may have headers that the repository keeps, and no longer lists', () => {
    const [split] = kernels.filter(({ release }) => release.startsWith('7.0'));
    expect(split.listsHeaders).toBe(false);
    const image = 'pool/main/l/linux-signed-amd64/linux-binary-7.0.4+deb13-amd64_7.0.4-1~bpo13+1_amd64.deb';
    expect(unlistedFiles(split, image)).toEqual([
      'pool/main/l/linux/linux-modules-7.0.4+deb13-amd64_7.0.4-1~bpo13+1_amd64.deb',
      'pool/main/l/linux/linux-headers-7.0.4+deb13-amd64_7.0.4-1~bpo13+1_amd64.deb',
      'pool/main/l/linux/linux-headers-7.0.4+deb13-common_7.0.4-1~bpo13+1_all.deb',
      'pool/main/l/linux/linux-kbuild-7.0.4+deb13_7.0.4-1~bpo13+1_amd64.deb',
    ]);
    expect(unlistedFiles(split, 'pool/main/l/linux/linux-image.deb')).toEqual([]);
    const [old] = kernelsAmong(['linux-image-6.1.0-48-amd64']);
    expect(
      unlistedFiles(old, 'pool/main/l/linux-signed-amd64/linux-image-6.1.0-48-amd64_6.1.172-1_amd64.deb'),
    ).toContain('pool/main/l/linux/linux-kbuild-6.1_6.1.172-1_amd64.deb');
  });

  test('include the packages that the headers are built on', () => {
    const depends = `linux-headers-6.1.0-56-amd64
  Depends: linux-headers-6.1.0-56-common
  Depends: linux-kbuild-6.1
  Depends: linux-compiler-gcc-12-x86\n`;
    expect(headerCompanions(depends)).toEqual(['linux-headers-6.1.0-56-common', 'linux-kbuild-6.1']);
  });
});

describe('a name', () => {
  test('means a series, a release, or the whole name of one', () => {
    expect(named('6.1')).toEqual(['6.1.0-56-amd64', '6.1.0-9-amd64']);
    expect(named('6.1.0-9')).toEqual(['6.1.0-9-amd64']);
    expect(named('7.0.4')).toEqual(['7.0.4+deb13-amd64']);
    for (const whole of ['6.12.117+deb12-amd64', '6.12.117+deb12'])
      expect(named(whole)).toEqual(['6.12.117+deb12-amd64']);
    for (const none of ['6.2', '6', '6.1.0', '7.0.5', '']) expect(named(none)).toEqual([]);
  });

  test('of a series means first the newest kernel of this Debian, which its own compiler built', () => {
    const first = (version: string): string => ownFirst(kernelsNamed('6.12', kernels), version)[0].release;
    expect(first('12')).toBe('6.12.117+deb12-amd64');
    expect(first('13')).toBe('6.12.118+deb13-amd64');
    expect(first('')).toBe('6.12.118+deb13-amd64');
    expect(ownFirst(kernelsNamed('6.1', kernels), '12')[0].release).toBe('6.1.0-56-amd64');
  });
});

test('a kernel with the number of a build tells by its headers which stable release it is, and has its profile', () => {
  const cache = mkdtempSync(path.join(folder, 'stable-'));
  const record = { target: 'linux-6.1.0-50', release: '6.1.0-50-amd64' };
  expect(stableRelease(cache, record)).toBe('6.1.0-50');
  const headers = path.join(cache, 'kernels', record.release, 'usr', 'src', `linux-headers-${record.release}`);
  const made = path.join(headers, 'include', 'generated', 'uapi', 'linux');
  mkdirSync(made, { recursive: true });
  const lines = ['CODE 393642', 'MAJOR 6', 'PATCHLEVEL 1', 'SUBLEVEL 170'];
  writeFileSync(path.join(made, 'version.h'), lines.map((line) => `#define LINUX_VERSION_${line}\n`).join(''));
  expect(stableRelease(cache, record)).toBe('6.1.170');
  // A series that is set up as such a release is not searched with the profile of the series.
  mkdirSync(path.join(cache, 'kernels', record.release, 'boot'));
  writeFileSync(path.join(cache, 'kernels', record.release, 'boot', `vmlinuz-${record.release}`), '');
  mkdirSync(path.join(cache, 'targets'));
  writeFileSync(path.join(cache, 'targets', 'linux-6.1.json'), JSON.stringify({ ...record, target: 'linux-6.1' }));
  const saved = process.env.SKBCHECK_CACHE;
  process.env.SKBCHECK_CACHE = cache;
  try {
    expect(profileOfTarget('linux-6.1').name).toBe('linux-6.1.170');
    expect(profileFor(scenarioNamed('core'), 'linux-6.1', undefined, undefined)).toBeUndefined();
    expect(profileFor(scenarioNamed('core'), 'linux-6.12', undefined, undefined)).toBe('linux-6.12');
  } finally {
    if (saved === undefined) delete process.env.SKBCHECK_CACHE;
    else process.env.SKBCHECK_CACHE = saved;
  }
});

describe('a record of a target', () => {
  test.each(['{}', '5', '{"target":"linux-7.3","release":""}', '{"target":"linux-7.3","release":"../x"}', '{"ha'])(
    'that is damaged (%s) counts as none',
    (text) => {
      const cache = mkdtempSync(path.join(folder, 'damaged-'));
      mkdirSync(path.join(cache, 'targets'));
      mkdirSync(path.join(cache, 'kernels', '7.3.4+deb13-amd64'), { recursive: true });
      writeFileSync(path.join(cache, 'targets', 'linux-7.3.json'), text);
      expect(setUpKernels(cache)).toEqual([]);
    },
  );

  test('is removed with the files of its kernel, unless another target means them; or none is removed', async () => {
    const cache = mkdtempSync(path.join(folder, 'removed-'));
    const release = '7.3.4+deb13-amd64';
    const image = path.join(cache, 'kernels', release, 'boot', `vmlinuz-${release}`);
    mkdirSync(path.dirname(image), { recursive: true });
    writeFileSync(image, '');
    mkdirSync(path.join(cache, 'targets'));
    for (const target of ['linux-7.3', 'linux-7.3.4'])
      writeFileSync(path.join(cache, 'targets', `${target}.json`), JSON.stringify({ target, release }));
    await expect(removeKernels(cache, ['7.3', '9.9'])).rejects.toThrow('target linux-9.9 is not set up');
    expect(setUpKernels(cache)).toHaveLength(2);
    let second: Promise<unknown> = Promise.resolve();
    const waited = await withLock(cache, 'setup', () => {
      return new Promise<string>((says) => {
        second = removeKernels(cache, ['7.3'], says);
      });
    });
    expect(waited).toBe('waiting for another skbcheck that sets up kernels in this cache');
    await second;
    expect(existsSync(image)).toBe(true);
    await removeKernels(cache, ['linux-7.3.4']);
    expect(existsSync(image)).toBe(false);
  });
});

describe('the private sources', () => {
  const DEB822 = `Types: deb deb-src
# a comment
URIs: http://debian.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /keys/debian.gpg

Types: deb
URIs: http://debian.example/debian-security
Suites: bookworm-security
Components: main

Enabled: false
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
`;
  const LIST = `# deb http://off.example/debian bookworm main
deb [arch=amd64 signed-by=/keys/one.gpg] http://one.example/debian trixie main non-free
deb http://one.example/debian-security trixie-security main
deb-src http://one.example/debian trixie main
deb http://azure.example/repo bookworm main
deb http://other.example/apt stable main
`;

  test('name the system’s repositories, with the suites of all kernels', () => {
    const text = archiveSources(parseSources(DEB822, true));
    expect(text).toBe(`Types: deb
URIs: http://debian.example/debian
Suites: bookworm bookworm-backports trixie trixie-backports
Components: main
Signed-By: /keys/debian.gpg

Types: deb
URIs: http://debian.example/debian-security
Suites: bookworm-security trixie-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`);
  });

  test('are the same from a sources.list, in which other repositories are not Debian', () => {
    const text = archiveSources(parseSources(LIST, false));
    expect(text).toContain('URIs: http://one.example/debian\nSuites: bookworm bookworm-backports trixie');
    expect(text).toContain('URIs: http://one.example/debian-security\nSuites: bookworm-security trixie-security');
    expect(text).toContain('Signed-By: /keys/one.gpg');
    expect(text).not.toContain('other.example');
  });

  test('keep a key of several lines, and how far the system trusts the repository', () => {
    const text = 'Types: deb\nURIs: http://a.example/debian\nSuites: bookworm\nComponents: main\nTrusted: yes\n';
    const key = 'Signed-By:\n -----BEGIN PGP-----\n .\n abc\n';
    expect(archiveSources(parseSources(text + key, true))).toContain(`${key}Trusted: yes\n`);
    const line = 'deb [check-valid-until=no trusted=yes] http://a.example/debian bookworm main';
    expect(archiveSources(parseSources(line, false))).toMatch(/Trusted: yes\nCheck-Valid-Until: no\n$/);
  });

  test('are empty where the system has none of Debian’s', () => {
    expect(archiveSources(parseSources('deb http://other.example/apt stable main\n', false))).toBe('');
  });
});

const canSetUp = isDebian() && missingPrerequisites().length === 0;

(canSetUp ? describe : describe.skip)('a setup that fails', () => {
  let cache: string;
  let aptFolder: string;

  beforeAll(() => {
    aptFolder = falseSources(folder);
  });
  withEmptyCaches(folder, (empty) => (cache = empty));

  /** The complaint of a setup, which must be one line and leave no kernel. */
  async function complaint(...asked: string[]): Promise<string> {
    const error = await setupKernels({ asked, aptFolder }).then(
      () => new Error('it succeeded'),
      (thrown: Error) => thrown,
    );
    expect(error.message).not.toContain('\n');
    expect(setUpKernels(cache)).toEqual([]);
    const left = path.join(cache, 'kernels');
    expect(existsSync(left) ? readdirSync(left) : []).toEqual([]);
    return error.message;
  }

  test('because there is no such release names those that there are', async () => {
    withPrograms(folder, { 'apt-get': `${LISTS}; ${UPDATE}; ${URIS}`, 'apt-cache': cacheOf(NAMES) });
    expect(await complaint('7.0.5')).toMatch(
      /^Debian has no kernel 7\.0\.5; of 7\.0 there are 7\.0\.4; list them with/,
    );
    expect(await complaint('linux-5.4')).toMatch(
      /^Debian has no kernel 5\.4; there are 7\.3, 7\.0, 6\.16, 6\.12, 6\.1;/,
    );
  });

  test('because there is no such release asks apt a few times, and not once for each release', async () => {
    const log = path.join(cache, 'calls');
    const logged = `echo "$0 $*" >> '${log}'`;
    const releases = Array.from({ length: 60 }, (_, i) => `linux-image-6.12.${i + 1}+deb12-amd64`);
    const names = releases.flatMap((image) => [image, image.replace('image', 'headers')]);
    withPrograms(folder, {
      'apt-get': `${logged}; ${LISTS}; ${UPDATE}; ${URIS}`,
      'apt-cache': `${logged}; ${cacheOf(names)}`,
    });
    expect(await complaint('5.4')).toMatch(/^Debian has no kernel 5\.4; there are 6\.12;/);
    expect(readFileSync(log, 'utf8').trim().split('\n').length).toBeLessThan(6);
  });

  test('because there is no network says so', async () => {
    withPrograms(folder, { 'apt-get': 'echo "E: could not resolve debian.example" >&2; exit 100', 'apt-cache': '' });
    expect(await complaint('7.3')).toMatch(
      /^the Debian repository cannot be reached, and kernel 7\.3 is not in the cache/,
    );
  });

  test('because the download stops leaves no half of a kernel', async () => {
    const half =
      'echo half > linux-binary-7.3.4+deb13-amd64_1_amd64.deb; echo "E: Failed to fetch: Connection timed out" >&2; exit 100';
    withPrograms(folder, { 'apt-get': `${LISTS}; ${UPDATE}; ${URIS}; ${half}`, 'apt-cache': cacheOf(NAMES) });
    expect(await complaint('7.3')).toMatch(
      /^cannot download linux-binary-7\.3\.4.*Connection timed out; check the network/,
    );
  });

  test('because a package cannot be unpacked says which, and asks for the disk', async () => {
    const download = 'echo half > linux-binary-7.3.4+deb13-amd64_1_amd64.deb';
    withPrograms(folder, { 'apt-get': `${LISTS}; ${UPDATE}; ${URIS}; ${download}`, 'apt-cache': cacheOf(NAMES) });
    expect(await complaint('7.3.4')).toMatch(/^cannot unpack linux-binary-7\.3\.4.*; is the disk full\?$/);
  });

  test('because the module cannot be built leaves no kernel that looks as if it were set up', async () => {
    withHeadersThatDoNotCompile(folder, NAMES, ['6.12.117+deb12-amd64']);
    expect(await complaint('6.12.117+deb12-amd64')).toMatch(/^cannot build the module against .*: a header is missing/);
  });

  test('because the module does not build against the newest series tries the series before it', async () => {
    withHeadersThatDoNotCompile(folder, NAMES, ['6.1.0-56-amd64', '6.12.117+deb12-amd64', '7.3.4+deb13-amd64']);
    const said: string[] = [];
    await expect(setupKernels({ aptFolder, say: (line) => said.push(line) })).rejects.toThrow(/./);
    const tried = said.filter((line) => line.endsWith('the series before it is tried'));
    expect(tried[0]).toMatch(/^7\.3: cannot build the module against .*: a header is missing/);
    expect(said.find((line) => line.startsWith('downloading 7.0.4'))).toBeDefined();
    expect(setUpKernels(cache)).toEqual([]);
  });

  test('of a source package names those that there are', async () => {
    const names = ['linux-source-7.2', 'linux-source-7.3', 'linux-image-7.3.4-amd64'];
    withPrograms(folder, { 'apt-get': `${LISTS}; ${UPDATE}`, 'apt-cache': cacheOf(names, names.slice(1)) });
    await expect(fetchSource('linux-source-7.4', () => undefined, aptFolder)).rejects.toThrow(
      'Debian has no linux-source-7.4; there are linux-source-7.3; or give a tree: --source DIR',
    );
  });

  test('of a source package without network says so, and uses the tar of an earlier time', async () => {
    withPrograms(folder, { 'apt-get': 'exit 100', 'apt-cache': '' });
    const fetch = () => fetchSource('linux-source-7.3', () => undefined, aptFolder);
    await expect(fetch()).rejects.toThrow(/^the Debian repository cannot be reached, and linux-source-7\.3 is not/);
    mkdirSync(path.join(cache, 'sources'));
    for (const version of ['7.3.4-1', '7.3.10-1'])
      writeFileSync(path.join(cache, 'sources', `linux-source-7.3_${version}.tar.xz`), '');
    expect(path.basename(await fetch())).toBe('linux-source-7.3_7.3.10-1.tar.xz');
  });

  test('of several kernels sets up the others, then fails', async () => {
    withPrograms(folder, { 'apt-get': `${LISTS}; ${UPDATE}; ${URIS}`, 'apt-cache': cacheOf(NAMES) });
    const said: string[] = [];
    const setup = setupKernels({ asked: ['5.4', '5.5'], aptFolder, say: (line) => said.push(line) });
    await expect(setup).rejects.toThrow('no kernel 5.4');
    expect(said.filter((line) => line.includes('no kernel'))).toEqual([
      expect.stringMatching(/^5\.4: Debian has no kernel 5\.4/),
      expect.stringMatching(/^5\.5: Debian has no kernel 5\.5/),
    ]);
  });

  test('of all kernels without the repository is no setup of two', async () => {
    withPrograms(folder, { 'apt-get': 'exit 100', 'apt-cache': '' });
    await expect(setupKernels({ all: true, aptFolder })).rejects.toThrow(/^the Debian repository cannot be reached/);
  });

  test('of a release keeps the kernels that are set up', async () => {
    withPrograms(folder, { 'apt-get': `${LISTS}; ${UPDATE}; ${URIS}`, 'apt-cache': cacheOf(NAMES) });
    const release = '6.12.117+deb12-amd64';
    mkdirSync(path.join(cache, 'kernels', release, 'boot'), { recursive: true });
    mkdirSync(path.join(cache, 'targets'));
    writeFileSync(path.join(cache, 'kernels', release, 'boot', `vmlinuz-${release}`), '');
    writeFileSync(path.join(cache, 'targets', 'linux-6.12.json'), JSON.stringify({ target: 'linux-6.12', release }));
    await expect(setupKernels({ asked: ['7.0.5'], aptFolder })).rejects.toThrow('no kernel 7.0.5');
    expect(setUpKernels(cache)).toEqual([{ target: 'linux-6.12', release }]);
  });
});
