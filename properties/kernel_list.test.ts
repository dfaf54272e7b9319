// `kernel list` answers at once: what takes long to know is known from the last time, while it is still true.

import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { kernelListText } from '../src/report/kernel_list_text';
import { listKernels } from '../src/targets/linux';
import { kernelSize } from '../src/targets/linux/list/kernel_size';
import { isDebian } from '../src/targets/linux/prerequisites';
import { folderForTests } from './support/cli';

const RELEASE = '6.12.43+deb12-amd64';
const NEWER = '6.12.101+deb12-amd64';
const cache = folderForTests('kernel-list');
const kernels = path.join(cache, 'kernels');
const list = path.join(cache, 'apt', 'lists', 'debian_Packages');
const before = { ...process.env };

function put(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function setUp(folder: 'targets' | 'images', target: string, release: string): void {
  put(path.join(kernels, release, 'boot', `vmlinuz-${release}`), 'x'.repeat(1000));
  put(path.join(cache, folder, `${target}.json`), JSON.stringify({ target, release }));
}

/** Lists that were fetched now, and the names that apt read from them; no apt is asked. */
function knowNames(...releases: string[]): void {
  put(path.join(cache, 'apt', 'updated'), '');
  put(list, 'Package: some\n');
  utimesSync(list, 1, 1);
  const names = releases.map((release) => `linux-image-${release}`);
  put(path.join(cache, 'apt', 'names.json'), JSON.stringify({ lists: `${path.basename(list)} 1000 14`, names }));
}

beforeAll(() => {
  setUp('targets', 'linux-6.12.43', RELEASE);
  setUp('images', 'linux-6.12.101', NEWER);
  process.env.SKBCHECK_CACHE = cache;
});
afterAll(() => (process.env = before));

describe('the size of a kernel', () => {
  const folder = path.join(kernels, RELEASE);
  const header = path.join(folder, 'usr', 'src', 'headers', 'a.h');

  test('is that of all its files, and is counted once', () => {
    put(header, 'y'.repeat(500));
    const size = kernelSize(cache, RELEASE, folder);
    expect(size).toBeGreaterThanOrEqual(1500);
    writeFileSync(header, 'y'.repeat(900));
    expect(kernelSize(cache, RELEASE, folder)).toBe(size);
  });

  test('is counted anew when the setup puts files into its folder', () => {
    const size = kernelSize(cache, RELEASE, folder);
    put(path.join(folder, 'modules-of-outside'), 'z'.repeat(70));
    // A clock of a file system may be coarse.
    utimesSync(folder, 1, 1);
    expect(kernelSize(cache, RELEASE, folder)).toBe(size + 400 + 70);
  });

  test('is counted anew when half a record is there', () => {
    const size = kernelSize(cache, RELEASE, folder);
    put(path.join(cache, 'sizes', `${RELEASE}.json`), '{"changed_ms":');
    expect(kernelSize(cache, RELEASE, folder)).toBe(size);
  });
});

(isDebian() ? test : test.skip)('kernels that are set up for user space alone are listed as set up', async () => {
  knowNames(RELEASE, NEWER, '7.3.4+deb13-amd64');
  const listed = await listKernels((line) => expect(line).toBe('nothing takes long'));
  expect(listed.kernels.map(({ name, targets, imageOnly }) => [name, targets, imageOnly])).toEqual([
    ['6.12.43', ['linux-6.12.43'], []],
    ['6.12.101', ['linux-6.12.101'], ['linux-6.12.101']],
    ['7.3.4', [], []],
  ]);
  const text = kernelListText(listed);
  expect(text).toMatch(/6\.12\.101 +linux-6\.12\.101 \(user space\) +\d/);
  expect(text).toMatch(/6\.12\.43 +linux-6\.12\.43 +\d/);
});

(isDebian() ? test : test.skip)('names of older lists are not believed', async () => {
  knowNames('1.2.3-amd64');
  put(list, 'Package: linux-image-6.1.0-99-amd64\n');
  const path_ = process.env.PATH;
  process.env.PATH = path.join(cache, 'no programs');
  const listed = await listKernels(() => undefined).finally(() => (process.env.PATH = path_));
  expect(listed.kernels.map(({ name }) => name)).not.toContain('1.2.3');
});
