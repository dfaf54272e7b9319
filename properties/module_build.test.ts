// The module's build folder: its sources are exactly those of kernel/, and a file that did not change keeps its object.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureInitrd, writeSources } from '../src/targets/linux/module_build';
import { hasProgram } from '../src/targets/linux/qemu';
import { folderForTests } from './support/cli';

const folder = folderForTests('module-build');

const time_ns = (file: string): bigint => statSync(path.join(folder, file), { bigint: true }).mtimeNs;

describe('the sources of a build folder', () => {
  const all = (): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();

  test('are written once: a second time changes no file, and removes none of make', () => {
    writeSources(folder);
    const [files, times] = [all(), all().map(time_ns)];
    expect(files).toContain('link/main.c');
    expect(files).toContain('made');
    writeSources(folder);
    expect(all()).toEqual(files);
    expect(all().map(time_ns)).toEqual(times);
    writeFileSync(path.join(folder, 'link/main.o'), '');
    writeSources(folder);
    expect(existsSync(path.join(folder, 'link/main.o'))).toBe(true);
  });

  test('are those of kernel/: a changed one is written again, one that kernel/ lacks is removed', () => {
    const [changed, extra] = ['link/main.c', 'link/older.c'].map((name) => path.join(folder, name));
    const text = readFileSync(changed, 'utf8');
    writeFileSync(changed, 'changed');
    writeFileSync(extra, '');
    writeSources(folder);
    expect(readFileSync(changed, 'utf8')).toBe(text);
    expect(existsSync(extra)).toBe(false);
  });
});

/** Stands for kbuild: it compiles a file by noting when it did, so that only the build folder is tested. */
const MAKEFILE = `
modules: $(M)/skbcheck.ko
$(M)/skbcheck.ko: $(patsubst %.c,%.o,$(wildcard $(M)/*/*.c))
\tcat $^ > $@
%.o: %.c
\techo $< | sed 's,$(M)/,,' >> $(M)/compiled
\tcp $< $@
`;

(hasProgram('gcc') && hasProgram('make') ? test : test.skip)(
  'make compiles only what changed since the last build for this kernel',
  async () => {
    const [cache, tree] = ['cache', 'tree'].map((name) => path.join(folder, name));
    for (const each of [cache, tree]) mkdirSync(each);
    writeFileSync(path.join(tree, 'Makefile'), MAKEFILE);
    writeFileSync(path.join(tree, 'bzImage'), '');
    const kernel = { target: 'a tree', image: path.join(tree, 'bzImage'), buildTree: tree, modules: tree };
    const foldersOf = (): string[] =>
      readdirSync(path.join(cache, 'build')).map((name) => path.join(cache, 'build', name));
    const build = async (): Promise<{ bytes: Buffer; compiled: string[] }> => {
      const bytes = readFileSync(await ensureInitrd(kernel, cache, () => undefined));
      const [built] = foldersOf();
      const log = path.join(built, 'compiled');
      const compiled = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [];
      rmSync(log, { force: true });
      return { bytes, compiled };
    };
    const first = await build();
    expect(first.compiled).toContain('link/main.c');
    expect(first.compiled.length).toBeGreaterThan(40);

    // As an older kernel/ would have left the folder: one file differs, one is more, and the image is not there.
    const [built] = foldersOf();
    writeFileSync(path.join(built, 'link/main.c'), '/* older */');
    writeFileSync(path.join(built, 'link/older.c'), '/* older */');
    rmSync(path.join(cache, 'initrd'), { recursive: true });
    const second = await build();
    expect(second.compiled).toEqual(['link/main.c']);
    expect(second.bytes.equals(first.bytes)).toBe(true);

    // Another kernel has a folder of its own.
    writeFileSync(path.join(tree, '.config'), 'CONFIG_NET=y');
    expect((await build(), readdirSync(path.join(cache, 'build')))).toHaveLength(2);
  },
);
