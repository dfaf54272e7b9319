// docs/how-to/adding.md is true: its code blocks, applied to a copy of the tree, add a command, a rule, a mutant, an
// invariant and a kind that work; they touch few files; and none of them can be forgotten unnoticed.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { TreeCopy } from './adding/copy';
import { applied, editsOfPage, filesOf, type Edit, type Sources } from './adding/page';
import { TypeChecker } from './adding/types';
import { buildOnce, ROOT, type Ended } from './support/cli';
import { linuxTargets } from './support/linux';
import { mutantOf } from './support/model';
import { orphanFiles, unaskedRules } from './support/forgotten';

const EXIT_CLEAN = 0;
const EXIT_FINDING = 1;
const EXIT_TARGET = 3;
/** docs/how-to/adding.md lists them. */
const KIND_FILES_MAX = 8;
/** Building the module twice under load. */
const LINUX_MS = 600_000;

const ADDED = ['__skb_pull', 'mempool_create_kmalloc_pool', 'mempool_destroy'];
/** Observes a world with one object of the kind, and prints the named words. */
const OBSERVE = `
  const { Observer } = require('./dist/src/lockstep/observation/observe');
  const { observationFields } = require('./dist/src/lockstep/observation/field_reader');
  const { findProfile } = require('./dist/src/rules/profiles');
  const { Session } = require('./dist/src/session/session');
  const { COMMANDS } = require('./dist/src/commands/registry');
  const profile = findProfile('linux-6.12');
  const session = new Session({ profile: profile.name, rules: profile.rules, abi: profile.abi });
  const { world } = session;
  const create = COMMANDS.find(({ name }) => name === 'mempool_create_kmalloc_pool');
  create.run(world, create.argsOf([3]), 0);
  const observer = new Observer();
  observer.observe(world, []);
  console.log(JSON.stringify(observationFields(observer.words.slice(0, observer.length))));
`;

/** They join the records of several files. */
const JOINS = ['src/protocol/words/observation.ts', 'src/lockstep/observation/object_observers.ts'];

const edits = editsOfPage();
const editsOf = (adds: string): Edit[] => edits.filter((edit) => edit.adds === adds);
const all = applied(edits);
const command = editsOf('A command');
const rule = editsOf('A rule');
const mutant = editsOf('Its mutant');
const invariant = editsOf('An invariant');
const kind = editsOf('A kind');
const commandsOfKind = editsOf('Its commands');

let checker: TypeChecker;
let copy: TreeCopy;
/** A copy for trees that lack an edit, one after the other. */
let lacking: TreeCopy;

beforeAll(() => {
  buildOnce();
  checker = new TypeChecker();
  copy = new TreeCopy(all);
  lacking = new TreeCopy(all);
});
afterAll(() => {
  checker.dispose();
  copy.dispose();
  lacking.dispose();
});

const sourceOf =
  (sources: Sources) =>
  (file: string): string =>
    sources.get(file) ?? readFileSync(path.join(ROOT, file), 'utf8');

/** Returns the complaints about a tree in which some edits of the page were forgotten. The tree is not searched. */
function complaintsWithout(forgotten: readonly Edit[]): string[] {
  const sources = applied(edits.filter((edit) => !forgotten.includes(edit)));
  const types = checker.complaints(sources, [...filesOf(edits), ...JOINS]);
  if (types.length > 0) return types;
  const said = [...orphanFiles(ROOT, sources), ...unaskedRules(ROOT, sourceOf(sources))];
  return said.length > 0 ? said : startOf(sources);
}

/** The lines of a program that refuses to start. */
function startOf(sources: Sources): string[] {
  lacking.become(sources);
  const { code, stderr } = lacking.skbcheck('list', 'commands', '--json');
  return code === EXIT_CLEAN ? [] : stderr.trimEnd().split('\n');
}

/** Each edit alone, and all edits of a file together. */
function omissions(group: readonly Edit[]): [file: string, at: string, forgotten: Edit[]][] {
  const single = group.map((edit): [string, string, Edit[]] => [edit.file, edit.place?.line ?? 'whole', [edit]]);
  const files = filesOf(group).map((file): [string, string, Edit[]] => [
    file,
    'all edits',
    group.filter((edit) => edit.file === file),
  ]);
  return [...single, ...files.filter(([, , forgotten]) => forgotten.length > 1)];
}

const typed = (group: readonly Edit[]): Edit[] => group.filter(({ file }) => file.endsWith('.ts'));

function expectCode(wanted: number, { code, stdout, stderr }: Ended): string {
  if (code !== wanted) throw new Error(`exit code ${code}, not ${wanted}:\n${stderr}${stdout}`);
  return stdout;
}

interface FuzzOutput {
  readonly findings: readonly { readonly invariant?: string; readonly commandsAfter: number }[];
  readonly invariants: Readonly<Record<string, number>>;
  readonly commandCounts: Readonly<Record<string, { readonly executed: number }>>;
}

function fuzz(wanted: number, ...args: string[]): FuzzOutput {
  const searched = copy.skbcheck('fuzz', 'core', '--seed', '1', '--json', ...args);
  return JSON.parse(expectCode(wanted, searched)) as FuzzOutput;
}

test('of a tree with all edits nothing is said', () => expect(complaintsWithout([])).toEqual([]));

describe('files that an addition touches:', () => {
  test.each([
    ['a command that a kernel runs', command, 3],
    ['a rule', rule, 3],
    ['its mutant', mutant, 1],
    ['an invariant', invariant, 2],
    ['a kind', kind, KIND_FILES_MAX],
    ['its two commands', commandsOfKind, 3],
  ])('%s', (_, group, most) => {
    expect(group.length).toBeGreaterThan(0);
    expect(filesOf(group).length).toBeLessThanOrEqual(most);
  });
});

/** Without a mutant nothing is incomplete. An edit of C that is forgotten is noticed where the module is built. */
const mustNotBeForgotten = [command, rule, invariant, kind, commandsOfKind].flatMap((group) => omissions(typed(group)));

describe('forgotten, it is noticed:', () => {
  test.each(mustNotBeForgotten)('%s: %s', (_file, _at, forgotten) => {
    const said = complaintsWithout(forgotten);
    if (process.env.SKBCHECK_ADDING !== undefined) process.stderr.write(`${said.join('\n')}\n`);
    expect(said.length).toBeGreaterThan(0);
    for (const line of said) expect(line).toMatch(/^(src\/\S+|skbcheck): \S/);
  });
});

describe('the command', () => {
  const NAME = '__skb_pull';
  const program = 'profile linux-6.12\nskb1 = alloc_skb(size: 64)\nskb_put(skb: skb1, len: 8)\n';

  test('is listed, parsed, executed and released', () => {
    const { rows } = JSON.parse(expectCode(EXIT_CLEAN, copy.skbcheck('list', 'commands', '--json'))) as {
      rows: { name: string }[];
    };
    expect(rows.map(({ name }) => name)).toContain(NAME);
    const file = copy.program('clean.skb', `${program}${NAME}(skb: skb1, len: 3)\nexpect clean\n`);
    expectCode(EXIT_CLEAN, copy.skbcheck('run', file));
  });

  test('is kept by the reducer where it is needed, and printed', () => {
    const calls = `skb_put(skb: skb1, len: 8)\n${NAME}(skb: skb1, len: 3)\nskb2 = skb_clone(skb: skb1)\n`;
    const file = copy.program('mutant.skb', `${program}${calls}`);
    const reduced = expectCode(EXIT_FINDING, copy.skbcheck('reduce', file, '--mutant', 'T1'));
    expect(reduced).toContain(`${NAME}(skb: skb1, len: 1)`);
    expect(reduced).not.toContain('skb_clone');
  });
});

describe('the rule', () => {
  test('is asked by the model: its mutant fails on its own program, and is found by a search', () => {
    const text = 'skb1 = alloc_skb(size: 1)\nskb_put(skb: skb1, len: 1)\nskb_pull(skb: skb1, len: 1)\n';
    const file = copy.program('own.skb', `profile linux-6.12\n${text}`);
    expectCode(EXIT_CLEAN, copy.skbcheck('run', file));
    expect(expectCode(EXIT_FINDING, copy.skbcheck('run', file, '--mutant', 'T1'))).toContain('geometry');
    const { findings } = fuzz(EXIT_FINDING, '--mutant', 'T1', '--commands', '100000', '--findings', '1');
    expect(findings.map((finding) => finding.invariant)).toEqual(['geometry']);
  });
});

test('commands, kind and invariant are searched: executed and evaluated, without a finding', () => {
  const { findings, commandCounts, invariants } = fuzz(EXIT_CLEAN, '--commands', '20000');
  expect(findings).toEqual([]);
  for (const name of ADDED) expect([name, commandCounts[name].executed]).not.toEqual([name, 0]);
  expect(invariants['pooled-once']).toBeGreaterThan(0);
});

test('the invariant names what a mutant does', () => {
  const { profile, program } = mutantOf('A14');
  const file = copy.program('twice.skb', `profile ${profile}\n${program}`);
  expect(expectCode(EXIT_FINDING, copy.skbcheck('run', file, '--mutant', 'A14'))).toContain('pooled-once');
});

describe('the kind', () => {
  const CALLS =
    'mempool1 = mempool_create_kmalloc_pool(min_nr: 3)\nskb1 = alloc_skb(size: 1)\nskb_put(skb: skb1, len: 1)\n';

  test('is described in text and in the picture, and released by settle', () => {
    const file = copy.program('kind.skb', `profile linux-6.12\n${CALLS}`);
    const trace = expectCode(EXIT_CLEAN, copy.skbcheck('run', file, '--trace'));
    expect(trace).toMatch(/: mempool#\d+ has 3 elements$/m);
    expect(trace).toMatch(/mempool_destroy\(pool: \S+\)/);
    const steps = expectCode(EXIT_CLEAN, copy.skbcheck('show', file, '--json', '-o', 'page.html'));
    expect(steps).toMatch(/"curr_nr": ?3/);
  });

  test('is observed, each word by its name', () => {
    const shown = copy.evaluate(OBSERVE);
    const word = expect.objectContaining({ owner: 'mempool handle 0', name: 'curr_nr', value: 3 }) as unknown;
    expect(JSON.parse(shown)).toContainEqual(word);
  });

  test('is left out by the reducer where it is not needed', () => {
    const file = copy.program('reduce.skb', `profile linux-6.12\n${CALLS}skb_pull(skb: skb1, len: 1)\n`);
    const reduced = expectCode(EXIT_FINDING, copy.skbcheck('reduce', file, '--mutant', 'T1'));
    expect(reduced).toContain('skb_pull');
    expect(reduced).not.toContain('mempool');
  });
});

describe.each(linuxTargets(['linux-6.12']))('%s', (target) => {
  test(
    'executes the commands, observes the kind, and agrees with the model',
    () => {
      const { findings, commandCounts } = fuzz(EXIT_CLEAN, '--target', target, '--commands', '20000');
      expect(findings).toEqual([]);
      for (const name of ADDED) expect([name, commandCounts[name].executed]).not.toEqual([name, 0]);
    },
    LINUX_MS,
  );

  test(
    'without its function in C the module does not link',
    () => {
      const inC = command.filter(({ file }) => file.endsWith('.c'));
      lacking.become(applied(edits.filter((edit) => !inC.includes(edit))));
      const { code, stderr } = lacking.skbcheck('kernel', 'info', target);
      expect(code).toBe(EXIT_TARGET);
      expect(stderr.split('\n').filter((line) => line.includes('error'))).toEqual([
        expect.stringMatching(/^skbcheck: error: cannot build the module against .*skbcheck_run___skb_pull/),
      ]);
    },
    LINUX_MS,
  );
});
