// Each command line that a message tells the user to type is one that the command line takes.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CommanderError, type Command } from 'commander';
import { commandTree } from '../src/cli/main';
import { describeFinding, type FindingFacts } from '../src/library/describe_finding';
import { askElsewhere } from '../src/report/hints/found_elsewhere';
import { findingText } from '../src/report/finding_text';
import { reduceWords } from '../src/report/hints/reduce_words';
import { shellWords } from '../src/report/shell_words';
import { foundOn, foundOnText } from '../src/search/found_on';
import type { Verdict } from '../src/session/verdict';
import { ROOT } from './support/cli';
import { profileOf, programOf, sessionOf } from './support/model';
import { sourceFiles } from './support/source_files';

const HINT = /npx skbcheck ([^\n]*)/g;
/** The value in the place of that of a template of the source: a release is a file's name as well. */
const VALUE = '6.12.43';

/** Why the command line refuses words; null: it takes them. It runs nothing. */
async function refusal(words: readonly string[]): Promise<string | null> {
  const tree = commandTree();
  let isMet = false;
  const disarm = (command: Command): void => {
    command.exitOverride().action(() => void (isMet = true));
    command.commands.forEach(disarm);
  };
  tree.commands.forEach(disarm);
  try {
    await tree.parseAsync([...words], { from: 'user' });
    return isMet ? null : 'no subcommand ran';
  } catch (error) {
    if (error instanceof CommanderError && error.code === 'commander.helpDisplayed') return null;
    return (error as Error).message;
  }
}

/** The words of a line that has no quoted words. */
const wordsOf = (line: string): string[] => line.trim().split(/\s+/);

async function refused(lines: readonly string[]): Promise<string[]> {
  const answers = await Promise.all(lines.map(async (line) => [line, await refusal(wordsOf(line))] as const));
  return answers.flatMap(([line, why]) => (why === null ? [] : [`${line}: ${why}`]));
}

const hintsIn = (text: string): string[] => [...text.matchAll(HINT)].map(([, words]) => words);

/**
 * The hints of a source file. A hint ends its message, or a `;`, `,` or `)` is behind it. Values are put in the place
 * of `${…}`, and `'…'` is a word in words of the message.
 */
function hintsInSource(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !/^\s*(\*|\/\/|\/\*\*)/.test(line))
    .flatMap((line) => [...line.matchAll(/npx skbcheck (.*)$/g)].map(([, rest]) => rest))
    .map((rest) => rest.replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, VALUE))
    .map((rest) => rest.replace(/["'`;,)].*$/, '').replace(/ \(.*$/, ''))
    .filter((rest) => /^[a-z]/.test(rest));
}

test('a hint that names no subcommand or an unknown option is refused', async () => {
  expect(await refusal(['reduec', 'f.skb'])).not.toBeNull();
  expect(await refusal(['reduce', 'f.skb', 'goes', 'on'])).not.toBeNull();
  expect(await refusal(['run', 'f.skb', '--tarjet', 'linux-6.12'])).not.toBeNull();
  expect(await refusal(['kernel', 'setup', '6.12', '--image-only'])).toBeNull();
});

test('every hint in the source is a command line', async () => {
  const hints = sourceFiles('src', '.ts').flatMap((file) => hintsInSource(readFileSync(path.join(ROOT, file), 'utf8')));
  expect(hints.length).toBeGreaterThan(30);
  expect(await refused([...new Set(hints)])).toEqual([]);
});

describe('a finding of user space', () => {
  const profile = profileOf('linux-6.12');
  const program = programOf(profile, 'as: root\nfd1 = socket(family: inet, type: stream)\nlisten(fd: fd1)\n');
  const place = { call: 1, command: 'listen', settling: false };
  const verdict: Verdict = { kind: 'promise', place, promise: 'never-waits', objectKind: 'fd', message: 'it waits' };
  const facts = { program, verdict, target: 'linux-6.12.43', commandsBefore: 9, file: 'findings/f.skb' };
  const textOf = (more: Partial<FindingFacts> = {}, exhausted = true): string =>
    findingText({ ...describeFinding(sessionOf(profile), { ...facts, ...more }), exhausted }, false);

  test('names its target in each command', async () => {
    const hints = hintsIn(textOf());
    expect(hints).toEqual([
      'run findings/f.skb --target linux-6.12.43',
      'reduce findings/f.skb --target linux-6.12.43 -o findings/f.skb',
      'keep findings/f.skb NAME',
    ]);
    expect(await refused(hints)).toEqual([]);
    expect(hintsIn(textOf({}, false))).toHaveLength(2);
  });

  test('shows a program that is the same when it is copied', () => {
    const lines = textOf()
      .split('\n')
      .filter((line) => /^( {4}|>>> )\S/.test(line))
      .map((line) => line.slice(4));
    expect(programOf(profile, lines.join('\n'))).toMatchObject({ as: 'root', calls: program.calls });
  });

  test('that came by stdin is in no file that a command could name', () => {
    expect(hintsIn(textOf({ file: '-' }))).toEqual([]);
  });

  test('that is clean on the model names the command that asks its target', async () => {
    const comment = (where: string) => new Map([[0, [`${foundOnText(where)}it waits`]]]);
    const places = ['linux-6.12.43', 'linux-6.12.43 mutant F1', 'compare linux-6.1 linux-7.3 --profile linux-6.1'];
    const named = places.map((where) => foundOn({ comments: comment(where) }, 'model') ?? '');
    const hints = named.map((where) => askElsewhere(where, 'f.skb', 'reduce')).flatMap(hintsIn);
    expect(hints).toEqual([
      'reduce f.skb --target linux-6.12.43',
      'reduce f.skb --target linux-6.12.43',
      'compare linux-6.1 linux-7.3 --profile linux-6.1 f.skb',
    ]);
    expect(await refused(hints)).toEqual([]);
  });

  test('whose reduction was cut is reduced further under its conditions', async () => {
    const cut = { file: 'f.skb', target: './kernel', mutant: 'F1', abuse: true };
    expect(await refused([shellWords(reduceWords(cut, 'small.skb'))])).toEqual([]);
  });
});
