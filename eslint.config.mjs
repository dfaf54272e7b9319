import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const PLAIN = ['rules', 'model', 'commands', 'program'];
const BELOW_TARGETS = [...PLAIN, 'invariants', 'reduce', 'generate'];

/**
 * The parts of src/ and what each may import: imports go one way, from cli down to rules.
 * `types`: parts of which only types may be imported. `packages`: which packages may be imported, default all.
 */
const PARTS = {
  rules: { imports: [], packages: [] },
  model: { imports: ['rules'], packages: [] },
  commands: { imports: ['model', 'rules'], packages: [] },
  invariants: { imports: ['model', 'rules'], packages: [] },
  program: { imports: ['commands', 'model', 'rules'], packages: ['fastest-levenshtein'] },
  reduce: { imports: PLAIN, packages: [] },
  generate: { imports: [...PLAIN, 'reduce'], packages: ['fast-check', '@faker-js/faker'] },
  targets: { imports: BELOW_TARGETS },
  campaign: { imports: [...BELOW_TARGETS, 'targets'] },
  queue: { imports: [...BELOW_TARGETS, 'targets', 'campaign'] },
  costs: { imports: [...BELOW_TARGETS, 'targets'] },
  benchmark: { imports: [...BELOW_TARGETS, 'targets', 'campaign'] },
  report: {
    imports: [...PLAIN, 'invariants'],
    types: ['reduce', 'generate', 'targets', 'campaign', 'costs', 'benchmark'],
  },
  cli: { imports: [...BELOW_TARGETS, 'targets', 'campaign', 'queue', 'costs', 'benchmark', 'report'] },
};

/** Parts whose results must follow from their arguments alone: no randomness, no clock, no order of object keys. */
const DETERMINISTIC = ['rules', 'model', 'commands', 'invariants', 'program', 'generate', 'reduce'];

/** A relative import of one of the parts; `../` may repeat, because parts may have folders. */
const importOf = (parts) => `^(\\.\\./)+(src/)?(${parts.join('|')})(/|$)`;

function importPatterns(part, { imports, types = [], packages }) {
  const banned = Object.keys(PARTS).filter((other) => ![part, ...imports, ...types].includes(other));
  const patterns = [];
  if (banned.length > 0) {
    patterns.push({
      regex: importOf(banned),
      message: `src/${part} may import only: ${[...imports, ...types].join(', ') || 'nothing'}.`,
    });
  }
  if (types.length > 0) {
    patterns.push({
      regex: importOf(types),
      allowTypeImports: true,
      message: `src/${part} may import only their types.`,
    });
  }
  if (packages) {
    const allowed = packages.map((name) => `(?!${name}(/|$))`).join('');
    patterns.push({
      regex: `^${allowed}[^.]`,
      message: `src/${part} may import no package and no node module${packages.length ? ` but ${packages.join(', ')}` : ''}.`,
    });
  }
  patterns.push({
    regex: '^(\\.\\./)+(properties|fuzz|bench|tools|regressions|dist)/',
    message: 'src/ stands on its own.',
  });
  return patterns;
}

const directionOfImports = Object.entries(PARTS).map(([part, limits]) => ({
  files: [`src/${part}/**/*.ts`],
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: importPatterns(part, limits) }] },
}));

const why = 'a program must mean the same in every process: draw from the seed, take times as arguments';

const determinism = {
  files: DETERMINISTIC.map((part) => `src/${part}/**/*.ts`),
  rules: {
    'no-restricted-globals': [
      'error',
      ...[
        ...['Date', 'performance', 'crypto', 'process', 'globalThis', 'global', 'require', 'queueMicrotask'],
        ...['setTimeout', 'setInterval', 'setImmediate'],
      ].map((name) => ({ name, message: why })),
    ],
    'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: why }],
    'no-restricted-syntax': [
      'error',
      { selector: 'ForInStatement', message: 'use for..of over Object.keys, or a Map' },
      { selector: 'ImportExpression', message: 'import statically, so that the direction of imports can be checked' },
      { selector: 'VariableDeclarator[id.type="ObjectPattern"][init.name="Math"]', message: 'write Math.name' },
    ],
  },
};

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/', 'findings/', 'corpus/', 'kernel/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    rules: { 'max-lines': ['error', { max: 400 }] },
  },
  {
    files: ['src/**/*.ts'],
    rules: { 'max-lines-per-function': ['error', { max: 70, skipComments: true, skipBlankLines: true }] },
  },
  ...directionOfImports,
  determinism,
  {
    files: ['src/**/*.ts'],
    ignores: ['src/cli/**'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['**/*.js'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { __dirname: 'readonly', process: 'readonly' },
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { process: 'readonly' } },
  },
);
