// The pages that are made from the program are those that it makes now, and their examples run.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { referencePages, systemFile, systems } from '../src/cli/help/reference_pages';
import { listedOne } from '../src/cli/list/list_one';
import { LISTS } from '../src/cli/list/lists';
import { COMMANDS } from '../src/commands/registry';
import { parseProgram } from '../src/program/parse';
import { PROFILES } from '../src/rules/profiles';
import { isExample } from '../src/search/command_example';
import { ROOT } from './support/cli';

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

/** The example of a command on its page. It may differ from one that is searched now, as seeds change their meaning. */
function exampleOnPage({ name, system }: (typeof COMMANDS)[number]): string | undefined {
  const [, section] = read(systemFile(system)).split(`\n## ${name}\n`);
  return /```skb\n([^`]*)```/.exec(section.split('\n## ')[0])?.[1];
}

test('npm run docs would change nothing but examples', () => {
  const pages = referencePages(exampleOnPage);
  const stale = [...pages].filter(([file, text]) => !existsSync(path.join(ROOT, file)) || read(file) !== text);
  expect(stale.map(([file]) => `${file}: npm run docs`)).toEqual([]);
});

test('docs/reference/commands has a page for each system, and no other', () => {
  const pages = readdirSync(path.join(ROOT, 'docs/reference/commands')).filter((file) => file !== 'README.md');
  expect(pages.sort()).toEqual(
    systems()
      .map((system) => path.basename(systemFile(system)))
      .sort(),
  );
  expect(pages.length).toBeLessThan(30);
});

test.each(systems())('the examples of %s are clean programs in which the command succeeds', (system) => {
  const commands = COMMANDS.filter((command) => command.system === system);
  const without = commands.filter((command) => exampleOnPage(command) === undefined);
  expect(without.filter(({ abuse }) => abuse !== true).map(({ name }) => name)).toEqual([]);
  for (const command of commands) {
    const example = exampleOnPage(command);
    if (example === undefined) continue;
    expect([command.name, isExample(command, parseProgram(example, command.name))]).toEqual([command.name, true]);
  }
});

test('list NAME describes each thing of each list', () => {
  for (const list of ['invariants', 'mutants', 'profiles', 'scenarios', 'targets'] as const)
    for (const { name } of LISTS[list]()) expect(listedOne(list, name).text).toContain(name);
});

test('list commands NAME tells arguments, outcomes, contract and an example', () => {
  const { text, command } = listedOne('commands', 'skb_put');
  expect(text).toMatch(/^- `len`: number, \d+ to \d+$/m);
  expect(text).toMatch(/^- Outcomes: `ok`/m);
  expect(text).toContain('args.len <=');
  expect(text).toMatch(/```skb\nprofile .*\n(.*\n)*skb_put\(/);
  expect(command).toMatchObject({
    name: 'skb_put',
    kernels: PROFILES.map((profile) => profile.name),
    contexts: ['process'],
  });
});

test('list commands NAME of a slip asks for the command that was meant', () => {
  expect(() => listedOne('commands', 'skb_putt')).toThrow(
    "no command 'skb_putt', did you mean 'skb_put'?; see: npx skbcheck list commands",
  );
  expect(() => listedOne('mutants', 'ZZ')).toThrow(/^no mutant 'ZZ'; see: npx skbcheck list mutants$/);
});
