// The patches of kernel/mutants and the programs that find them, without building a kernel: `npm run kernel-mutants`
// does that.

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { mutantsFolder, readKernelMutant, readKernelMutants, type KernelMutant } from '../fuzz/kernel_mutant';
import { tableOf } from '../fuzz/kernel_mutants_table';
import { parseProgram } from '../src/program/parse';
import { printProgram } from '../src/program/print';
import type { Program } from '../src/program/program';
import { findMutant, type Mutant } from '../src/rules/mutants';
import { hashedHandles } from '../src/lockstep/batch';
import { runOnModel } from '../src/session/run_model';
import { Observer } from '../src/lockstep/observation/observe';
import { hasProgram } from '../src/targets/linux/qemu';
import { Session } from '../src/session/session';
import { TargetJudge } from '../src/lockstep/target_judge';
import { folderForTests, ROOT } from './support/cli';
import { linuxTargets, openLinux } from './support/linux';
import { brokenProfile, profileOf, sessionOf, verdictOf } from './support/model';

const TARGET = 'linux-6.12';
const PROFILE = profileOf(TARGET);
/** Unchanged lines of a hunk, before and behind it: more of them would bind a patch to one release. */
const CONTEXT_MAX = 3;
const LINES_MAX = 25;

/**
 * Kernel mutants whose model mutant of the same id breaks the same rule in another way, which the kernel's program need
 * not show.
 */
const OTHER_WAYS: Readonly<Record<string, string>> = {
  'B1-header-copies-recycle':
    'the kernel copies pp_recycle to every copy; the model both marks, of a page-backed head that recycles',
};

const folder = folderForTests('kernel-mutants');
const mutants = readKernelMutants();
const textOf = (file: string): string => readFileSync(file, 'utf8');
const programOf = ({ program }: KernelMutant): Program => parseProgram(textOf(program), path.basename(program));
const changedFiles = ({ patch }: KernelMutant): string[] =>
  [...textOf(patch).matchAll(/^\+\+\+ b\/(\S+)/gm)].map(([, file]) => file);

/** The words that a kernel would be compared by, after each call. */
function observations(session: Session, program: Program): string[] {
  const observer = new Observer();
  const seen: string[] = [];
  runOnModel(session, program, ({ call, outcome }) => {
    observer.observe(session.world, hashedHandles(call));
    seen.push(`${outcome} ${observer.words.slice(0, observer.length).join(' ')}`);
  });
  return seen;
}

/**
 * Returns whether the program tells the model from its mutant: by an invariant, or by the words that lockstep compares.
 */
function tellsApart(mutant: Mutant, program: Program): boolean {
  const broken = brokenProfile(mutant);
  if (verdictOf(sessionOf(broken), program).kind === 'violation') return true;
  const [right, wrong] = [PROFILE, broken].map((profile) => observations(sessionOf(profile), program));
  return right.join('\n') !== wrong.join('\n');
}

test('there are at least ten, of most scenarios, each with its program and no other file', () => {
  expect(mutants.length).toBeGreaterThanOrEqual(10);
  expect(new Set(mutants.map(({ scenario }) => scenario.name)).size).toBeGreaterThanOrEqual(7);
  const expected = mutants.flatMap(({ name }) => [`${name}.patch`, `${name}.skb`]);
  expect(readdirSync(mutantsFolder()).sort()).toEqual(expected.sort());
});

test('the page has a row for each', () => {
  const page = textOf(path.join(ROOT, 'docs/how-to/kernel_mutants.md'));
  const rows = [...page.matchAll(/^\| ([A-Z]\d+) \|/gm)].map(([, id]) => id);
  expect(rows).toEqual(mutants.map(({ id }) => id));
});

test('a patch without a header is refused with the name of the missing field', () => {
  const patch = path.join(folder, 'Z1-nothing.patch');
  writeFileSync(
    patch,
    'Entry: Z1 nothing\nTitle: of two\n  lines\nFix: none\n\n--- a/net/core/x.c\nBreaks: no header\n',
  );
  expect(() => readKernelMutant(patch)).toThrow(/Z1-nothing\.patch: its header lacks Breaks, Scenario, Shows$/);
});

test('the table names the mutants that were not found, and those that showed only behind other programs', () => {
  const row = { id: 'A11', scenario: 'core', buildSeconds: 91.4, commands: 1234, seconds: 5.1, unconfirmed: ['panic'] };
  const found = { ...row, signature: 'hang', commandsBefore: 40, commandsAfter: 4, reduceSeconds: 9, model: 'same' };
  expect(tableOf([{ ...row, signature: null }, found]).split('\n')).toEqual([
    'id    scenario    build s  commands   s      reduce s  length    model  signature',
    'A11   core        91       1,234      5                                 not found',
    '      not by a program alone: panic',
    'A11   core        91       1,234      5      9         4 of 40   same   hang',
    '      not by a program alone: panic',
  ]);
});

describe.each(mutants.map((mutant) => [mutant.name, mutant] as const))('%s', (name, mutant) => {
  test('names its entry', () => {
    expect(textOf(mutant.patch)).toMatch(new RegExp(`^Entry: ${mutant.id} ${name.slice(mutant.id.length + 1)}$`, 'm'));
  });

  test('changes the network and its memory only, in few lines', () => {
    const files = changedFiles(mutant);
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !/^(net|include|mm)\/[\w/.-]+\.[ch]$/.test(file))).toEqual([]);
    const hunks = textOf(mutant.patch)
      .split(/^@@ .*\n/m)
      .slice(1);
    for (const hunk of hunks) {
      const lines = hunk.split(/^--- /m)[0].trimEnd().split('\n');
      expect(lines.length).toBeLessThanOrEqual(LINES_MAX);
      const [first, last] = [lines, [...lines].reverse()].map((side) => side.findIndex((line) => /^[-+]/.test(line)));
      expect(first).toBeLessThanOrEqual(CONTEXT_MAX);
      expect(last).toBeLessThanOrEqual(CONTEXT_MAX);
    }
  });

  test('its program is as it is printed, names its effect, and is clean on the model', () => {
    const program = programOf(mutant);
    expect(printProgram(program)).toBe(textOf(mutant.program));
    expect(program.profile).toBe(TARGET);
    expect(program.comments?.get(0)?.[0]).toMatch(new RegExp(`^# ${mutant.id}: `));
    const { verdict, steps } = runOnModel(sessionOf(PROFILE), program);
    expect(verdict).toEqual({ kind: 'clean' });
    expect(steps.filter(({ outcome }) => outcome < 0).map(({ call }) => call.command.name)).toEqual([]);
  });

  const model = findMutant(mutant.model);
  const testModel = model?.profile === TARGET ? test : test.skip;
  testModel('its program tells the model from its mutant as well, or this file says why not', () => {
    expect(tellsApart(model as Mutant, programOf(mutant))).toBe(!(name in OTHER_WAYS));
  });
});

// These tests need a source tree: SKBCHECK_KERNEL_SOURCE=linux-source-6.12
const tree = process.env.SKBCHECK_KERNEL_SOURCE;
const testTree = tree !== undefined && hasProgram('patch') ? test : test.skip;

testTree.each(mutants)('$name applies to the tree without fuzz', (mutant) => {
  for (const file of changedFiles(mutant)) {
    const copy = path.join(folder, mutant.id, file);
    mkdirSync(path.dirname(copy), { recursive: true });
    cpSync(path.join(tree as string, file), copy);
    expect(existsSync(copy)).toBe(true);
  }
  const args = ['-p1', '--batch', '--forward', '-d', path.join(folder, mutant.id)];
  const { status, stdout } = spawnSync('patch', args, { input: readFileSync(mutant.patch), encoding: 'utf8' });
  expect({ status, fuzz: / with fuzz |FAILED/.exec(stdout) }).toEqual({ status: 0, fuzz: null });
});

const isReady = linuxTargets([TARGET]).length > 0;

describe(`on ${TARGET}`, () => {
  let judge: TargetJudge;
  beforeAll(async () => {
    if (!isReady) return;
    const link = await openLinux(TARGET);
    const session = new Session({ profile: TARGET, rules: PROFILE.rules, abi: link.abi });
    judge = new TargetJudge(() => openLinux(TARGET), session, link);
  });
  afterAll(() => judge?.close());

  (isReady ? test : test.skip).each(mutants)('$name: its program is clean there', async (mutant) => {
    expect(await judge.judge(programOf(mutant))).toEqual({ kind: 'clean' });
  });
});
