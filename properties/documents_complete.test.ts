// Nothing that a user can name stands in no document; programs in documents run; a package has what its documents name.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { COMMANDS } from '../src/commands/registry';
import { PRESETS } from '../src/cli/config/presets';
import { SCENARIOS } from '../src/generate/scenarios/registry';
import { INVARIANTS } from '../src/invariants/registry';
import { parseProgram } from '../src/program/parse';
import { findMutant, profileWith } from '../src/rules/mutants';
import { ALL_PROFILES } from '../src/rules/profiles';
import { runOnModel } from '../src/session/run_model';
import { Session } from '../src/session/session';
import { ROOT } from './support/cli';
import { profileOf } from './support/model';
import { sourceFiles } from './support/source_files';

const files = [...sourceFiles('docs', '.md'), 'README.md', 'CONTRIBUTING.md'];
const texts = files.map((file) => ({ file, text: readFileSync(path.join(ROOT, file), 'utf8') }));

test.each([
  ['scenario', SCENARIOS.map(({ name }) => name)],
  ['profile', ALL_PROFILES.map(({ name }) => name)],
  ['invariant', INVARIANTS.map(({ name }) => name)],
  ['command', COMMANDS.map(({ name }) => name)],
  ['preset', Object.keys(PRESETS)],
])('every %s stands in a document', (_, names) => {
  const all = texts.map(({ text }) => text).join('\n');
  const missing = names.filter((name) => !new RegExp(`(^|[\`# ])${name}([\`\\n,:]|$)`, 'm').test(all));
  expect(missing).toEqual([]);
});

/** Blocks that are whole programs: they begin with a profile line, behind comments. */
const programs = texts
  .filter(({ file }) => !file.startsWith('docs/reference/commands/'))
  .flatMap(({ file, text }) =>
    [...text.matchAll(/^```(?:skb)?\n((?:#.*\n)*profile [^`]*)^```/gm)].map(({ 1: program, index }) => ({
      place: `${file}:${text.slice(0, index).split('\n').length + 1}`,
      program,
    })),
  );

test('documents show whole programs', () => expect(programs.length).toBeGreaterThan(4));

test.each(programs)('the program at $place runs, and calls something', ({ place, program: text }) => {
  const program = parseProgram(text, place);
  const { mutant, abuse, provoke } = program;
  const { rules, abi, name } = profileWith(
    profileOf(program.profile),
    mutant === undefined ? undefined : findMutant(mutant),
  );
  const session = new Session({ profile: name, rules, abi, abuse, provoke });
  const { steps } = runOnModel(session, program);
  expect(steps.some(({ outcome, settling }) => outcome >= 0 && !settling)).toBe(true);
});

test('every block that is marked as a program is a whole one', () => {
  const partial = texts.flatMap(({ file, text }) =>
    [...text.matchAll(/^```skb\n(?!(?:#.*\n)*profile )(.*)/gm)].map(({ 1: line }) => `${file}: ${line}`),
  );
  expect(partial).toEqual([]);
});

test('a package has every program and file of CI that its documents name', () => {
  const packed = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT, encoding: 'utf8' }),
  ) as [{ files: { path: string }[] }];
  const has = new Set(packed[0].files.map((file) => file.path));
  const named = texts
    .filter(({ file }) => file.startsWith('docs/') || file === 'README.md')
    .flatMap(({ text }) => [...text.matchAll(/\b((?:regressions|ci)\/[\w/.@-]+\.(?:skb|md|yml|service|timer))\b/g)])
    .map(([, file]) => file)
    .filter((file) => existsSync(path.join(ROOT, file)));
  expect(named.length).toBeGreaterThan(3);
  expect([...new Set(named)].filter((file) => !has.has(file))).toEqual([]);
});
