// `kernel build` without a compiler: its refusals, and the files that it leaves. The trees and the make here are tiny.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { TargetUnavailableError, UsageError } from '../src/session/errors';
import { buildKernel } from '../src/targets/linux/kernel_build';
import { hasProgram } from '../src/targets/linux/qemu';

const SOURCE_TIME = new Date('2020-01-01T00:00:00Z');
const CODE = ['int first;', 'int second;', 'int third;', ''].join('\n');

let folder: string;
const savedPath = process.env.PATH;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'skbcheck-kernel-build-'));
  for (const tool of ['gcc', 'flex', 'bison', 'bc', 'xz']) program(tool, '');
  program('make', MAKE);
  process.env.PATH = `${join(folder, 'bin')}${delimiter}${savedPath}`;
  put('tree/Makefile', 'VERSION = 6\nPATCHLEVEL = 12\n');
  put('tree/Kbuild', '');
  put('tree/scripts/kconfig/merge_config.sh', '');
  put('tree/net/core/skbuff.c', CODE);
  put('tree/net/core/page_pool.c', CODE);
});
afterEach(() => {
  process.env.PATH = savedPath;
  rmSync(folder, { recursive: true, force: true });
});

/** A make that builds its goals, until a line of the source does not compile. */
const MAKE = `
for word; do case $word in O=*) build=\${word#O=};; esac; done
case "$*" in
  *mrproper*) rm -r "$2/.config";;
  *config*) touch "$build/.config";;
  *bzImage*)
    if grep -n 'wrong' "$2/net/core/skbuff.c"; then echo "$2/net/core/skbuff.c:1:1: error: no such type"; exit 2; fi
    mkdir -p "$build/arch/x86/boot" "$build/include/config"
    cat "$2/net/core/skbuff.c" >"$build/arch/x86/boot/bzImage"
    echo 6.12.0 >"$build/include/config/kernel.release";;
esac`;

function put(file: string, content: string): string {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  utimesSync(path, SOURCE_TIME, SOURCE_TIME);
  return path;
}

function program(name: string, script: string): void {
  const path = join(folder, 'bin', name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

/** A patch that changes the second line of a file of net/core. */
function patchOf(file: string, before: string, after: string): string {
  const path = `net/core/${file}`;
  const hunk = ['@@ -1,3 +1,3 @@', ' int first;', `-${before}`, `+${after}`, ' int third;', ''];
  return put(`${after}.patch`, [`--- a/${path}`, `+++ b/${path}`, ...hunk].join('\n'));
}

function build(patches: readonly string[], changes: { source?: string; output?: string; said?: string[] } = {}) {
  const { source = 'tree', output = 'out', said = [] } = changes;
  const say = (line: string): void => void said.push(line);
  return buildKernel({ source: join(folder, source), patches, output: join(folder, output), say });
}

async function complaint(what: Promise<unknown>): Promise<Error> {
  const error = await what.then(
    () => new Error('it was built'),
    (reason: Error) => reason,
  );
  expect(error.message).not.toContain('\n');
  return error;
}

async function expectUsage(what: Promise<unknown>, message: RegExp): Promise<void> {
  const error = await complaint(what);
  expect(error.message).toMatch(message);
  expect(error).toBeInstanceOf(UsageError);
}

const fileTime = (file: string): number => statSync(join(folder, file)).mtime.getTime();
const text = (file: string): string => readFileSync(join(folder, file), 'utf8');

// The tools of a build that have no replacement here.
const canBuild = existsSync('/usr/include/libelf.h') && hasProgram('patch');
if (!canBuild) process.stderr.write('libelf-dev or patch: not there, tests of kernel build skipped\n');
const testBuild = canBuild ? test : test.skip;

describe('before the build starts', () => {
  afterEach(() => expect(existsSync(join(folder, 'out'))).toBe(false));

  test('the source must exist', () => expectUsage(build([], { source: 'none' }), /^no kernel source .*none$/));

  test('a directory must be a kernel tree', () => {
    put('else/README', '');
    return expectUsage(build([], { source: 'else' }), /^.*else is no kernel source: no Makefile, Kbuild and /);
  });

  test.each([
    ['there', 'none.patch', undefined, /^cannot read the patch .*none\.patch: .*ENOENT/],
    ['a file', '.', undefined, /^cannot read the patch .*: EISDIR/],
    ['not empty', 'empty.patch', '', /^the patch .*empty\.patch is empty$/],
    [
      'a patch',
      'mail.txt',
      'Dear all,\n\nthe fix is\n--- below\n',
      /^.*mail\.txt is not a patch: no line of it begins/,
    ],
  ])('a patch must be %s', (_, name, content, message) => {
    if (content !== undefined) put(name, content);
    return expectUsage(build([join(folder, name)]), message);
  });
});

describe('a patch', () => {
  testBuild.each([
    [
      'whose lines do not exist',
      'skbuff.c',
      'int nothing;',
      'int more;',
      /: net\/core\/skbuff\.c: Hunk #1 FAILED at 1\.$/,
    ],
    [
      'of a file that is not there',
      'gro.c',
      'int second;',
      'int more;',
      /: it has no file a\/net\/core\/gro\.c \(-p1\)$/,
    ],
    [
      'that is in already',
      'skbuff.c',
      'int other;',
      'int second;',
      /: net\/core\/skbuff\.c: applied already, or reversed$/,
    ],
  ])('%s is refused', async (_, file, before, after, message) => {
    const patch = patchOf(file, before, after);
    await expectUsage(build([patch]), /^the patch .*\.patch does not apply to .*tree: /);
    await expectUsage(build([patch]), message);
    expect(readdirSync(join(folder, 'out'))).toEqual(['kernel-build.json']);
  });

  testBuild('is applied on top of those before it', async () => {
    const patches = [patchOf('skbuff.c', 'int second;', 'int a;'), patchOf('skbuff.c', 'int a;', 'int b;')];
    await build(patches);
    expect(text('out/bzImage')).toContain('int b;');
    await expectUsage(build([...patches].reverse()), /b;\.patch does not apply to .*tree: /);
    await expectUsage(build([...patches, patches[0]]), /a;\.patch does not apply to .* with the patches before it: /);
  });
});

describe('a build', () => {
  testBuild('uses the tree itself, or a copy where there is a patch', async () => {
    await expect(build([])).resolves.toEqual({
      target: join(folder, 'out'),
      release: '6.12.0',
      image: join(folder, 'out/bzImage'),
    });
    expect(existsSync(join(folder, 'out/source'))).toBe(false);
    await build([patchOf('skbuff.c', 'int second;', 'int changed;')]);
    expect(text('out/bzImage')).toContain('int changed;');
    expect(text('tree/net/core/skbuff.c')).toBe(CODE);
    await build([]);
    expect(text('out/bzImage')).toBe(CODE);
  });

  testBuild('uses a cleaned copy where the tree has been built', async () => {
    put('tree/.config', '');
    put('tree/.git/HEAD', '');
    await build([]);
    expect(readdirSync(join(folder, 'out/source'))).not.toEqual(expect.arrayContaining(['.config']));
    expect(existsSync(join(folder, 'out/source/.git'))).toBe(false);
    expect(existsSync(join(folder, 'tree/.config'))).toBe(true);
  });

  testBuild('with another patch lets make see the changes of the first one', async () => {
    await build([patchOf('skbuff.c', 'int second;', 'int changed;')]);
    const [skbuff, pool] = ['skbuff.c', 'page_pool.c'].map((name) => `out/source/net/core/${name}`);
    expect(fileTime(pool)).toBe(SOURCE_TIME.getTime());
    const wasBuilt = Date.now();
    await build([patchOf('page_pool.c', 'int second;', 'int changed_too;')]);
    expect(text(skbuff)).toBe(CODE);
    expect(fileTime(skbuff)).toBeGreaterThanOrEqual(wasBuilt);
    expect(fileTime(pool)).toBeGreaterThanOrEqual(wasBuilt);
    expect(fileTime('out/source/Kbuild')).toBe(SOURCE_TIME.getTime());
  });

  testBuild(
    'that a patch refuses keeps the tree of the one before, whose unchanged objects it would link',
    async () => {
      await build([patchOf('skbuff.c', 'int second;', 'int changed;')]);
      const inode = (): number => statSync(join(folder, 'out/source/net/core/page_pool.c')).ino;
      const before = inode();
      const patch = patchOf('page_pool.c', 'int second;', 'int changed_too;');
      await expectUsage(build([patch, patch]), /does not apply/);
      expect(['skbuff.c', 'page_pool.c'].map((name) => text(`out/source/net/core/${name}`))).toEqual([
        CODE.replace('second', 'changed'),
        CODE,
      ]);
      await build([]);
      await build([patchOf('skbuff.c', 'int second;', 'int again;')]);
      expect(inode()).toBe(before);
      put('tree/net/core/page_pool.c', 'int edited;\n');
      await build([patchOf('skbuff.c', 'int second;', 'int changed;')]);
      expect(text('out/source/net/core/page_pool.c')).toBe('int edited;\n');
    },
  );

  testBuild('that fails leaves no kernel of an earlier build', async () => {
    await build([]);
    const error = await complaint(build([patchOf('skbuff.c', 'int second;', 'wrong second;')]));
    expect(error).toBeInstanceOf(TargetUnavailableError);
    expect(error.message).toMatch(
      /^the kernel does not build: .*skbuff\.c:1:1: error: no such type.*; see .*build\.log$/,
    );
    expect(existsSync(join(folder, 'out/bzImage'))).toBe(false);
    expect(existsSync(join(folder, 'out/build/arch/x86/boot/bzImage'))).toBe(false);
  });

  testBuild('of a file that is no archive is refused with that reason', async () => {
    put('linux.tar.xz', 'not an archive');
    const error = await complaint(build([], { source: 'linux.tar.xz' }));
    expect(error).toBeInstanceOf(TargetUnavailableError);
    expect(error.message).toMatch(/^cannot copy .*linux\.tar\.xz to .*out: .*(archive|xz)/);
  });
});

describe('the output', () => {
  testBuild('is never a directory with other files in it', async () => {
    put('out/source/precious', '');
    await expectUsage(build([]), /^the output .*out is not empty, and not of an earlier kernel build/);
    expect(readdirSync(join(folder, 'out/source'))).toEqual(['precious']);
  });

  testBuild('is never a file or a place that cannot be written', async () => {
    put('file', '');
    await expectUsage(build([], { output: 'file' }), /^the output .*file is a file$/);
    const error = await complaint(buildKernel({ source: join(folder, 'tree'), patches: [], output: '/proc/skbcheck' }));
    expect(error).toBeInstanceOf(TargetUnavailableError);
    expect(error.message).toMatch(/^cannot make the output \/proc\/skbcheck: /);
  });

  testBuild('is not inside the copied tree, and a copy is not its own source', async () => {
    const patch = patchOf('skbuff.c', 'int second;', 'int changed;');
    await expectUsage(build([patch], { output: 'tree/out' }), /^the output .* is inside the tree that is to be copied/);
    await build([patch]);
    const more = patchOf('skbuff.c', 'int changed;', 'int again;');
    await expectUsage(build([more], { source: 'out/source' }), /^the source .* is the copy that a build made there/);
    expect(text('out/source/net/core/skbuff.c')).toContain('int changed;');
  });
});
