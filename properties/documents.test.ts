// The documents show exactly what the program prints.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildOnce, folderForTests, ROOT, skbcheck } from './support/cli';

const folder = folderForTests('documents');
const documentOf = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

/** The lines below a command line of a document, to the end of the block. */
function outputOf(document: string, command: string): { output: string } {
  const start = document.indexOf(`$ npx skbcheck ${command}`);
  if (start < 0) throw new Error(`no document shows: ${command}`);
  const [, ...lines] = document.slice(start, document.indexOf('\n```', start)).split('\n');
  return { output: lines.join('\n') };
}

beforeAll(buildOnce);

test('README.md: the finding at its start', () => {
  const words = 'fuzz core --mutant B2 --seed 9 --findings 1';
  const shown = outputOf(documentOf('README.md'), words).output.split('\n');
  expect(shown.pop()).toBe('…');
  const { stdout } = skbcheck([...words.split(' '), '--commands', '200000'], { cwd: folder });
  expect(stdout.split('\n').slice(0, shown.length)).toEqual(shown);
});

test('docs/how-to/findings.md: the start of a finding, and the program of a token', () => {
  const document = documentOf('docs/how-to/findings.md');
  const { output } = outputOf(document, 'fuzz core --mutant F3 --seed 3 --findings 1');
  const shown = output.split('\n');
  expect(shown.pop()).toBe('…');
  const words = 'fuzz core --mutant F3 --seed 3 --findings 1'.split(' ');
  const { stdout } = skbcheck([...words, '--commands', '200000'], { cwd: folder });
  expect(stdout.split('\n').slice(0, shown.length)).toEqual(shown);

  const [, token] = /^The line `seed (\S+)`/m.exec(document) as RegExpExecArray;
  const [, command] = /`(fuzz core --mutant B2 --seed v1:\S+ --commands 1)`/.exec(document) as RegExpExecArray;
  expect(command).toContain(token);
  const again = skbcheck([...command.split(' '), '--json'], { cwd: folder });
  expect(JSON.parse(again.stdout)).toMatchObject({ programs: 1, findings: [{ signature: 'pool-inflight pool' }] });
});

test('docs/reference/mutants.md: the table of two mutants, except for times', () => {
  const words = 'mutants --id A13 --id F3 --trials 3 --strategy swarm --strategy fc-commands';
  const { output } = outputOf(documentOf('docs/reference/mutants.md'), words);
  const { code, stdout } = skbcheck(words.split(' '), { cwd: folder });
  expect(code).toBe(0);
  expect(withoutTimes(stdout.trimEnd())).toEqual(withoutTimes(output));
});

/** The columns of a table as words, without seconds and milliseconds; the counts by time are all times. */
function withoutTimes(table: string): string[][] {
  const [rows, , sentences] = table.split('\n\n');
  return [
    ...rows.split('\n').map((row) => row.split(/ {2,}/).filter((_, column) => ![6, 13].includes(column))),
    ...sentences.split('\n').map((sentence) => [sentence.replace(/, milliseconds .*/, '')]),
  ];
}
test('docs/how-to/campaigns.md: a campaign on a mutant, except for its time', () => {
  const words = 'campaign --mutant F3 --seed 5 --commands 100000 --lease 500 --workers 1 --dir example';
  const { output } = outputOf(documentOf('docs/how-to/campaigns.md'), words);
  const { code, stdout } = skbcheck(words.split(' '), { cwd: folder });
  const withoutTime = (text: string): string => text.replace(/commands in [^,]*,/, 'commands,');
  expect({ code, stdout: withoutTime(stdout.trimEnd()) }).toEqual({ code: 1, stdout: withoutTime(output) });
});

/** A campaign of an example, up to a comment. */
const CAMPAIGN = /^ *(?:\$ )?npx skbcheck (campaign(?: --?[a-z]+(?: [\w.,-]+)?)*)(?= *$| {2,}| +#)/gm;

test('docs/how-to/campaigns.md and the help: the campaigns run one after the other, as they stand', () => {
  const help = skbcheck(['campaign', '--help'], { cwd: folder }).stdout;
  for (const [name, text] of [
    ['page', documentOf('docs/how-to/campaigns.md')],
    ['help', help],
  ] as const) {
    const cwd = path.join(folder, name);
    mkdirSync(cwd);
    const commands = [...text.matchAll(CAMPAIGN)].map(([, command]) => command);
    expect(commands.length).toBeGreaterThanOrEqual(3);
    for (const command of commands) {
      // A machine without kernels, and an end at once: a campaign that is refused does not come so far.
      const end = ['--commands', '1', '--workers', '1', '--no-branches'];
      const { code, stderr } = skbcheck([...command.split(' '), ...end], { cwd, env: { SKBCHECK_CACHE: cwd } });
      const refused = command.includes('--targets linux-') ? [3] : [];
      expect({ command, stderr, code: [0, 1, ...refused].includes(code ?? -1) }).toMatchObject({ code: true });
    }
  }
});

test('docs/explanation/interleavings.md: every schedule of a program', () => {
  const document = documentOf('docs/explanation/interleavings.md');
  const { output } = outputOf(document, 'explore a7.skb --cpu1 5 --mutant A7');
  const [, scheduled] = /```\n(profile [^`]*)```/.exec(document) as RegExpExecArray;
  writeFileSync(path.join(folder, 'a7.skb'), scheduled.replace(/cpu1 at '.*': /, ''));
  const { code, stdout } = skbcheck(['explore', 'a7.skb', '--cpu1', '5', '--mutant', 'A7'], { cwd: folder });
  expect({ code, stdout: stdout.trimEnd() }).toEqual({ code: 1, stdout: output });
});

test('docs/tutorial/first_finding.md: the line to delete, and the program that is kept', () => {
  const document = documentOf('docs/tutorial/first_finding.md');
  const [, file] = /`(src\/\S+\.ts)`/.exec(document) as RegExpExecArray;
  const [, line] = /```ts\n(.*)\n```/.exec(document) as RegExpExecArray;
  expect(documentOf(file)).toContain(`${line}\n`);
  const [, program] = /```\n(profile [^`]*)```/.exec(document) as RegExpExecArray;
  writeFileSync(path.join(folder, 'mine.skb'), program);
  const traced = skbcheck(['run', 'mine.skb', '--trace'], { cwd: folder });
  const [refused] = outputOf(document, 'run mine.skb --trace').output.split('\n').slice(1);
  expect(refused).toContain('refused_cloned');
  expect(traced).toMatchObject({ code: 0, stdout: expect.stringContaining(`${refused}\n`) as string });
  const [clean] = /^mine\.skb: clean .*$/m.exec(document) as RegExpExecArray;
  expect(traced.stdout.trimEnd().split('\n').at(-1)).toBe(clean);
});
