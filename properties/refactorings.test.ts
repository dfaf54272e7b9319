// The patches of kernel/refactorings, and the table of comparisons, without building a kernel: `npm run compare-table`
// does that.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readKernelMutants, type KernelMutant } from '../fuzz/kernel_mutant';
import { readRefactorings, type Refactoring } from '../fuzz/refactoring';
import type { CompareDocument } from '../src/report/documents/compare_document';
import { hasProgram } from '../src/targets/linux/qemu';
import { compareCases, type CompareCase } from './compare_table/compare_cases';
import { isExpected, rowOf, tableText } from './compare_table/compare_row';
import { folderForTests, ROOT } from './support/cli';
import { mutantOf } from './support/model';

/** Unchanged lines of a hunk, before and behind it: more of them would bind a patch to one release. */
const CONTEXT_MAX = 3;

const folder = folderForTests('refactorings');
const refactorings = readRefactorings();
const textOf = (file: string): string => readFileSync(file, 'utf8');
const changedFiles = ({ patch }: Refactoring): string[] =>
  [...textOf(patch).matchAll(/^\+\+\+ b\/(\S+)/gm)].map(([, file]) => file);

describe('the refactorings', () => {
  test('are ten at least, of six source files and most systems', () => {
    expect(refactorings.length).toBeGreaterThanOrEqual(10);
    expect(new Set(refactorings.flatMap(changedFiles)).size).toBeGreaterThanOrEqual(6);
    expect(new Set(refactorings.map(({ scenario }) => scenario.name)).size).toBeGreaterThanOrEqual(6);
  });

  test('are numbered, and the page has a row for each', () => {
    const page = textOf(path.join(ROOT, 'docs/how-to/compare.md'));
    const rows = [...page.matchAll(/^\| (\d\d-[\w-]+) \|/gm)].map(([, name]) => name);
    expect(rows).toEqual(refactorings.map(({ name }) => name));
    expect(rows.map((name) => Number(name.slice(0, 2)))).toEqual(rows.map((_, i) => i + 1));
  });

  test.each(refactorings)('$name touches net/ alone, and says why the kernel does the same', (refactoring) => {
    expect(refactoring.same.length).toBeGreaterThan(40);
    for (const file of changedFiles(refactoring)) expect(file).toMatch(/^net\/.*\.c$/);
    for (const hunk of textOf(refactoring.patch)
      .split(/^@@ .*$/m)
      .slice(1)) {
      const kinds = hunk.trimEnd().split('\n').slice(1);
      expect(kinds.findIndex((line) => /^[-+]/.test(line))).toBeLessThanOrEqual(CONTEXT_MAX);
    }
  });
});

// These tests need a source tree: SKBCHECK_KERNEL_SOURCE=linux-source-6.12
const tree = process.env.SKBCHECK_KERNEL_SOURCE;
const testTree = tree !== undefined && hasProgram('patch') ? test : test.skip;

testTree('all of them apply to the tree, one after the other and without fuzz', () => {
  for (const file of new Set(refactorings.flatMap(changedFiles))) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    cpSync(path.join(tree as string, file), path.join(folder, file));
  }
  for (const { name, patch } of refactorings) {
    const args = ['-p1', '--batch', '--forward', '-d', folder];
    const { status, stdout } = spawnSync('patch', args, { input: readFileSync(patch), encoding: 'utf8' });
    expect({ name, status, fuzz: / with fuzz |FAILED/.exec(stdout) }).toEqual({ name, status: 0, fuzz: null });
  }
});

describe('the table', () => {
  const cases = compareCases();
  const scenario = { scenario: 'core', programs: 9, compared: 20_000, explained: 0, notShown: 0, together: 0 };
  const counts = { ...scenario, bothDied: 0, again: 0, lost: 0, unanswered: 0 };
  const document = {
    ...{ scenarios: [counts], files: [], notCompared: [], lacking: [], explanations: [], findings: [] },
    ...{ compared: 20_000, seconds: 9.6 },
  } as unknown as CompareDocument;
  const [harmless] = cases.filter(({ kind }) => kind === 'refactoring');
  const [bug] = cases.filter(({ kind }) => kind === 'bug');
  const { mutant } = bug as { mutant: KernelMutant };
  const stray = 'divergence skb_clone skb flags';
  const nothing = 'profile linux-6.12\nskb1 = alloc_skb(size: 100)\n';
  const found = (signature = mutant.shows, program = nothing): CompareDocument => {
    const finding = { scenario: 'core', signature, program, afterCommands: 8_100, afterSeconds: 3.2 };
    return { ...document, findings: [finding] } as unknown as CompareDocument;
  };
  const isFound = (signature: string, program: string): boolean => isExpected(rowOf(bug, found(signature, program)));

  test('has the same tree, all refactorings, each of them, and each kernel mutant', () => {
    const names = [...refactorings, ...readKernelMutants()].map(({ name }) => name);
    expect(cases.map(({ name }) => name)).toEqual(['control-again', 'refactorings', ...names]);
  });

  test('wants nothing of a refactoring, and a finding of a bug', () => {
    expect([harmless, bug].map((one) => isExpected(rowOf(one, document)))).toEqual([true, false]);
    expect([harmless, bug].map((one) => isExpected(rowOf(one, found())))).toEqual([false, true]);
  });

  test('does not take a difference for the bug of a patch that the patch is not expected to show', () => {
    expect(isFound(stray, nothing)).toBe(false);
    const text = tableText([rowOf(bug, found(stray))]);
    expect(text).toContain('0 of 1 comparisons are as expected');
    expect(text).toContain(`\`${stray}\`, which is not the bug of the patch`);
  });

  test.each(readKernelMutants())('knows the bug of $name by the program of its mutant', ({ name, model }) => {
    const one = cases.find((each) => each.name === name) as CompareCase;
    const { profile, program } = mutantOf(model);
    const shown = found(stray, `profile ${profile}\n${program}`);
    expect(isExpected(rowOf(one, shown))).toBe(true);
  });

  test('does not take a bug of the release for that of the patch, though both break one invariant', () => {
    const one = cases.find(({ mutant: of }) => of?.model === 'E1-carve') as CompareCase;
    const ofRelease = mutantOf('C2');
    expect(ofRelease.expected.filter((name) => mutantOf('E1-carve').expected.includes(name))).toContain(
      'uarg-refcount',
    );
    const shown = found(stray, `profile linux-6.12.43\n${ofRelease.program}`);
    expect(isExpected(rowOf(one, shown))).toBe(false);
  });

  test('searches the control as long as the longest search, in each scenario that a bug is searched in', () => {
    const [control] = cases;
    const bugs = cases.filter(({ kind }) => kind === 'bug');
    expect(control.commands).toBe(Math.max(...bugs.map(({ commands }) => commands)));
    for (const { scenarios } of bugs) expect(control.scenarios).toEqual(expect.arrayContaining([...scenarios]));
  });

  test('does not take a comparison that ended early for one that found nothing', () => {
    const cut = { ...document, scenarios: [{ ...counts, lost: 3 }] } as unknown as CompareDocument;
    const left = { ...document, notCompared: [{ scenario: 'gro', why: 'the time was over' }] };
    const none = { ...document, compared: 0, scenarios: [] };
    expect([cut, left, none].map((one) => isExpected(rowOf(harmless, one)))).toEqual([false, false, false]);
  });

  test('says after how many commands and seconds a bug was found', () => {
    const text = tableText([rowOf(harmless, document), rowOf(bug, found())]);
    expect(text).toContain('2 of 2 comparisons are as expected');
    expect(text).toContain(`8,100 commands, 3 s | \`${mutant.shows}\` |`);
  });
});
