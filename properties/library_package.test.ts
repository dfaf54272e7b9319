// The package as npm packs it, in an empty project elsewhere: types, both module systems, jest, the command line.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { buildOnce, folderForTests, ROOT } from './support/cli';
import { linuxTargets } from './support/linux';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly files: readonly string[];
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly publishConfig: unknown;
}

const project = folderForTests('library-package');
const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as Manifest;
const installed = path.join(project, 'node_modules', 'skbcheck');
const runtime = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)];
/** Packages that a user of TypeScript and jest has anyway. */
const OF_THE_USER = ['typescript', 'jest', '@types/node', '@types/jest', '@jest/globals', 'expect'];

/** Runs a file of the project with Node. */
function node(...args: string[]): { code: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: project, encoding: 'utf8' });
  return { code: status, output: stdout + stderr };
}

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(project, name), text);
}

function tsc(...args: string[]): string {
  const bin = path.join('node_modules', 'typescript', 'bin', 'tsc');
  const strict = ['--strict', '--target', 'es2022', '--lib', 'es2023', '--skipLibCheck', 'false', '--pretty', 'false'];
  return node(bin, ...strict, ...args).output;
}

/** The blocks of TypeScript of the page, in order. */
const examples = [
  ...readFileSync(path.join(ROOT, 'docs/how-to/library.md'), 'utf8').matchAll(/```ts\n([^]*?)```/g),
].map(([, code]) => code);

beforeAll(() => {
  buildOnce();
  const packed = spawnSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', project], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(packed.stderr).toBe('');
  mkdirSync(installed, { recursive: true });
  const tarball = path.join(project, packed.stdout.trim());
  expect(spawnSync('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']).status).toBe(0);
  // Only the packages that the manifest names can be found, as after an install of the tarball; no registry is asked.
  for (const name of [...runtime, ...OF_THE_USER]) {
    mkdirSync(path.dirname(path.join(project, 'node_modules', name)), { recursive: true });
    symlinkSync(path.join(ROOT, 'node_modules', name), path.join(project, 'node_modules', name));
  }
  write({ 'package.json': '{ "name": "of-a-user", "private": true }\n' });
});

const TYPES = `
import type { Arbitrary } from 'fast-check';
import { findingOf, mutants, openTarget, parseProgram, programs, runProgram, scenarios, targets } from 'skbcheck';
import type { Finding, Program, RunResult, Verdict } from 'skbcheck';
import { matchers } from 'skbcheck/jest';

const drawn: Arbitrary<Program> = programs({ profile: 'linux-6.12', scenario: 'core', maxCommands: 9, budget: 100 });
const result: RunResult = runProgram(parseProgram('profile linux-6.12'), { mutant: 'none', abuse: true });
const finding: Finding | null = findingOf(result);
const names: readonly string[] = [...Object.keys(mutants), ...targets().map(({ name }) => name), scenarios.core.title];
const invariantOf = (verdict: Verdict): string => (verdict.kind === 'violation' ? verdict.invariant : verdict.kind);
const later: Promise<RunResult> = openTarget('linux-6.12').then((kernel) => kernel.run(result.program));
export default [drawn, finding, names, invariantOf, later, matchers.toBeClean];

// @ts-expect-error: an option that does not exist
programs({ profil: 'linux-6.12' });
// @ts-expect-error: a number is no name
programs({ scenario: 1 });
// @ts-expect-error: programs are immutable
result.program.profile = 'linux-6.1';
// @ts-expect-error: a text is no program
runProgram('profile linux-6.12');
// @ts-expect-error: a finding may be absent
console.log(findingOf(result).sentence);
// @ts-expect-error: a kernel answers later
openTarget('linux-6.12').run;
// @ts-expect-error: records are not changed
mutants.B2 = mutants.A2;
`;

describe('under TypeScript strict', () => {
  test('the examples of docs/how-to/library.md and the types compile, as CommonJS and as ES modules', () => {
    write({
      'property.ts': examples[0],
      'property_esm.mts': examples[0],
      'jest_example.ts': examples[1],
      'kernel.ts': examples[2],
      'types_cjs.ts': TYPES,
      'types_esm.mts': TYPES,
    });
    const files = readdirSync(project).filter((name) => /\.m?ts$/.test(name));
    expect(files).toHaveLength(6);
    expect(tsc('--module', 'node16', '--types', 'node,jest', ...files)).toBe('');
  });

  test.each([
    ['commonjs', 'bundler'],
    ['esnext', 'bundler'],
  ])('the types compile with module %s and moduleResolution %s', (module, resolution) => {
    write({ 'types_other.ts': TYPES });
    const options = ['--module', module, '--moduleResolution', resolution, '--types', 'node,jest', '--noEmit'];
    expect(tsc(...options, 'types_other.ts')).toBe('');
  });

  test('the declarations import only each other and fast-check', () => {
    const declarations = filesOf(installed).filter((file) => /\.d\.m?ts$/.test(file));
    const wanted = declarations.flatMap((file) =>
      importsOf(file).map((name) =>
        name.startsWith('.') ? path.join(path.dirname(file), `${name.replace(/\.js$/, '')}.d.ts`) : name,
      ),
    );
    expect(wanted.filter((file) => !declarations.includes(file) && file !== 'fast-check')).toEqual([]);
    // index.d.mts imports index.d.ts.
    const entries = ['index.d.mts', 'jest.d.ts'].map((name) => path.join(installed, 'dist/src/library', name));
    expect(declarations.filter((file) => !wanted.includes(file) && !entries.includes(file))).toEqual([]);
  });
});

describe.each([
  ['CommonJS', 'property.js'],
  ['ES modules', 'property_esm.mjs'],
])('in %s', (_system, file) => {
  test('the example of the page finds the mutant and shrinks it to seven calls that the page shows', () => {
    const { code, output } = node(file);
    expect(code).toBe(1);
    const [, program] = /Counterexample: \[\n(profile [^]*?)\]/.exec(output) as RegExpExecArray;
    expect(program).toContain('skb_try_coalesce(to: skb2, from: skb1)');
    expect(program.match(/\(/g)).toHaveLength(7);
    expect(output).toContain('pool-inflight: pool#1 counts');
    const page = readFileSync(path.join(ROOT, 'docs/how-to/library.md'), 'utf8');
    for (const line of ['Property failed after 5 tests', ...program.split('\n').slice(0, 4)]) {
      expect(output).toContain(line);
      expect(page).toContain(line);
    }
  });
});

test('every name of the CommonJS module can be imported by name from an ES module', () => {
  const names = node('-p', "Object.keys(require('skbcheck')).join()").output.trim();
  expect(names.split(',')).toContain('TargetUnavailableError');
  write({ 'names.mjs': `import { ${names.replaceAll(',', ', ')} } from 'skbcheck';\nconsole.log(typeof programs);\n` });
  expect(node('names.mjs').output).toBe('function\n');
});

test('in jest, toBeClean() shows the finding, and passes where there is none', () => {
  write({
    'jest.config.json': '{ "transform": {}, "testMatch": ["<rootDir>/*.check.js"], "cache": false }\n',
    'skb.check.js':
      "require('skbcheck/jest');\nconst { mutants, parseProgram } = require('skbcheck');\n" +
      "test('broken', () => expect(parseProgram(mutants.B2.program)).toBeClean());\n" +
      "test('clean', () => expect(parseProgram(mutants.B2.program)).toBeClean({ mutant: 'none' }));\n" +
      "test('not', () => expect(parseProgram(mutants.B2.program)).not.toBeClean());\n",
  });
  const { code, output } = node(
    'node_modules/jest/bin/jest.js',
    '--config',
    'jest.config.json',
    '--ci',
    '--colors=false',
  );
  expect(code).toBe(1);
  expect(output).toContain('Tests:       1 failed, 2 passed, 3 total');
  expect(output).toMatch(/● broken\n\n +pool-inflight: pool#1 counts/);
  expect(output).toMatch(/>>> skb_try_coalesce/);
});

describe('the command line of the package', () => {
  const cli = (...args: string[]) => node(path.join('node_modules', 'skbcheck', 'bin', 'skbcheck.js'), ...args);

  test('searches', () => {
    const { code, output } = cli('fuzz', 'core', '--commands', '1000');
    expect(output).toContain('programs');
    expect(code).toBe(0);
  });

  const testLinux = linuxTargets(['linux-6.12']).length > 0 ? test : test.skip;
  testLinux('builds the kernel module from the packed sources, and boots', () => {
    const { code, output } = cli('kernel', 'info', 'linux-6.12');
    expect(output).toContain('linux-6.12');
    expect(code).toBe(0);
  });
});

describe('the manifest', () => {
  test('names every package that the built code imports, and no other', () => {
    const built = filesOf(installed).filter((file) => file.endsWith('.js') && !file.includes('/docs/'));
    const imported = built.flatMap(importsOf).filter((name) => !name.startsWith('.') && !name.startsWith('node:'));
    const packages = imported
      .map((name) =>
        name
          .split('/')
          .slice(0, name.startsWith('@') ? 2 : 1)
          .join('/'),
      )
      .filter((name) => !builtinModules.includes(name));
    expect([...new Set(packages)].sort()).toEqual([...runtime].sort());
  });

  test('every file that the built code imports is packed', () => {
    const packed = filesOf(installed);
    const built = packed.filter((file) => file.endsWith('.js'));
    const missing = built.flatMap((file) =>
      importsOf(file)
        .filter((name) => name.startsWith('.'))
        .map((name) => path.join(path.dirname(file), name))
        .filter((name) => ![name, `${name}.js`, path.join(name, 'index.js')].some((one) => packed.includes(one))),
    );
    expect(missing).toEqual([]);
  });

  test('runs nothing where the package is installed', () => {
    const onInstall = ['preinstall', 'install', 'postinstall', 'prepare', 'preprepare', 'postprepare', 'prepublish'];
    expect(Object.keys(manifest.scripts).filter((name) => onInstall.includes(name))).toEqual([]);
  });

  test('is ready to be published in public, with provenance, and packs what it names', () => {
    expect(manifest.publishConfig).toEqual({ access: 'public', provenance: true });
    expect(manifest.scripts.prepack).toBe('node tools/build.js && node tools/docs.js man');
    const plain = manifest.files.filter((file) => !file.includes('*'));
    // prepack makes man/, and this package was packed without scripts.
    expect(plain.filter((file) => !existsSync(path.join(installed, file)))).toEqual(['man']);
    expect(
      filesOf(installed).filter((file) => /\.map$|\.tsbuildinfo$|\.skbcheck-stamp$|\.o$|\.ko$/.test(file)),
    ).toEqual([]);
  });
});

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** The modules that a built file or a declaration imports. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [
    ...text.matchAll(
      /(?:^|[^\w.])(?:require(?:\.resolve)?\(|from |import\()'([^'\n]+)'|require(?:\.resolve)?\("([^"\n]+)"\)/g,
    ),
  ].map(([, single, double]) => single ?? double);
}
