// ci/bisect.sh finds the commit that brought a finding, and skips commits that cannot be judged.

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BIN, buildOnce, folderForTests, ROOT } from './support/cli';
import { mutantOf } from './support/model';

const folder = folderForTests('bisect');
const tree = path.join(folder, 'tree');
const SCRIPT = path.join(ROOT, 'ci/bisect.sh');
const GOOD = '';
const BAD = '--mutant F1';

function git(...words: string[]): { code: number | null; text: string } {
  const who = ['-c', 'user.name=skbcheck', '-c', 'user.email=skbcheck@example.com', '-c', 'commit.gpgsign=false'];
  const { status, stdout, stderr } = spawnSync('git', [...who, ...words], { cwd: tree, encoding: 'utf8' });
  return { code: status, text: `${stdout}${stderr}` };
}

/** A commit of a "kernel" that `make` builds: a process that answers as the model does, with a rule broken or not. */
function commit(
  name: string,
  options: string,
  make = `printf '%s\\n' '#!/bin/sh' "exec node ${BIN} serve $(OPTIONS)"`,
): void {
  const recipe = `${make} > peer && chmod +x peer`;
  writeFileSync(
    path.join(tree, 'Makefile'),
    `OPTIONS = ${options}\n.PHONY: bzImage modules\nbzImage:\n\t${recipe}\nmodules:\n`,
  );
  writeFileSync(path.join(tree, 'name'), name);
  git('add', 'Makefile', 'name');
  expect(git('commit', '-q', '-m', name)).toEqual({ code: 0, text: '' });
}

beforeAll(() => {
  buildOnce();
  mkdirSync(tree);
  writeFileSync(path.join(folder, 'f1.skb'), `profile linux-6.12\n${mutantOf('F1').program}`);
  git('init', '-q');
  commit('first', GOOD);
  commit('harmless', GOOD);
  commit('does not build', GOOD, 'false');
  commit('brings the bug', BAD);
  commit('later', BAD);
  commit('last', BAD);
  git('branch', '-M', 'trunk');
});

const run = (...words: string[]): { code: number | null; text: string } => {
  const { status, stdout, stderr } = spawnSync(SCRIPT, words, { cwd: tree, encoding: 'utf8' });
  return { code: status, text: `${stdout}${stderr}` };
};

test.each([
  ['HEAD', 1],
  ['HEAD~3', 125],
  ['HEAD~5', 0],
] as const)('of commit %s it says %i', (revision, expected) => {
  expect(git('checkout', '-q', revision).code).toBe(0);
  const { code, text } = run('../f1.skb', '--target', './peer');
  expect({ code, text: code === expected ? '' : text }).toEqual({ code: expected, text: '' });
  git('checkout', '-q', 'trunk');
});

test.each([
  ['HEAD', 0],
  ['HEAD~3', 125],
  ['HEAD~5', 1],
] as const)('of commit %s it says %i with --mended', (revision, expected) => {
  expect(git('checkout', '-q', revision).code).toBe(0);
  const { code, text } = run('--mended', '../f1.skb', '--target', './peer');
  expect({ code, text: code === expected ? '' : text }).toEqual({ code: expected, text: '' });
  git('checkout', '-q', 'trunk');
});

test('a kernel that does not boot is a commit to skip', () => {
  writeFileSync(path.join(tree, 'dead'), '#!/bin/sh\nexit 1\n');
  chmodSync(path.join(tree, 'dead'), 0o755);
  expect(run('../f1.skb', '--target', './dead').code).toBe(125);
});

test('git finds the commit, or names the two between which it cannot tell', () => {
  const hash = (revision: string): string => git('rev-parse', revision).text.trim();
  const [bug, unbuilt] = [hash('HEAD~2'), hash('HEAD~3')];
  git('bisect', 'start', 'HEAD', 'HEAD~5');
  const { text } = git('bisect', 'run', SCRIPT, '../f1.skb', '--target', './peer');
  git('bisect', 'reset');
  const suspects = text.slice(text.indexOf('The first bad commit could be any of:'));
  expect([...suspects.matchAll(/^[0-9a-f]{40}$/gm)].map(([commit]) => commit).sort()).toEqual([bug, unbuilt].sort());
  git('bisect', 'start', 'HEAD', 'HEAD~3');
  const second = git('bisect', 'run', SCRIPT, '../f1.skb', '--target', './peer').text;
  git('bisect', 'reset');
  expect(second).toContain(`${bug} is the first bad commit`);
});
