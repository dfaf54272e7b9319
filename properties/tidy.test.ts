// The style of the tree as tests: lint, format, direction of imports, determinism, paths, documents.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { orphanFiles, unaskedRules } from './support/forgotten';
import { importCircles } from './support/import_circles';
import { lintCache, trackedFiles } from './support/tracked_files';

const root = path.resolve(__dirname, '..');
const TEXT = /(\.(ts|js|mjs|cjs|json|md|c|h|sh|skb|log|txt|yml)|\/(run|Makefile|Kbuild|\.npmrc))$/;

/** Files that people make in the checkout beside those of the project are theirs. */
const tracked = trackedFiles();
const filesUnder = (folder: string): string[] => tracked.filter((file) => file.startsWith(`${folder}/`));

const files = tracked.filter((file) => TEXT.test(`/${file}`));
const documents = files.filter((file) => file.endsWith('.md'));
const textOf = (file: string): string => readFileSync(path.join(root, file), 'utf8');

function runNode(script: string, args: string[], input = ''): string {
  const done = spawnSync(process.execPath, [path.join(root, script), ...args], {
    cwd: root,
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (done.status === null || done.status > 1) throw new Error(`${script} could not run: ${done.stderr}`);
  return done.stdout;
}

/** Lines of the tree that match, as `file:line: text`. */
function linesMatching(pattern: RegExp, among: string[]): string[] {
  return among.flatMap((file) =>
    textOf(file)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  );
}

interface LintMessage {
  ruleId: string | null;
  message: string;
}

function lintSnippets(snippets: { filePath: string; code: string }[]): LintMessage[][] {
  return JSON.parse(runNode('tools/lint_snippets.mjs', [], JSON.stringify(snippets))) as LintMessage[][];
}

const COLUMNS_MAX = 120;
/** `src/model/world/world.ts` in the text of a page. Names with capitals are examples; kernel/bpf/ is Linux' own. */
const FILE_OF_THE_TREE =
  /`((?:src|kernel(?!\/bpf\/)|properties|fuzz|bench|tools|ci|regressions|docs)\/[a-z0-9_@/.-]+)`/g;

const IMPORTS = '@typescript-eslint/no-restricted-imports';

/** Code that a rule must refuse in that file, and the rule. */
const REFUSED: [part: string, code: string, rule: string][] = [
  ['model', "import { x } from '../commands/x';\nexport default x;\n", IMPORTS],
  ['model', "import type { X } from '../commands/x';\nexport type Y = X;\n", IMPORTS],
  ['model', "export { x } from '../program/x';\n", IMPORTS],
  ['model/deep', "import { x } from '../../commands/x';\nexport default x;\n", IMPORTS],
  ['model/structs', "import type { World } from '../world/world';\nexport type W = World;\n", IMPORTS],
  ['model/structs', "import { x } from '../net/core/skbuff/x';\nexport default x;\n", IMPORTS],
  ['model/structs', "import { x } from '../../commands/x';\nexport default x;\n", IMPORTS],
  ['model/world', "import { x } from '../net/core/skbuff/x';\nexport default x;\n", IMPORTS],
  ['model/lib', "import { x } from '../structs/x';\nexport default x;\n", IMPORTS],
  ['model/mm', "import { x } from '../net/core/skbuff/x';\nexport default x;\n", IMPORTS],
  ['model/kernel/dma', "import { x } from '../../net/core/skbuff/x';\nexport default x;\n", IMPORTS],
  ['session', "import { x } from '../lockstep/x';\nexport default x;\n", IMPORTS],
  ['lockstep', "import { x } from '../targets/x';\nexport default x;\n", IMPORTS],
  ['search', "import { x } from '../campaign/x';\nexport default x;\n", IMPORTS],
  ['protocol', "import { x } from '../lockstep/x';\nexport default x;\n", IMPORTS],
  ['model', "import fc from 'fast-check';\nexport default fc;\n", IMPORTS],
  ['rules', "import { x } from '../model/x';\nexport default x;\n", IMPORTS],
  ['commands', "import { spawn } from 'node:child_process';\nexport default spawn;\n", IMPORTS],
  ['invariants', "import { x } from '../commands/x';\nexport default x;\n", IMPORTS],
  ['generate', "import { randomInt } from 'node:crypto';\nexport default randomInt;\n", IMPORTS],
  ['reduce', "import { x } from '../targets/x';\nexport default x;\n", IMPORTS],
  ['report', "import { x } from '../campaign/x';\nexport default x;\n", IMPORTS],
  ['campaign', "import { x } from '../cli/x';\nexport default x;\n", IMPORTS],
  ['library', "import { x } from '../cli/x';\nexport default x;\n", IMPORTS],
  ['report', "import { x } from '../library/x';\nexport default x;\n", IMPORTS],
  ['model', 'export const x = Math.random();\n', 'no-restricted-properties'],
  ['model', 'const { random } = Math;\nexport const x = random();\n', 'no-restricted-syntax'],
  ['model', 'export const x = Date.now();\n', 'no-restricted-globals'],
  ['rules', 'export const x = new Date();\n', 'no-restricted-globals'],
  ['commands', 'export const x = performance.now();\n', 'no-restricted-globals'],
  ['generate', 'export const x = process.hrtime();\n', 'no-restricted-globals'],
  ['reduce', 'setTimeout(() => undefined, 1);\n', 'no-restricted-globals'],
  ['generate', 'export const x = crypto.randomUUID();\n', 'no-restricted-globals'],
  ['invariants', 'for (const key in {}) String(key);\n', 'no-restricted-syntax'],
  ['commands', "export const x = import('./x');\n", 'no-restricted-syntax'],
  ['commands', 'let x = 0;\nexport const f = () => x++;\n', 'no-restricted-syntax'],
  ['commands', 'export let x = 0;\nx = 1;\n', 'no-restricted-syntax'],
  ['commands/xdp', 'const x: number[] = [];\nexport const f = () => x.push(1);\n', 'no-restricted-syntax'],
  ['commands', 'export const f = (args: readonly number[]) => args[0];\n', 'no-restricted-syntax'],
  ['cli', 'export const f = (call: { args: number[] }) => call.args[12];\n', 'no-restricted-syntax'],
  [
    'search',
    'export const f = (handle: { object: unknown }) => (handle.object as Date).now;\n',
    'no-restricted-syntax',
  ],
  ['commands/xdp', 'export const f = (h: { object: unknown } | null) => h?.object as Date;\n', 'no-restricted-syntax'],
  ['generate/scenarios', 'export const x: Readonly<Record<string, number>> = {};\n', 'no-restricted-syntax'],
  ['targets', `export function f() {\n${'  String(1);\n'.repeat(70)}}\n`, 'max-lines-per-function'],
  ['targets', '// line\n'.repeat(401), 'max-lines'],
];

/** Code that is allowed in its file. */
const ACCEPTED: [part: string, code: string][] = [
  ['model', "import { x } from '../rules/x';\nimport { y } from './y';\nexport default [x, y];\n"],
  ['commands', "import { x } from '../model/x';\nexport default x;\n"],
  [
    'commands',
    'export const f = (n: number) => {\n  let x = n;\n  const y: number[] = [];\n  while (y.length < n) y.push(x++);\n  return y;\n};\n',
  ],
  ['commands', 'export const f = (args: readonly number[], at: number) => args[at] + args.length;\n'],
  ['search', 'export const f = (object: unknown) => [(object as { args: [number] }).args, [1][0]];\n'],
  ['generate', "import type { N } from '../commands/x';\nexport const x: Partial<Record<N, string>> = {};\n"],
  ['generate', "import fc from 'fast-check';\nimport { x } from '../reduce/x';\nexport default [fc, x];\n"],
  ['report', "import type { X } from '../campaign/x';\nexport type Y = X;\n"],
  ['targets', "import { spawn } from 'node:child_process';\nexport const x = [spawn, Date.now()];\n"],
  ['model/net/core/skbuff/copy', "import type { World } from '../../../../world/world';\nexport type W = World;\n"],
  ['model/net/core/gro', "import { x } from '../../ipv4/x';\nexport default x;\n"],
];

const inPart = (part: string, code: string) => ({ filePath: `src/${part}/snippet.ts`, code });

describe('lint', () => {
  test('eslint reports nothing', () => {
    const results = JSON.parse(
      runNode('node_modules/eslint/bin/eslint.js', [
        '--format',
        'json',
        '--no-warn-ignored',
        ...lintCache().eslint,
        ...tracked.filter((file) => /\.(ts|js|mjs)$/.test(file)),
      ]),
    ) as {
      filePath: string;
      messages: (LintMessage & { line: number })[];
    }[];
    const complaints = results.flatMap(({ filePath, messages }) =>
      messages.map(
        ({ line, message, ruleId }) => `${path.relative(root, filePath)}:${line}: ${message} (${String(ruleId)})`,
      ),
    );
    expect(complaints).toEqual([]);
  });

  test('prettier would change nothing (npm run format)', () => {
    const unformatted = runNode('node_modules/prettier/bin/prettier.cjs', [
      '--list-different',
      '--ignore-unknown',
      ...lintCache().prettier,
      ...tracked,
    ]);
    expect(unformatted.split('\n').filter(Boolean)).toEqual([]);
  });

  test('pages, campaigns and kernels that someone makes in the checkout as the documents say are not looked at', () => {
    const made = ['tidy-test.html', 'tidy-test/report.html', 'tidy-test/coverage.json', 'tidy-test/scripts/x.js'];
    mkdirSync(path.join(root, 'tidy-test', 'scripts'), { recursive: true });
    try {
      for (const file of made) writeFileSync(path.join(root, file), '{ "badly":"formatted" }');
      expect(trackedFiles().filter((file) => file.includes('tidy-test'))).toEqual([]);
    } finally {
      rmSync(path.join(root, 'tidy-test'), { recursive: true });
      rmSync(path.join(root, 'tidy-test.html'));
    }
  });

  test('the rules bite', () => {
    const answers = lintSnippets(REFUSED.map(([part, code]) => inPart(part, code)));
    const missed = REFUSED.filter(([, , rule], index) => !answers[index].some(({ ruleId }) => ruleId === rule));
    expect(missed).toEqual([]);
  });

  test('the rules let good code pass', () => {
    const answers = lintSnippets(ACCEPTED.map(([part, code]) => inPart(part, code)));
    expect(answers.flat()).toEqual([]);
  });

  test('each folder of src is a part whose imports are limited', () => {
    const folders = readdirSync(path.join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const parts = folders.map(({ name }) => name);
    const answers = lintSnippets(parts.map((part) => inPart(part, "export { x } from '../../fuzz/x';\n")));
    expect(parts.filter((_, index) => answers[index].every(({ ruleId }) => ruleId !== IMPORTS))).toEqual([]);
  });
});

describe('rooms', () => {
  test('no folder of src or kernel has more than 30 files', () => {
    const counts = new Map<string, number>();
    for (const file of [...filesUnder('src'), ...filesUnder('kernel')]) {
      const folder = path.posix.dirname(file);
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
    expect([...counts].filter(([, count]) => count > 30)).toEqual([]);
  });

  test('no files import each other in a circle by values', () => {
    expect(importCircles(root, 'values')).toEqual([]);
  });

  test('types import each other in a circle only where the structs of the kernel point at each other', () => {
    const outside = importCircles(root, 'types').filter((circle) =>
      circle.some((file) => !file.startsWith('src/model/structs/')),
    );
    expect(outside).toEqual([]);
  });

  test('each file of src is imported, or starts something', () => expect(orphanFiles(root)).toEqual([]));

  test('each rule is asked', () => expect(unaskedRules(root, textOf)).toEqual([]));

  test('file names are in snake_case', () => {
    const named = [...filesUnder('src'), ...filesUnder('kernel'), ...filesUnder('tools')];
    const others = named.filter((file) => /\.(ts|js|mjs|c|h)$/.test(file) && /[A-Z-]/.test(path.posix.basename(file)));
    expect(others).toEqual([]);
  });
});

describe('lines', () => {
  test('no line of src or kernel is longer than 120 columns', () => {
    const sources = [...filesUnder('src'), ...filesUnder('kernel')].filter((file) => /\.(ts|c|h)$/.test(file));
    expect(linesMatching(/^.{121}/, sources)).toEqual([]);
  });

  test('no program of bench or fuzz waits to be the main module: tools/run_built.js requires it', () => {
    const programs = tracked.filter((file) => /^(?:bench|fuzz)\/.*\.ts$/.test(file));
    expect(programs).toContain('bench/hostile_outside.ts');
    expect(linesMatching(/require\.main/, programs)).toEqual([]);
  });

  test('no comment begins with a free what or whoever: the subject comes first', () => {
    const files = tracked.filter((file) => /\.(ts|js|c|h)$/.test(file));
    expect(linesMatching(/^\s*(?:\/\*\*?|\*|\/\/) (?:What|Whoever) /, files)).toEqual([]);
  });
});

describe('paths and addresses', () => {
  test('no file names a path of one machine', () => {
    expect(linesMatching(/(^|[\s"'`(=:])\/(?:root|home|tmp|work)\//, files)).toEqual([]);
  });

  test('no file names a package registry', () => {
    expect(linesMatching(/registry\.(?:npmjs|yarnpkg)|npmmirror\.com|npm\.pkg\.github/, files)).toEqual([]);
    expect(linesMatching(/registry\s*=/, ['.npmrc'])).toEqual([]);
    expect(linesMatching(/"resolved":/, ['package-lock.json'])).toEqual([]);
  });
});

describe('documents', () => {
  const withoutCode = (file: string) => textOf(file).replace(/^(```|~~~).*?^\1/gms, '');

  test('each has one title', () => {
    const titles = (file: string) => withoutCode(file).match(/^# .+$/gm) ?? [];
    expect(documents.filter((file) => titles(file).length !== 1)).toEqual([]);
  });

  test('relative links lead somewhere', () => {
    const broken = documents.flatMap((file) =>
      [...withoutCode(file).matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, link]) => link.split('#')[0])
        .filter((link) => link !== '' && !/^[a-z]+:/.test(link))
        .filter((link) => !existsSync(path.resolve(root, path.dirname(file), link)))
        .map((link) => `${file}: ${link}`),
    );
    expect(broken).toEqual([]);
  });

  test('no line is longer than 120 columns, but in code', () => {
    const long = documents.flatMap((file) =>
      withoutCode(file)
        .split('\n')
        .filter((line) => [...line].length > COLUMNS_MAX)
        .map((line) => `${file}: ${line}`),
    );
    expect(long).toEqual([]);
  });

  test('docs/README.md has a sentence on each page', () => {
    const index = textOf('docs/README.md');
    const pages = documents.filter((file) =>
      /^docs\/(?!README|reference\/(?:systems|commands)\/(?!README))/.test(file),
    );
    expect(pages.filter((file) => !index.includes(`](${file.slice('docs/'.length)}): `))).toEqual([]);
  });

  test('the architecture has each part', () => {
    const page = textOf('docs/explanation/architecture.md');
    const parts = readdirSync(path.join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(parts.map(({ name }) => name).filter((part) => !page.includes(`- **\`${part}/\`**: `))).toEqual([]);
  });

  test('files of the tree that a page names exist', () => {
    const missing = documents.flatMap((file) =>
      [...textOf(file).matchAll(FILE_OF_THE_TREE)]
        .map(([, named]) => named)
        .filter((named) => !existsSync(path.join(root, named))),
    );
    expect([...new Set(missing)]).toEqual([]);
  });
});
