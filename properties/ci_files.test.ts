// The files that users copy from ci/, and the documents on many machines, name only commands that exist.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { buildOnce, ROOT, skbcheck } from './support/cli';

const FILES = [...readdirSync(path.join(ROOT, 'ci')).map((name) => `ci/${name}`), 'docs/how-to/many_machines.md'];
/** The script of the nights hands its options to the campaign. */
const NIGHTLY = 'node tools/nightly.js';
const COMMAND = /\bnpx skbcheck ([a-z]+(?: setup)?)((?: (?:--?[a-z]+|"[^"]*"|[^\s;`&|']+))*)/g;

/** Every command line of skbcheck in a file. */
const commands = FILES.flatMap((file) =>
  readFileSync(path.join(ROOT, file), 'utf8')
    .replaceAll(NIGHTLY, 'npx skbcheck campaign')
    .split('\n')
    .flatMap((line) =>
      [...line.matchAll(COMMAND)].map(([, name, words]) => ({
        file,
        name,
        options: [...words.replace(/ #.*/, '').matchAll(/ (--[a-z-]+)/g)].map(([, option]) => option),
      })),
    ),
);

beforeAll(buildOnce);

test('files of every kind have such commands', () => {
  for (const kind of ['.yml', 'nightly.service', '@.service', '.md'])
    expect(commands.some(({ file, options }) => file.endsWith(kind) && options.length > 0)).toBe(true);
});

test.each([...new Set(commands.map(({ name }) => name))])(
  'skbcheck %s has every option that is given to it',
  (name) => {
    const { code, stdout } = skbcheck([...name.split(' '), '--help'], { cwd: ROOT });
    expect({ code, usage: stdout.split('\n')[0] }).toMatchObject({
      code: 0,
      usage: expect.stringMatching(`^Usage: skbcheck ${name} \\[options\\]`) as string,
    });
    const there = new Set([...stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, option]) => option));
    for (const { file, options } of commands.filter((command) => command.name === name))
      for (const option of options) expect({ file, option, there: there.has(option) }).toMatchObject({ there: true });
  },
);

test('units and workflow have the form that their readers expect', () => {
  for (const file of FILES) {
    const text = readFileSync(path.join(ROOT, file), 'utf8');
    if (/\.(service|timer)$/.test(file))
      for (const line of text.split('\n')) expect(line).toMatch(/^(#.*|\[\w+\]|[A-Z]\w*=.*|)$/);
    if (file.endsWith('.yml')) {
      expect(text).not.toMatch(/\t/);
      for (const line of text.split('\n')) expect(line).toMatch(/^( {2})*(- )?(#.*|[\w-]+:( .*)?|[\w./]+|)$/);
    }
  }
});
