// Completion: a shell asks, and gets the words that can stand there.

import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { commandTree } from '../src/cli/main';
import { complete } from '../src/cli/completion/complete';
import { completionScript, SHELLS } from '../src/cli/completion/scripts';
import { VOCABULARY } from '../src/cli/completion/vocabulary';
import { commandsIn } from '../src/cli/help/add_help';
import { MUTANTS } from '../src/rules/mutants';
import { BIN, buildOnce, folderForTests } from './support/cli';

const folder = folderForTests('completion');
const bin = path.join(folder, 'bin');

beforeAll(() => {
  buildOnce();
  mkdirSync(bin);
  symlinkSync(BIN, path.join(bin, 'skbcheck'));
  writeFileSync(path.join(folder, 'mine.skb'), '');
  for (const shell of SHELLS) writeFileSync(path.join(folder, shell), completionScript(shell));
});

const wordsFor = (...words: string[]): string[] =>
  complete(commandTree(), words, VOCABULARY).words.map(([word]) => word);

test.each([
  [['fu'], ['fuzz']],
  [
    ['kernel', ''],
    ['setup', 'list', 'remove', 'info', 'check-history', 'build', 'help'],
  ],
  [
    ['corpus', 'm'],
    ['merge', 'minimize'],
  ],
  [
    ['fuzz', 'races-'],
    ['races-coalesce', 'races-xsk'],
  ],
  [['fuzz', 'core', '--com'], ['--commands']],
  [['fuzz', '--mutant', 'F'], MUTANTS.map(({ id }) => id).filter((id) => id.startsWith('F'))],
  [['fuzz', '--mutant', 'F3', 'cor'], ['core']],
  [['show', 'f.skb', '--profile', 'linux-6.12-r'], ['linux-6.12-rt']],
  [['list', 'mut'], ['mutants']],
  [
    ['fuzz', 'core', '--preset', ''],
    ['ci', 'nightly', 'thorough'],
  ],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [['fuzz', 'core', 'x'], []],
])('behind %j stand %j', (words, expected) => expect(wordsFor(...words)).toEqual(expected));

test.each([[['run', '']], [['show', 'a.skb', '-o', '']], [['run', 'a.skb', '']], [['explore', 'x']]])(
  '%j is a file',
  (words) => expect(complete(commandTree(), words, VOCABULARY).files).toBe(true),
);

test('every command and every option is offered', () => {
  for (const { words, command } of commandsIn(commandTree())) {
    const before = words === '' ? [] : words.split(' ');
    expect(wordsFor(...before, '-')).toEqual(expect.arrayContaining(command.options.map(({ long }) => long)));
    if (command.commands.length === 0) continue;
    const visible = command.createHelp().visibleCommands(command);
    expect(wordsFor(...before, '')).toEqual(visible.map((sub) => sub.name()));
  }
});

/** How each shell is asked for the words that complete a line. */
const ASKED = {
  bash: (line: string) => `source ./bash; complete -p skbcheck >&2
COMP_WORDS=(${line}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _skbcheck; printf '%s\\n' "\${COMPREPLY[@]}"`,
  zsh: (line: string) => `autoload -Uz compinit; compinit -D -u; compdef() { : }; source ./zsh
words=(${line}); CURRENT=\${#words}; _describe() { print -l -- \${\${(P)2}%%:*} }; _files() { print -l -- * }; _skbcheck`,
  fish: (line: string) =>
    `source ./fish; complete -C ${JSON.stringify(line.replaceAll("''", ''))} | string split -f1 \\t`,
};

for (const shell of SHELLS) {
  const isThere = spawnSync(shell, ['-c', 'true']).error === undefined;
  if (!isThere) process.stderr.write(`cli_completion.test.ts: ${shell} is not installed, its script is not run\n`);
  describe(shell, () => {
    (isThere ? test : test.skip).each([
      ['skbcheck kernel s', 'setup'],
      ['skbcheck fuzz races-x', 'races-xsk'],
      ['skbcheck run mine.s', 'mine.skb'],
    ])('%s<TAB> gives %s', (line, word) => {
      const { stdout, stderr } = spawnSync(shell, ['-c', ASKED[shell](line)], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, PATH: `${bin}:${process.env.PATH}` },
      });
      expect({ words: stdout.split('\n').filter(Boolean), stderr }).toMatchObject({
        words: expect.arrayContaining([word]) as string[],
      });
    });
  });
}
