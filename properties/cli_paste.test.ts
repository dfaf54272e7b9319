// A command line that the program prints works when it is pasted: quoted, and starting this very program.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { invocation } from '../src/cli/support/invocation';
import { shellWords } from '../src/report/shell_words';
import { BIN, buildOnce, folderForTests, ROOT, skbcheck } from './support/cli';
import { mutantOf } from './support/model';
import { sourceFiles } from './support/source_files';

const folder = folderForTests('paste');

beforeAll(buildOnce);

/** The words that a shell makes of a line. */
function asShellReads(line: string): string[] {
  const out = execFileSync('/bin/sh', ['-c', `for word in ${line}; do printf '%s\\0' "$word"; done`], {
    encoding: 'utf8',
  });
  return out.split('\0').slice(0, -1);
}

test('a shell reads quoted words as they were', () => {
  const word = fc.stringMatching(/^[ -~äß€'"$`\\*?#!&|;<>(){}[\]~\t]{1,12}$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
      expect(asShellReads(shellWords(words))).toEqual(words);
    }),
    { numRuns: 60 },
  );
});

test('the reproduce line of a program in a folder with a space and a quote shows the finding again', () => {
  const place = path.join(folder, "it's here");
  mkdirSync(place, { recursive: true });
  const file = path.join(place, 'f 1.skb');
  writeFileSync(file, `profile linux-6.12\n${mutantOf('F1').program}`);
  const elsewhere = { cwd: folder, env: { npm_command: '', PATH: '/usr/bin:/bin' } };
  const { code, stdout } = skbcheck(['run', file, '--mutant', 'F1'], elsewhere);
  expect(code).toBe(1);
  const [, line] = /^reproduce: (.*)$/m.exec(stdout) as RegExpExecArray;
  expect(line).toMatch(/^node .*bin\/skbcheck\.js run /);
  const words = asShellReads(line);
  expect(words.slice(2)).toEqual(['run', file, '--mutant', 'F1']);
  expect(path.resolve(folder, words[1])).toBe(BIN);
  expect(skbcheck(words.slice(2), elsewhere).stdout).toBe(stdout);
});

describe('npx skbcheck is printed only where npx finds this very program', () => {
  const env = { PATH: '/usr/bin' };

  test('in the checkout and below it', () => {
    expect(invocation(ROOT, env)).toBe('npx skbcheck');
    expect(invocation(path.join(ROOT, 'docs', 'how-to'), env)).toBe('npx skbcheck');
  });

  test('where npx started it', () => {
    expect(invocation(folder, { ...env, npm_command: 'exec' })).toBe('npx skbcheck');
  });

  test('elsewhere by its path, because npx would ask the registry', () => {
    expect(invocation(folder, env)).toMatch(/^node \S*bin\/skbcheck\.js$/);
  });

  test('beside an installed package, but not beside another package of that name', () => {
    const bins = path.join(folder, 'project', 'node_modules', '.bin');
    mkdirSync(bins, { recursive: true });
    symlinkSync(BIN, path.join(bins, 'skbcheck'));
    expect(invocation(path.join(folder, 'project'), env)).toBe('npx skbcheck');
    const others = path.join(folder, 'other', 'node_modules', '.bin');
    mkdirSync(others, { recursive: true });
    writeFileSync(path.join(others, 'skbcheck'), '');
    expect(invocation(path.join(folder, 'other'), env)).toMatch(/^node /);
  });

  test('by its name where PATH has it', () => {
    const onPath = path.join(folder, 'bin');
    mkdirSync(onPath, { recursive: true });
    symlinkSync(BIN, path.join(onPath, 'skbcheck'));
    expect(invocation(folder, { PATH: `/usr/bin:${onPath}` })).toBe('skbcheck');
  });
});

test('no message names a command in another way: by one name, which is replaced in one place', () => {
  const bare = sourceFiles('src', '.ts').flatMap((file) =>
    readFileSync(path.join(ROOT, file), 'utf8')
      .split('\n')
      .filter((line) => /['"`:] ?skbcheck (fuzz|run|list|kernel|report|campaign|worker|keep|show|reduce) /.test(line))
      .filter((line) => !/^\s*(\*|\/\/|\/\*\*)/.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(bare).toEqual([]);
});
