// The command line: one clear line for every mistake, one JSON document on request, exit codes that scripts can trust.

import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { COMMANDS } from '../src/commands/registry';
import { OUTSIDE_SCENARIOS } from '../src/generate/scenarios/outside';
import { SCENARIOS } from '../src/generate/scenarios/registry';
import { INVARIANTS } from '../src/invariants/registry';
import { MUTANTS } from '../src/rules/mutants';
import { ALL_PROFILES, PROFILES } from '../src/rules/profiles';
import { openCache } from '../src/targets/linux/cache';
import { availableTargets, locateKernel } from '../src/targets/linux/locate';
import { ensureInitrd, initrdKey } from '../src/targets/linux/module_build';
import { hasProgram, QEMU } from '../src/targets/linux/qemu';
import { buildOnce, executableOf, folderForTests, skbcheck, type Ended } from './support/cli';
import { linuxTargets } from './support/linux';
import { mutantOf } from './support/model';

const CLEAN = 0;
const FINDING = 1;
const USAGE = 2;
const UNUSABLE = 3;

const folder = folderForTests('cli');
const put = (name: string, content: string | Buffer): string => {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  return name;
};
const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Ended => skbcheck(args, { cwd: folder, env });

beforeAll(() => {
  buildOnce();
  put('clean.skb', 'profile linux-6.12\nskb1 = alloc_skb(size: 0)\n');
  put('f1.skb', `profile linux-6.12\n${mutantOf('F1').program}`);
  put('misspelt.skb', 'profile linux-6.12\n\n  skb1 = aloc_skb(size: 0)\n');
  put('garbage.skb', Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 167 + 13) & 0xff)));
  put('regressions/kept.skb', 'profile linux-6.12\n');
  put('folder/file', '');
  put('not-a-directory', '');
});

/** Nothing on stdout, one line on stderr, no stack trace, and the exit code. */
function expectComplaint({ code, stdout, stderr }: Ended, expected: number, line: RegExp): void {
  expect(stderr).toMatch(line);
  expect(stderr).toMatch(/^[^\n]+\n$/);
  expect(stderr).not.toMatch(/\bat .*\.js:\d+|node:internal/);
  expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
}

describe('a mistake gets a one-line answer, with exit code 2', () => {
  test.each([
    [['fuz', 'core'], /error: unknown command 'fuz', did you mean 'fuzz'\?/],
    [['kernel', 'inf'], /error: unknown command 'inf', did you mean 'info'\?/],
    [['fuzz', 'core', '--comands', '5'], /error: unknown option '--comands', did you mean '--commands'\?/],
    [['fuzz'], /error: missing required argument 'scenario'/],
    [['fuzz', 'core', 'gro'], /error: too many arguments/],
    [['fuzz', 'cor'], /error: no scenario 'cor', did you mean 'core'\?/],
    [['fuzz', 'core', '--profile', 'linux-5.2'], /error: no profile 'linux-5\.2'; profiles: linux-6\.1, /],
    [['fuzz', 'core', '--mutant', 'F4'], /error: no mutant 'F4'; see: npx skbcheck list mutants$/m],
    [['fuzz', 'core', '--target', 'linux-6.11'], /error: no target 'linux-6\.11'; set up: model/],
    [
      ['fuzz', 'core', '--mutant', 'F1', '--profile', 'linux-6.1'],
      /error: mutant F1 breaks a rule of profile linux-6\.12/,
    ],
    [
      ['fuzz', 'core', '--target', 'linux-6.1', '--profile', 'linux-6.12'],
      /error: target linux-6\.1 is compared with profile/,
    ],
    [['fuzz', 'core', '--commands', 'many'], /error: --commands takes a whole number from 1 to \d+, not 'many'/],
    [['fuzz', 'core', '--commands', '0'], /error: --commands takes a whole number/],
    [['fuzz', 'core', '--commands', '-5'], /error: --commands takes a whole number/],
    [['fuzz', 'core', '--commands', '1e6x'], /error: --commands takes a whole number/],
    [
      ['fuzz', 'core', '--seed', '536870912'],
      /error: --seed takes a whole number from 0 to 536870911, or a git hash, not '536870912'/,
    ],
    [
      ['fuzz', 'core', '--seed', '1.5'],
      /error: --seed takes a whole number from 0 to 536870911, or a git hash, not '1\.5'/,
    ],
    [
      ['fuzz', 'core', '--seed', 'v1:gro:1'],
      /error: 'v1:gro:1' names no program of scenario core; a token is such as v1:/,
    ],
    [['fuzz', 'core', '--seed', 'v1:core:9007199254740992'], /error: 'v1:core:9007199254740992' names no program/],
    [['fuzz', 'core', '--seed', 'v2:core:1'], /error: 'v2:core:1' names no program/],
    [['fuzz', 'core', '--findings', '0'], /error: --findings takes a whole number/],
    [['fuzz', 'core', '--time', '5'], /error: --time takes a time such as 90s/],
    [['list', 'command'], /error: nothing to list by the name 'command', did you mean 'commands'\?/],
    [['list', '__proto__'], /error: nothing to list by the name '__proto__'/],
    [['run'], /error: missing required argument 'file'/],
    [['run', 'none.skb'], /error: cannot read none\.skb: ENOENT/],
    [['run', 'clean.skb', 'none.skb'], /error: cannot read none\.skb: ENOENT/],
    [['run', 'folder'], /error: folder has no program: no file below it ends with \.skb/],
    [['run', 'not-a-directory/file'], /error: cannot read not-a-directory\/file: ENOTDIR/],
    [['run', 'misspelt.skb'], /^misspelt\.skb:3:10: error: no command 'aloc_skb', did you mean 'alloc_skb'\?/],
    [['run', 'garbage.skb'], /^garbage\.skb:\d+:\d+: error: /],
    [['reduce', 'garbage.skb'], /^garbage\.skb:\d+:\d+: error: /],
    [['reduce', 'folder'], /error: cannot read folder: EISDIR/],
    [['keep', 'garbage.skb', 'name'], /^garbage\.skb:\d+:\d+: error: /],
    [['keep', 'clean.skb', 'kept', '--dir', 'regressions'], /error: regressions\/kept\.skb is there already/],
    [['keep', 'clean.skb', '../kept'], /error: '\.\.\/kept' is no name for a regression/],
    [['keep', 'clean.skb'], /error: missing required argument 'name'/],
    [['serve', '--profile', 'linux-5.13'], /error: no profile 'linux-5\.13'/],
    [['kernel', 'info', 'linux-5.4'], /error: target linux-5\.4 is not set up; set it up with: .*kernel setup 5\.4$/m],
    [['kernel', 'build', '--source', 'folder'], /error: required option '-o, --output <dir>' not specified/],
  ])('skbcheck %j', (args, line) => expectComplaint(run(args), USAGE, line));

  test('serve refuses bytes on stdin that are not its protocol', () => {
    const ended = skbcheck(['serve'], { cwd: folder, input: Buffer.from('GET / HTTP/1.1\r\n\r\n') });
    expectComplaint(ended, USAGE, /error: stdin does not follow the protocol/);
  });

  test('without a subcommand it prints the usage', () => {
    const { code, stdout, stderr } = run([]);
    expect({ code, stdout }).toEqual({ code: USAGE, stdout: '' });
    expect(stderr).toMatch(/^Usage: skbcheck /);
    expect(stderr).not.toContain('error');
  });

  test('keep leaves an existing regression as it was', () => {
    run(['keep', 'f1.skb', 'kept', '--dir', 'regressions']);
    expect(readFileSync(path.join(folder, 'regressions/kept.skb'), 'utf8')).toBe('profile linux-6.12\n');
  });
});

describe('a target that cannot be used gets a one-line answer, with exit code 3', () => {
  const linux = ['run', 'clean.skb', '--target', 'linux-6.12'];

  test('that is not set up', () =>
    expectComplaint(run(linux, { SKBCHECK_CACHE: path.join(folder, 'no-cache') }), UNUSABLE, /kernel setup$/m));

  test('with a cache where no directory can be', () => {
    expectComplaint(
      run(['kernel', 'setup'], { SKBCHECK_CACHE: '/proc/x' }),
      UNUSABLE,
      /error: cannot use the cache \/proc\/x: /,
    );
    expectComplaint(run(linux, { SKBCHECK_CACHE: '/proc/x' }), UNUSABLE, /error: .*kernel setup/);
  });

  test('with a cache that is a file', () => {
    const SKBCHECK_CACHE = path.join(folder, 'not-a-directory');
    expectComplaint(run(linux, { SKBCHECK_CACHE }), UNUSABLE, /error: cannot use the cache .*not-a-directory: /);
    expect(run(['run', 'clean.skb'], { SKBCHECK_CACHE }).code).toBe(CLEAN);
  });

  test('that is a directory without a kernel', () =>
    expectComplaint(run(['run', 'clean.skb', '--target', 'folder']), UNUSABLE, /error: no bzImage in /));

  test('that is a file but no program', () => {
    expectComplaint(
      run(['run', 'clean.skb', '--target', './clean.skb']),
      UNUSABLE,
      /error: \.\/clean\.skb does not answer HELLO: .*EACCES/,
    );
  });

  test('that is a program with another protocol', () => {
    const peer = executableOf(folder, 'other-language', 'console.log("usage: other-language FILE")');
    expectComplaint(run(['fuzz', 'core', '--target', peer]), UNUSABLE, /does not answer HELLO: .*not the protocol/);
  });

  const isSetUp = linuxTargets(['linux-6.12']).length > 0 && availableTargets().includes('linux-6.12');
  const withKernel = isSetUp && hasProgram(QEMU) ? test : test.skip;

  withKernel('no QEMU in PATH', () => {
    const PATH = path.join(folder, 'empty');
    expectComplaint(run(linux, { PATH }), UNUSABLE, /error: no qemu-system-x86_64 in PATH; install it with: /);
  });

  withKernel('a bzImage that does not boot', async () => {
    mkdirSync(path.join(folder, 'own-kernel'));
    put('own-kernel/bzImage', 'not a kernel');
    symlinkSync(locateKernel('linux-6.12').buildTree, path.join(folder, 'own-kernel/build'));
    // The module does not depend on the image: that of linux-6.12 spares the build.
    const own = initrdKey(locateKernel(path.join(folder, 'own-kernel')));
    const built = await ensureInitrd(locateKernel('linux-6.12'), openCache(), () => undefined);
    mkdirSync(path.join(folder, 'cache/initrd'), { recursive: true });
    copyFileSync(built, path.join(folder, `cache/initrd/${own}.cpio.gz`));
    const { code, stdout, stderr } = run(['run', 'clean.skb', '--target', 'own-kernel'], {
      SKBCHECK_CACHE: path.join(folder, 'cache'),
    });
    expect({ code, stdout }).toEqual({ code: UNUSABLE, stdout: '' });
    expect(stderr).toMatch(/^skbcheck: error: [^\n]*own-kernel\/bzImage does not boot: [^\n]*\n$/);
  });
});

/** The keys of an object, for comparison with the documents. */
const keysOf = (value: unknown): string[] => Object.keys(value as object).sort();

/** The JSON document on stdout. */
function json<T>(args: readonly string[], expected: number, env: NodeJS.ProcessEnv = {}): T {
  const { code, stdout, stderr } = run([...args, '--json'], env);
  expect({ code, stderr: code === expected ? '' : stderr }).toEqual({ code: expected, stderr: '' });
  return JSON.parse(stdout) as T;
}

describe('--json prints one document', () => {
  const FUZZ_KEYS = [
    'commandCounts',
    'compared',
    'covers',
    'evaluated',
    'executed',
    'findings',
    'invariants',
    'kind',
    'known',
    'neverEvaluated',
    'neverExecuted',
    'notSearched',
    'profile',
    'programs',
    'reducingSeconds',
    'scenario',
    'seconds',
    'seed',
    'skipped',
    'target',
    'version',
  ];
  interface Fuzz {
    readonly executed: number;
    readonly programs: number;
    readonly seed: number | string;
    readonly findings: readonly {
      readonly file: string;
      readonly invariant: string;
      readonly signature: string;
      readonly commandsBefore: number;
      readonly commandsAfter: number;
    }[];
    readonly invariants: Readonly<Record<string, number>>;
    readonly commandCounts: Readonly<Record<string, { executed: number; skipped: number }>>;
  }

  test('for fuzz without a finding', () => {
    const found = json<Fuzz>(['fuzz', 'core', '--commands', '2000', '--seed', '7'], CLEAN);
    expect(keysOf(found)).toEqual(FUZZ_KEYS);
    expect(found).toMatchObject({ seed: 7, findings: [], profile: 'linux-7.3', target: 'model' });
    expect(found.executed).toBeGreaterThanOrEqual(2000);
    expect(Object.keys(found.invariants)).toEqual(INVARIANTS.map(({ name }) => name));
    for (const count of Object.values(found.commandCounts))
      expect(keysOf(count)).toEqual(['executed', 'outcomes', 'skipped']);
  });

  test('for fuzz with a finding: the file exists, reproduces, reduces and can be kept', () => {
    const found = json<Fuzz>(
      ['fuzz', 'core', '--mutant', 'F1', '--commands', '20000', '--seed', '184467', '--findings', '1'],
      FINDING,
    );
    expect(keysOf(found)).toEqual([...FUZZ_KEYS, 'mutant'].sort());
    const [finding] = found.findings;
    expect(keysOf(finding)).toEqual(
      [
        ...['commandsAfter', 'commandsBefore', 'exhausted', 'file', 'foundAfter', 'invariant', 'mayVary'],
        ...['nearestClean', 'program', 'reducerExecutions', 'sentence', 'signature', 'why'],
      ].sort(),
    );
    expect(existsSync(path.join(folder, finding.file))).toBe(true);
    expect(run(['run', finding.file]).code).toBe(FINDING);
    expect(run(['run', finding.file, '--mutant', 'none']).code).toBe(CLEAN);
    expect(json(['reduce', finding.file, '--mutant', 'F1'], FINDING)).toMatchObject({
      commandsAfter: finding.commandsAfter,
    });
    expect(run(['keep', finding.file, 'found-by-fuzz', '--dir', 'regressions']).code).toBe(CLEAN);
    expect(readFileSync(path.join(folder, 'regressions/found-by-fuzz.skb'), 'utf8')).toMatch(/^expect clean$/m);
  });

  test('for fuzz with a token: the token of a finding generates its program alone and finds the same', () => {
    const fuzz = (...args: string[]): Fuzz =>
      json<Fuzz>(['fuzz', 'core', '--mutant', 'F1', '--findings', '1', ...args], FINDING);
    const found = fuzz('--commands', '20000', '--seed', '536870911');
    const text = readFileSync(path.join(folder, found.findings[0].file), 'utf8');
    const token = /^seed (v1:core:90071992\d{8})$/m.exec(text)?.[1] as string;
    const again = fuzz('--commands', '1', '--seed', token);
    expect(again).toMatchObject({ seed: token, programs: 1 });
    const { commandsBefore, commandsAfter, signature } = found.findings[0];
    expect(again.findings[0]).toMatchObject({ commandsBefore, commandsAfter, signature });
    expect(readFileSync(path.join(folder, again.findings[0].file), 'utf8')).toBe(text);
  });

  test('with the same numbers for the same seed, in two processes', () => {
    const args = ['fuzz', 'core', '--commands', '5000', '--seed', '99', '--profile', 'linux-6.1'];
    const [first, second] = [json<Fuzz>(args, CLEAN), json<Fuzz>(args, CLEAN)];
    expect({ ...second, seconds: 0 }).toEqual({ ...first, seconds: 0 });
  });

  test('for run, clean and not', () => {
    const clean = json<{ steps: unknown[] }>(['run', 'clean.skb'], CLEAN);
    expect(keysOf(clean)).toEqual([
      ...['compared', 'evaluated', 'executed', 'file', 'isExpected', 'kind', 'notSearched', 'profile', 'sentence'],
      ...['signature', 'skipped', 'skippedCalls', 'steps', 'target', 'verdict', 'version'],
    ]);
    expect(clean).toMatchObject({ file: 'clean.skb', signature: 'clean', verdict: { kind: 'clean' } });
    expect(clean.steps).toEqual([
      { call: 'skb1 = alloc_skb(size: 0)', outcome: 'ok', settling: false },
      {
        call: expect.stringMatching(/^(kfree|consume|napi_consume)_skb\(skb: skb1/) as string,
        outcome: 'ok',
        settling: true,
      },
    ]);
    expect(json(['run', 'f1.skb', '--mutant', 'F1'], FINDING)).toMatchObject({
      mutant: 'F1',
      signature: 'truesize-exact skb',
      verdict: { kind: 'violation', invariant: 'truesize-exact', place: { call: 3, command: 'skb_try_coalesce' } },
    });
  });

  test('for run of several files: a list, in their order', () => {
    const { runs } = json<{ runs: { file: string }[] }>(['run', 'f1.skb', 'clean.skb'], CLEAN);
    expect(runs.map(({ file }) => file)).toEqual(['f1.skb', 'clean.skb']);
  });

  test('for reduce, and for reduce of a clean program', () => {
    const reduced = json<{ program: string }>(['reduce', 'f1.skb', '--mutant', 'F1'], FINDING);
    expect(keysOf(reduced)).toEqual(
      [
        ...['commandsAfter', 'commandsBefore', 'executions', 'exhausted', 'file', 'output', 'phases', 'program'],
        ...['signature', 'compared', 'evaluated', 'executed', 'kind', 'notSearched', 'skipped', 'version'],
      ].sort(),
    );
    expect(reduced).toMatchObject({
      signature: 'truesize-exact skb',
      commandsBefore: 4,
      commandsAfter: 4,
      output: null,
    });
    put('reduced.skb', reduced.program);
    expect(reduced.program).toContain('\nmutant F1\n');
    expect(run(['run', 'reduced.skb']).code).toBe(FINDING);
    expect(json(['reduce', 'clean.skb'], CLEAN)).toMatchObject({ signature: 'clean', reduced: null });
  });

  test.each([
    [
      'commands',
      COMMANDS.map(({ name }) => name),
      [
        'abuse',
        'args',
        'caller',
        'modelOnly',
        'name',
        'opcode',
        'outcomes',
        'outcomesOf',
        'profiles',
        'result',
        'system',
        'targets',
      ],
    ],
    ['invariants', INVARIANTS.map(({ name }) => name), ['name', 'source', 'statement']],
    ['profiles', ALL_PROFILES.map(({ name }) => name), ['abi', 'modelOnly', 'name', 'rules', 'title']],
    [
      'mutants',
      MUTANTS.map(({ id }) => id),
      ['changes', 'expected', 'id', 'name', 'needs', 'profile', 'program', 'scenario', 'source', 'title'],
    ],
    [
      'scenarios',
      [...SCENARIOS, ...OUTSIDE_SCENARIOS].map(({ name }) => name),
      ['modelOnly', 'name', 'profiles', 'title'],
    ],
    ['targets', ['model', ...PROFILES.map(({ name }) => name)], ['name', 'state']],
  ])('for list %s', (what, names, keys) => {
    // The releases that a user has set up are targets, too: an empty cache has none.
    const env = { SKBCHECK_CACHE: path.join(folder, 'empty-cache') };
    const { rows } = json<{ rows: { name: string }[] }>(['list', what], CLEAN, env);
    expect(rows.map(({ name }) => name)).toEqual(names);
    for (const row of rows) expect(keysOf(row)).toEqual(keys);
    const { code, stdout } = run(['list', what], env);
    expect(code).toBe(CLEAN);
    for (const name of names) expect(stdout).toContain(name);
  });
});
