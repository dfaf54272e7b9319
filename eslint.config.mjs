import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const PLAIN = ['rules', 'model', 'commands', 'program'];
const BELOW_SESSION = [...PLAIN, 'invariants', 'reduce', 'generate'];
const BELOW_SEARCH = [...BELOW_SESSION, 'protocol', 'session', 'lockstep', 'targets', 'outside'];

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
  protocol: { imports: PLAIN, packages: [] },
  reduce: { imports: PLAIN, packages: [] },
  generate: { imports: [...PLAIN, 'reduce'], packages: ['fast-check'] },
  session: { imports: BELOW_SESSION, packages: [] },
  why: { imports: [...BELOW_SESSION, 'session'], packages: [] },
  lockstep: { imports: [...BELOW_SESSION, 'protocol', 'session'] },
  targets: { imports: [...BELOW_SESSION, 'protocol', 'session', 'lockstep'] },
  outside: { imports: [...BELOW_SESSION, 'protocol', 'session', 'lockstep', 'targets'] },
  search: { imports: BELOW_SEARCH },
  compare: { imports: [...BELOW_SEARCH, 'search'] },
  corpus: { imports: [...BELOW_SEARCH, 'search'] },
  explore: { imports: [...BELOW_SEARCH, 'search'] },
  campaign: { imports: [...BELOW_SEARCH, 'search', 'corpus'] },
  queue: { imports: [...BELOW_SEARCH, 'search', 'corpus', 'campaign'] },
  costs: { imports: BELOW_SEARCH },
  reach: { imports: BELOW_SEARCH },
  benchmark: { imports: [...BELOW_SEARCH, 'search', 'corpus', 'explore', 'campaign'] },
  export: { imports: BELOW_SEARCH },
  report: {
    imports: [...PLAIN, 'invariants'],
    types: [
      ...[
        'reduce',
        'generate',
        'session',
        'why',
        'lockstep',
        'targets',
        'outside',
        'search',
        'corpus',
        'explore',
        'campaign',
      ],
      ...['compare', 'costs', 'benchmark', 'reach'],
    ],
  },
  library: { imports: [...BELOW_SEARCH, 'why', 'report'] },
  cli: {
    imports: [
      ...[...BELOW_SEARCH, 'why', 'search', 'compare', 'corpus', 'explore', 'campaign', 'queue', 'costs'],
      ...['benchmark', 'reach', 'export', 'report', 'library'],
    ],
  },
};

/**
 * The floors inside src/model: data at the bottom, then the world that holds it, then the kernel's functions by its own folders.
 * Among the kernel's folders imports go where the kernel's calls go.
 */
const KERNEL_FOLDERS = ['mm', 'kernel', 'net', 'fs', 'drivers'];
const MODEL_FLOORS = {
  lib: ['structs', 'world', ...KERNEL_FOLDERS],
  structs: ['world', ...KERNEL_FOLDERS],
  world: KERNEL_FOLDERS,
  mm: ['net', 'fs', 'drivers'],
  'kernel/dma': ['net', 'fs', 'drivers'],
};

/** Parts whose results must follow from their arguments alone: no randomness, no clock, no order of object keys. */
const DETERMINISTIC = [
  ...['rules', 'model', 'commands', 'invariants', 'program', 'protocol', 'generate', 'reduce', 'session', 'explore'],
  'why',
];

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
  files: [`src/${part}/**/*.ts`, `src/${part}/**/*.mts`],
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: importPatterns(part, limits) }] },
}));

/** One rule cannot be configured twice for a file, so a floor of the model repeats the limits of the part. */
const floorsOfModel = Object.entries(MODEL_FLOORS).map(([floor, above]) => ({
  files: [`src/model/${floor}/**/*.ts`],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          ...importPatterns('model', PARTS.model),
          { regex: importOf(above), message: `src/model/${floor} stands below ${above.join(', ')}.` },
        ],
      },
    ],
  },
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
  },
};

const UNSTEADY = [
  { selector: 'ForInStatement', message: 'use for..of over Object.keys, or a Map' },
  { selector: 'ImportExpression', message: 'import statically, so that the direction of imports can be checked' },
  { selector: 'VariableDeclarator[id.type="ObjectPattern"][init.name="Math"]', message: 'write Math.name' },
];

const perCall = 'a call of the second CPU runs inside another: hand the value on by noteBefore, see Command';
const TOP_LEVEL = ':matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration';
const STATE_OF_MODULE = [
  { selector: `${TOP_LEVEL}[kind!="const"]`, message: perCall },
  { selector: `${TOP_LEVEL} > VariableDeclarator > ArrayExpression[elements.length=0]`, message: perCall },
];

const NUMBERED = '[computed=true][property.raw=/^[0-9]/]';
const POSITIONS = [
  {
    selector: `MemberExpression${NUMBERED}:matches([object.name="args"], [object.property.name="args"])`,
    message: 'read an argument by its name, or by a position of Command.handles or Command.numbers',
  },
];

const OBJECT = 'MemberExpression[property.name="object"]';
const CASTS_OF_OBJECTS = [
  {
    selector: `TSAsExpression > :matches(${OBJECT}, ChainExpression:has(> ${OBJECT}))`,
    message: 'test handle.kind, or use liveObject(world, id, kind): the type follows from the kind',
  },
];

const UNTYPED_TABLES = [
  {
    selector: 'TSTypeReference[typeName.name="Record"] > TSTypeParameterInstantiation > TSStringKeyword:first-child',
    message: 'key a table of commands by CommandName (Follows, Weights, Points)',
  },
];

/** Which syntax is banned in which parts of src/. */
const BANNED_SYNTAX = [
  { parts: DETERMINISTIC, syntax: UNSTEADY },
  { parts: ['commands'], syntax: STATE_OF_MODULE },
  { parts: ['generate'], syntax: UNTYPED_TABLES },
  { parts: Object.keys(PARTS), syntax: POSITIONS },
  { parts: Object.keys(PARTS), syntax: CASTS_OF_OBJECTS },
];

const bannedIn = (part) => BANNED_SYNTAX.filter(({ parts }) => parts.includes(part)).flatMap(({ syntax }) => syntax);

/** ESLint does not merge the lists of two blocks that set one rule: each part gets one list. */
const restrictedSyntax = [
  ...Object.keys(PARTS).map((part) => ({
    files: [`src/${part}/**/*.ts`],
    rules: { 'no-restricted-syntax': ['error', ...bannedIn(part)] },
  })),
  {
    // Its table is keyed by systems.
    files: ['src/generate/shorter.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...bannedIn('generate').filter((syntax) => !UNTYPED_TABLES.includes(syntax))],
    },
  },
];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/', 'findings/', 'corpus/', 'kernel/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.mts'],
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
  ...floorsOfModel,
  determinism,
  ...restrictedSyntax,
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
