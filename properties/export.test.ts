// `skbcheck export` writes a kernel module that makes the calls of a program, compares with the model, and says PASS or
// FAIL as KTAP, without Node and without this project.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { COMMANDS } from '../src/commands/registry';
import { expectedAnswers } from '../src/export/expected_answers';
import { exportReadme } from '../src/export/export_readme';
import { kernelSizes } from '../src/export/kernel_sizes';
import { kernelParts } from '../src/export/kernel_parts';
import { parseProgram } from '../src/program/parse';
import { ABI_SIZES } from '../src/protocol/abi_keys';
import { PROFILES } from '../src/rules/profiles';
import { buildOnce, folderForTests, ROOT, skbcheck, type Ended } from './support/cli';
import { buildRepro, insmodAll, resultIn, type ReproModule } from './support/insmod';
import { linuxTargets } from './support/linux';
import { mutantOf, profileOf } from './support/model';

const KERNEL = path.join(ROOT, 'kernel');
const FINDINGS = path.join(ROOT, 'regressions/kernel-findings');
const REGRESSIONS = path.join(ROOT, 'regressions');
/** Regressions and findings in kernels, by their paths. Programs of user space become no modules. */
const FILES = readdirSync(REGRESSIONS, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.skb') && !file.startsWith('outside'),
);
/** A mistake of a caller would corrupt the kernel. */
const IS_ABUSE = /^kfree-skb-twice/;
const folder = folderForTests('export');
beforeAll(buildOnce);

const exported = (file: string, output: string, ...words: string[]): Ended =>
  skbcheck(['export', file, '-o', output, ...words], { cwd: folder });

/** Writes a program, and exports it. */
function exportText(name: string, lines: string, ...words: string[]): Ended {
  writeFileSync(path.join(folder, `${name}.skb`), `profile linux-6.12\n${lines}\n`);
  return exported(`${name}.skb`, name, ...words);
}

describe('the parts of kernel/ that a program needs', () => {
  const declared = readdirSync(KERNEL, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.h') && !file.startsWith('made/'))
    .flatMap((file) => [
      ...readFileSync(path.join(KERNEL, file), 'utf8').matchAll(/^[a-z][\w ]*?\*?\b(skbcheck_\w+)\(/gm),
    ])
    .filter(([line]) => !/^(static|typedef)/.test(line))
    .map(([, name]) => name);
  const commands = COMMANDS.filter(({ modelOnly }) => modelOnly === undefined);
  const all = kernelParts(KERNEL, commands);

  test('are all of it for a program with every command, and then nothing is left out', () => {
    const files = readdirSync(KERNEL, { recursive: true, encoding: 'utf8' })
      .filter((file) => /^\w+\/\w+\.c$/.test(file) && !/^(?:init|link|outside)\//.test(file))
      .sort();
    expect(declared.length).toBeGreaterThan(50);
    expect(all.files.filter((file) => !file.startsWith('link/'))).toEqual(files);
    expect(all.neverReleased).toEqual([]);
    expect(all.neverObserved).toEqual([]);
    expect(all.absentSystems).toEqual([]);
  });

  test('are few for a program of sk_buffs, and every command has a file that calls it', () => {
    const few = kernelParts(
      KERNEL,
      commands.filter(({ name }) => ['alloc_skb', 'skb_put', 'kfree_skb'].includes(name)),
    );
    expect(few.files.length).toBeLessThan(all.files.length * 0.7);
    expect(few.files.some((file) => /^(xdp|xsk|mvneta|gro|splice)\//.test(file))).toBe(false);
    expect([...all.madeBy].filter(([, file]) => file === '')).toEqual([]);
  });
});

test('the answers hold for the sizes that a kernel states about itself, each by its own key', () => {
  const keys = Object.values(ABI_SIZES).map(({ key }) => key);
  for (const { abi } of PROFILES) {
    const sizes = kernelSizes(abi, { failsAllocations: false, showsMappings: false });
    expect(sizes.length).toBeGreaterThan(10);
    expect(new Set(sizes.map(({ key }) => key)).size).toBe(sizes.length);
    for (const { key } of sizes) expect(keys).toContain(key);
  }
  const all = kernelSizes(PROFILES[0].abi, { failsAllocations: true, showsMappings: true }).map(({ name }) => name);
  expect(all).toContain('CONFIG_FUNCTION_TRACER');
  expect(all).toContain('CONFIG_DMA_OPS');
});

describe('an exported folder', () => {
  test('has each call as a comment with the file that calls the kernel, its request and the words to expect', () => {
    expect(exportText('readable', 'skb1 = alloc_skb(size: 100)\nskb_put(skb: skb1, len: 7)').code).toBe(0);
    const text = readFileSync(path.join(folder, 'readable/program/linux_6_12.c'), 'utf8');
    expect(text).toContain('/* Call 2: skb_put(skb: skb1, len: 7). skb/alloc.c calls the kernel. */');
    expect(text).toContain('{ "skb1", "len", 7 },');
    expect(text).toMatch(/Call 3 \(releases what is left\): \w+\(skb: skb1\b/);
    const readme = readFileSync(path.join(folder, 'readable/README'), 'ascii');
    expect(readme).toContain('    skb_put(skb: skb1, len: 7)');
    expect(readme.split('\n').filter((line) => line.length > 75)).toEqual([]);
    expect(existsSync(path.join(folder, 'readable/xdp'))).toBe(false);
  });

  test('names both values of a word that holds two, and keeps a plain number plain', () => {
    const coalesce = 'skb1 = alloc_skb(size: 1000)\nskb2 = alloc_skb(size: 100)\nskb_put(skb: skb2, len: 7)\n';
    expect(exportText('two-values', `${coalesce}skb_try_coalesce(to: skb1, from: skb2)`).code).toBe(0);
    const text = readFileSync(path.join(folder, 'two-values/program/linux_6_12.c'), 'utf8');
    const rows = text.split('\n').filter((line) => line.includes('.returned = '));
    expect(rows.map((row) => row.includes('.number = "delta_truesize", .flag = "fragstolen"')).slice(0, 4)).toEqual([
      ...[false, false, false, true],
    ]);
  });

  test('of every regression and finding has a README that fits a mail', () => {
    expect(FILES.length).toBeGreaterThan(20);
    for (const file of FILES) {
      const program = parseProgram(readFileSync(path.join(REGRESSIONS, file), 'utf8'), file);
      const { abuse = false, provoke = false } = program;
      const profile = profileOf(program.profile);
      const answers = [expectedAnswers(program, { profile, release: profile.name, abi: profile.abi, abuse, provoke })];
      const readme = exportReadme({ name: 'x', program, answers, version: '0' });
      expect(readme.split('\n').filter((line) => line.length > 75)).toEqual([]);
      expect(readme).toMatch(/^[\x20-\x7e\n]*$/);
    }
  });

  test('of a file with a mutant expects the answers of the unbroken rules', () => {
    const { id, program } = mutantOf('B2');
    const broken = exportText('broken', `mutant ${id}\n${program}`);
    expect(broken.stdout).toContain(
      'mutant B2 breaks the model, not the kernel: the module expects the unbroken rules',
    );
    expect(exportText('unbroken', program).code).toBe(0);
    for (const release of ['linux_6_1', 'linux_6_12']) {
      const [one, other] = ['broken', 'unbroken'].map((name) =>
        readFileSync(path.join(folder, name, `program/${release}.c`), 'utf8'),
      );
      expect(one).toBe(other);
    }
  });

  test('is never overwritten by another program', () => {
    exportText('twice', 'skb1 = alloc_skb(size: 100)');
    const before = readFileSync(path.join(folder, 'twice/program.skb'), 'utf8');
    expect(exportText('twice', 'skb1 = alloc_skb(size: 100)').code).toBe(0);
    const { code, stderr } = exportText('twice', 'skb1 = alloc_skb(size: 200)');
    expect(code).toBe(2);
    expect(stderr).toMatch(/is there already and differs; name another folder/);
    expect(readFileSync(path.join(folder, 'twice/program.skb'), 'utf8')).toBe(before);
  });

  test('names the call that a release leaves out, and exit code 4 says that all leave one out', () => {
    const { code, stdout } = exportText('left-out', 'skb1 = alloc_skb(size: 100)\nskb_put(skb: skb1, len: 9999)');
    expect(stdout).toContain('linux-6.12 leaves out skb_put(skb: skb1, len: 9999): skipped: not legal now');
    expect(code).toBe(4);
  });

  test.each([
    [
      'two CPUs',
      "skb1 = alloc_skb(size: 9)\nskb2 = skb_clone(skb: skb1)\nkfree_skb(skb: skb1)\ncpu1 at 'skb_release_data: dataref dropped': kfree_skb(skb: skb2)",
    ],
    ['a driver that is not there', 'rxq1 = igb_open()'],
  ])('is refused for %s, which no module can do', (name, lines) => {
    const { code, stderr } = exportText(name.replaceAll(' ', '-'), lines);
    expect(stderr.split('\n')).toHaveLength(2);
    expect(code).toBe(2);
  });
});

/** An exported program, and the verdict of its module on each kernel. */
interface Case {
  readonly name: string;
  readonly file: string;
  readonly says: Readonly<Record<string, 'PASS' | 'FAIL'>>;
}

/** The modules of the usual run: one that passes, a splat, and the last one, which ends the kernel. */
const CASES: readonly Case[] = [
  {
    name: 'expand-head-of-owned-skb',
    file: `${REGRESSIONS}/expand-head-of-owned-skb.skb`,
    says: { 'linux-6.1': 'PASS', 'linux-6.12': 'PASS', 'linux-7.3': 'PASS' },
  },
  { name: 'warns', file: 'warns.skb', says: { 'linux-6.1': 'FAIL', 'linux-6.12': 'FAIL', 'linux-7.3': 'FAIL' } },
  { name: 'panics', file: 'panics.skb', says: { 'linux-6.1': 'FAIL', 'linux-6.12': 'FAIL', 'linux-7.3': 'FAIL' } },
];

/** SKBCHECK_EXPORT=all: every regression, on every release, which takes minutes. */
const MORE: readonly Case[] = [
  {
    name: 'segment-list-forgets-members',
    file: `${FINDINGS}/segment-list-forgets-members.skb`,
    says: { 'linux-6.1': 'FAIL', 'linux-6.12': 'FAIL', 'linux-7.3': 'FAIL' },
  },
  ...readdirSync(REGRESSIONS)
    .filter(
      (file) => file.endsWith('.skb') && !IS_ABUSE.test(file) && !CASES.some(({ name }) => `${name}.skb` === file),
    )
    .map((file) => ({
      name: path.basename(file, '.skb'),
      file: path.join(REGRESSIONS, file),
      says: { 'linux-6.1': 'PASS', 'linux-6.12': 'PASS', 'linux-7.3': 'PASS' } as const,
    })),
];

const TARGETS = PROFILES.map(({ name }) => name);
const isAll = process.env.SKBCHECK_EXPORT === 'all';
const tried = isAll ? TARGETS : TARGETS.slice(-1);
const ready = linuxTargets(tried);
if (!isAll)
  process.stderr.write(`export.test.ts: on ${tried.join(', ')} only; SKBCHECK_EXPORT=all tries every release\n`);

describe.each(tried)('in a VM with %s that has only a module and a program that loads it', (target) => {
  const cases = isAll ? [...MORE, ...CASES] : CASES;
  (ready.includes(target) ? test : test.skip)('each module says as KTAP whether the kernel has the bug', async () => {
    for (const does of ['warn', 'panic'])
      writeFileSync(
        path.join(folder, `${does}s.skb`),
        `profile linux-6.12\nabuse\nskb1 = alloc_skb(size: 9)\nabuse_${does}()\n`,
      );
    const built: ReproModule[] = [];
    for (const { name, file } of cases) {
      const output = `${name}-${target}`;
      expect(exported(file, output).stderr).toBe('');
      built.push({ name, content: await buildRepro(path.join(folder, output), target, folder) });
    }
    const console = await insmodAll(target, built, folder);
    const seen = Object.fromEntries(cases.map(({ name }) => [name, resultIn(console, name).verdict]));
    expect(seen).toEqual(Object.fromEntries(cases.map(({ name, says }) => [name, says[target]])));
    expect(console).toMatch(/KTAP version 1\r?\n.*1\.\.1\r?\n/);
    // The console names the call that ended the kernel, before its own words do.
    expect(console).toMatch(/# call 2: abuse_panic\(\)[\s\S]*Kernel panic/);
    expect(resultIn(console, 'panics').why).toMatch(/^call 2 abuse_panic.*panic/);
  });
});
