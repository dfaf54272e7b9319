// Setups that fail: each says in one line why, and leaves nothing broken.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fetchSource } from '../src/targets/linux/kernel_source';
import { isDebian, missingPrerequisites } from '../src/targets/linux/prerequisites';
import { setupKernels } from '../src/targets/linux/setup';
import { setUpKernels } from '../src/targets/linux/set_up_kernels';
import { folderForTests } from './support/cli';
import { APT_CACHE, APT_GET, aptGet, putInPath } from './support/fake_apt';

const folder = folderForTests('kernel-setup');
const canSetUp = isDebian() && missingPrerequisites().length === 0;

(canSetUp ? describe : describe.skip)('a setup that fails', () => {
  const saved = { PATH: process.env.PATH, cache: process.env.SKBCHECK_CACHE };
  const withPrograms = (programs: Readonly<Record<string, string>>): void => putInPath(folder, programs);
  let cache: string;
  const aptFolder = path.join(folder, 'apt');

  beforeAll(() => {
    mkdirSync(aptFolder);
    writeFileSync(path.join(aptFolder, 'sources.list'), 'deb http://debian.example/debian bookworm main\n');
  });

  beforeEach(() => {
    cache = mkdtempSync(path.join(folder, 'cache-'));
    process.env.SKBCHECK_CACHE = cache;
  });
  afterEach(() => {
    process.env.PATH = saved.PATH;
    if (saved.cache === undefined) delete process.env.SKBCHECK_CACHE;
    else process.env.SKBCHECK_CACHE = saved.cache;
  });

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
    withPrograms({ 'apt-get': APT_GET, 'apt-cache': APT_CACHE });
    expect(await complaint('7.0.5')).toMatch(
      /^Debian has no kernel 7\.0\.5; of 7\.0 there are 7\.0\.4; list them with/,
    );
    expect(await complaint('linux-5.4')).toMatch(
      /^Debian has no kernel 5\.4; there are 7\.3, 7\.0, 6\.16, 6\.12, 6\.1;/,
    );
  });

  test('because there is no such release asks the repository once, however many releases it has', async () => {
    const calls = path.join(cache, 'calls');
    withPrograms({
      'apt-get': `case "$*" in *print-uris*) echo >> ${calls};; esac; ${APT_GET}`,
      'apt-cache': APT_CACHE,
    });
    await complaint('7.0.5');
    expect(readFileSync(calls, 'utf8').length).toBe(1);
  });

  test('because there is no network says so', async () => {
    withPrograms({ 'apt-get': 'echo "E: could not resolve debian.example" >&2; exit 100', 'apt-cache': '' });
    expect(await complaint('7.3')).toMatch(
      /^the Debian repository cannot be reached, and kernel 7\.3 is not in the cache/,
    );
  });

  test('because the download stops leaves no half of a kernel', async () => {
    const half =
      'echo half > linux-binary-7.3.4+deb13-amd64_1_amd64.deb; echo "E: Failed to fetch: Connection timed out" >&2; exit 100';
    withPrograms({ 'apt-get': `${APT_GET}; ${half}`, 'apt-cache': APT_CACHE });
    expect(await complaint('7.3')).toMatch(
      /^cannot download linux-binary-7\.3\.4.*Connection timed out; check the network/,
    );
  });

  test('because a package cannot be unpacked says which, and asks for the disk', async () => {
    const download = 'echo half > linux-binary-7.3.4+deb13-amd64_1_amd64.deb';
    withPrograms({ 'apt-get': `${APT_GET}; ${download}`, 'apt-cache': APT_CACHE });
    expect(await complaint('7.3.4')).toMatch(/^cannot unpack linux-binary-7\.3\.4.*; is the disk full\?$/);
  });

  /** Programs that bring packages of kernels against whose headers nothing compiles. */
  function withHeadersThatDoNotCompile(...releases: string[]): void {
    const tree = mkdtempSync(path.join(folder, 'tree-'));
    const put = (name: string, text: string): void => {
      mkdirSync(path.dirname(path.join(tree, name)), { recursive: true });
      writeFileSync(path.join(tree, name), text);
    };
    for (const release of releases) {
      put(`boot/vmlinuz-${release}`, '');
      put(`lib/modules/${release}/virtio.ko`, '');
      put(`usr/src/linux-headers-${release}/Makefile`, '');
    }
    put(
      'usr/src/linux-headers-1-common/Makefile',
      "modules:\n\t@echo 'x.c:1: error: a header is missing' >&2; exit 1\n",
    );
    withPrograms({
      'apt-get': `${APT_GET}; echo > linux-image-x.deb; echo > linux-headers-x.deb`,
      'apt-cache': APT_CACHE,
      'apt-helper': 'echo > "$5"',
      'dpkg-deb': `tar -c -C '${tree}' .`,
    });
  }

  test('because the module cannot be built leaves no kernel that looks as if it were set up', async () => {
    withHeadersThatDoNotCompile('6.12.117+deb12-amd64');
    expect(await complaint('6.12.117+deb12-amd64')).toMatch(/^cannot build the module against .*: a header is missing/);
  });

  test('because the module does not build against the newest series tries the series before it', async () => {
    withHeadersThatDoNotCompile('6.1.0-56-amd64', '6.12.117+deb12-amd64', '7.3.4+deb13-amd64');
    const said: string[] = [];
    await expect(setupKernels({ aptFolder, say: (line) => said.push(line) })).rejects.toThrow(/./);
    const tried = said.filter((line) => line.endsWith('the series before it is tried'));
    expect(tried[0]).toMatch(/^7\.3: cannot build the module against .*: a header is missing/);
    expect(said.find((line) => line.startsWith('downloading 7.0.4'))).toBeDefined();
    expect(setUpKernels(cache)).toEqual([]);
  });

  test('of a source package names those that there are', async () => {
    const names = `case "$*" in *pkgnames*) printf 'linux-source-7.2\\nlinux-source-7.3\\nlinux-image-7.3.4-amd64\\n';; esac`;
    withPrograms({ 'apt-get': aptGet('linux-source-7.3'), 'apt-cache': names });
    await expect(fetchSource('linux-source-7.4', () => undefined, aptFolder)).rejects.toThrow(
      'Debian has no linux-source-7.4; there are linux-source-7.3; or give a tree: --source DIR',
    );
  });

  test('of a source package without network says so, and uses the tar of an earlier time', async () => {
    withPrograms({ 'apt-get': 'exit 100', 'apt-cache': '' });
    const fetch = () => fetchSource('linux-source-7.3', () => undefined, aptFolder);
    await expect(fetch()).rejects.toThrow(/^the Debian repository cannot be reached, and linux-source-7\.3 is not/);
    mkdirSync(path.join(cache, 'sources'));
    for (const version of ['7.3.4-1', '7.3.10-1'])
      writeFileSync(path.join(cache, 'sources', `linux-source-7.3_${version}.tar.xz`), '');
    expect(path.basename(await fetch())).toBe('linux-source-7.3_7.3.10-1.tar.xz');
  });

  test('of several kernels sets up the others, then fails', async () => {
    withPrograms({ 'apt-get': APT_GET, 'apt-cache': APT_CACHE });
    const said: string[] = [];
    const setup = setupKernels({ asked: ['5.4', '5.5'], aptFolder, say: (line) => said.push(line) });
    await expect(setup).rejects.toThrow('no kernel 5.4');
    expect(said.filter((line) => line.includes('no kernel'))).toEqual([
      expect.stringMatching(/^5\.4: Debian has no kernel 5\.4/),
      expect.stringMatching(/^5\.5: Debian has no kernel 5\.5/),
    ]);
  });

  test('of all kernels without the repository is no setup of two', async () => {
    withPrograms({ 'apt-get': 'exit 100', 'apt-cache': '' });
    await expect(setupKernels({ all: true, aptFolder })).rejects.toThrow(/^the Debian repository cannot be reached/);
  });

  test('of a release keeps the kernels that are set up', async () => {
    withPrograms({ 'apt-get': APT_GET, 'apt-cache': APT_CACHE });
    const release = '6.12.117+deb12-amd64';
    mkdirSync(path.join(cache, 'kernels', release, 'boot'), { recursive: true });
    mkdirSync(path.join(cache, 'targets'));
    writeFileSync(path.join(cache, 'kernels', release, 'boot', `vmlinuz-${release}`), '');
    writeFileSync(path.join(cache, 'targets', 'linux-6.12.json'), JSON.stringify({ target: 'linux-6.12', release }));
    await expect(setupKernels({ asked: ['7.0.5'], aptFolder })).rejects.toThrow('no kernel 7.0.5');
    expect(setUpKernels(cache)).toEqual([{ target: 'linux-6.12', release }]);
  });
});
