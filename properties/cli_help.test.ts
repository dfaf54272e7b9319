// The help of every command: examples that parse, exit codes with their meanings, a page of the manual.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CommanderError, type Command } from 'commander';
import { commandTree } from '../src/cli/main';
import { commandsIn, exitsOf } from '../src/cli/help/add_help';
import { HELP_FACTS } from '../src/cli/help/help_facts';
import { manPages } from '../src/cli/help/reference_pages';
import * as exits from '../src/cli/support/exit';
import { EXIT_MEANINGS } from '../src/cli/support/exit';
import { versionText } from '../src/cli/support/version_text';
import { findMutant } from '../src/rules/mutants';
import { findScenario } from '../src/generate/scenarios/registry';
import { folderForTests, ROOT } from './support/cli';

const named = commandsIn(commandTree()).map(({ words, command }) => ({
  name: words === '' ? 'skbcheck' : words,
  words,
  command,
}));

/** The help as it is printed. */
function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  return text;
}

/** Parses a command line without doing what it says. */
function parse(line: string): void {
  const tree = commandTree();
  for (const { command } of commandsIn(tree))
    command.configureOutput({ writeOut: () => undefined }).action(() => undefined);
  tree.parse(line.split(' '), { from: 'user' });
}

describe.each(named)('the help of $name', ({ words, command }) => {
  let text: string;
  beforeAll(() => (text = helpOf(command)));

  test('has an example, and each parses', () => {
    const examples = HELP_FACTS[words].examples.map(([line]) => line);
    expect(examples.length).toBeGreaterThan(0);
    for (const line of examples) {
      expect(text).toContain(`$ npx skbcheck ${line}`);
      expect(() => ask(line)).not.toThrow();
    }
  });

  test('has its exit codes, each with a meaning', () => {
    for (const [code, meaning] of exitsOf(HELP_FACTS[words])) {
      expect(EXIT_MEANINGS).toHaveProperty(String(code));
      expect(text).toMatch(new RegExp(`^ {2}${code} +\\S`, 'm'));
      expect(meaning).not.toBe('');
    }
  });

  test('has one list of examples and one of exit codes', () => {
    expect(text.match(/^Examples?:/gm)).toHaveLength(1);
    expect(text.match(/^Exit codes:/gm)).toHaveLength(1);
  });

  test('has the exit codes that its source returns', () => {
    // The subcommands of a command share its file.
    const [first] = words.split(' ');
    const group = Object.keys(HELP_FACTS).filter((other) => other.split(' ')[0] === first);
    const codes = group.flatMap((other) => exitsOf(HELP_FACTS[other]).map(([code]) => code));
    const missing =
      words === '' ? [] : codesIn(`${first.replaceAll('-', '_')}.ts`).filter((code) => !codes.includes(code));
    expect(missing).toEqual([]);
  });

  test('names a page that exists', () => {
    const { page } = HELP_FACTS[words];
    expect(page === undefined || existsSync(path.join(ROOT, page))).toBe(true);
  });
});

/** The codes that not every command has, in a file of src/cli and all files there that it imports. */
function codesIn(start: string): number[] {
  const files = new Set([path.join(ROOT, 'src/cli', start)]);
  const codes = new Set<number>();
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    for (const [, name] of text.matchAll(/^(?!import| +EXIT_\w+,$).*\b(EXIT_FINDING|EXIT_TOO_LITTLE)\b/gm))
      codes.add(exits[name as 'EXIT_FINDING' | 'EXIT_TOO_LITTLE']);
    for (const [, name] of text.matchAll(/(?:from |import\()'(\.[^']+)'/g)) {
      const imported = `${path.resolve(path.dirname(file), name).replace(/\.js$/, '')}.ts`;
      if (/\/src\/cli\/(?!help\/|support\/exit\.)/.test(imported)) files.add(imported);
    }
  }
  return [...codes];
}

/** Parses an example; one that asks for help ends so. */
function ask(line: string): void {
  try {
    parse(line);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    throw error;
  }
}

test('no fact stands for a command that is not there', () => {
  expect(Object.keys(HELP_FACTS).sort()).toEqual(named.map(({ words }) => words).sort());
});

test('scenarios and mutants of examples exist', () => {
  const lines = Object.values(HELP_FACTS).flatMap(({ examples }) => examples.map(([line]) => line));
  for (const [, mutant] of lines.join('\n').matchAll(/--(?:mutant|id) (\S+)/g))
    expect(findMutant(mutant)).toBeDefined();
  for (const [, scenario] of lines.join('\n').matchAll(/^fuzz (?!--)(\S+)/gm))
    expect(findScenario(scenario)).toBeDefined();
});

test('--version tells the version, Node and the kernels in one line', () => {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
  expect(versionText()).toMatch(/^skbcheck \S+, Node \d+\.\d+\.\d+, kernels: .+$/);
  expect(versionText()).toContain(`skbcheck ${version}, `);
});

describe('the manual', () => {
  const folder = folderForTests('manual');
  const pages = [...manPages('2026-01-31')];

  test('has a page for each command, with its options and exit codes', () => {
    expect(pages).toHaveLength(named.length);
    for (const { words, command } of named) {
      const file = `man/${['skbcheck', ...words.split(' ')].filter(Boolean).join('-')}.1`;
      const page = pages.find(([name]) => name === file)?.[1] ?? '';
      for (const { long } of command.options) expect(page.replaceAll('\\-', '-')).toContain(long);
      for (const [code] of exitsOf(HELP_FACTS[words])) expect(page).toContain(`.B ${code}\n`);
      expect(page).not.toMatch(/^['.](?!TH|SH|TP|PP|BR|B )/m);
    }
  });

  const tools = [
    ['man', ['--warnings', '-l']],
    ['mandoc', ['-T', 'lint', '-W', 'warning']],
  ] as const;
  for (const [tool, args] of tools) {
    const isThere = spawnSync(tool, ['--version']).error === undefined;
    if (!isThere) process.stderr.write(`cli_help.test.ts: ${tool} is not installed, its warnings are not read\n`);
    (isThere ? test : test.skip)(`${tool} has no warning on any page`, () => {
      for (const [name, page] of pages) {
        const file = path.join(folder, path.basename(name));
        writeFileSync(file, page);
        const { stdout, stderr, status } = spawnSync(tool, [...args, file], {
          encoding: 'utf8',
          env: { ...process.env, MANPAGER: 'cat', LC_ALL: 'C.UTF-8' },
        });
        expect({ name, status, said: tool === 'man' ? stderr : stdout + stderr }).toEqual({
          name,
          status: 0,
          said: '',
        });
      }
    });
  }
});
