// The file that makes the command line start faster changes nothing else: it is for one build, and for any Node.

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { folderForTests, ROOT } from './support/cli';

const folder = folderForTests('code-cache');
const at = (...names: string[]): string => path.join(folder, ...names);
const KEPT = at('dist', 'code_cache');
const HOOK = at('tools', 'code_cache.js');
const BUILD = at('dist', 'build.tsbuildinfo');
const MODEL = at('dist', 'src', 'model', 'index.js');

function node(args: readonly string[], env: NodeJS.ProcessEnv = {}): string {
  const { stdout, stderr } = spawnSync(process.execPath, args, { env: { ...process.env, ...env }, encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout;
}

/** The text that the main module makes of its others, in a process with these options. */
const said = (options: readonly string[] = [], env: NodeJS.ProcessEnv = {}): string =>
  node([...options, '-r', HOOK, '-p', `require(${JSON.stringify(at('dist/src/cli/main.js'))}).main()`], env).trim();

/** Made of a model that says `one`; the file of the model then says `two`. */
beforeEach(() => {
  for (const part of ['tools', 'dist/src/cli', 'dist/src/model']) mkdirSync(at(part), { recursive: true });
  copyFileSync(path.join(ROOT, 'tools', 'code_cache.js'), HOOK);
  // The command line loads its modules when it is loaded.
  const imports = "const text = require('./text');\nconst model = require('../model');\n";
  writeFileSync(at('dist/src/cli/main.js'), `${imports}exports.main = () => text.text(model.word);\n`);
  writeFileSync(at('dist/src/cli/text.js'), 'require("./lazy");\nexports.text = (word) => `it says ${word}`;\n');
  writeFileSync(at('dist/src/cli/lazy.js'), "exports.later = () => import('./text.js');\n");
  writeFileSync(MODEL, "exports.word = 'one';\n");
  writeFileSync(BUILD, '{}');
  node([HOOK]);
  writeFileSync(MODEL, "exports.word = 'two';\n");
});

test('modules come from it, with other options of V8 too', () => {
  expect(said()).toBe('it says one');
  expect(said(['--max-old-space-size=300'])).toBe('it says one');
});

test('processes that are forked use it', () => {
  writeFileSync(at('child.js'), `console.log(require('./dist/src/cli/main.js').main());\n`);
  const [hook, child] = [HOOK, at('child.js')].map((file) => JSON.stringify(file));
  const fork = `require(${hook}); require("node:child_process").fork(${child})`;
  expect(node(['-e', fork])).toBe('it says one\n');
});

test.each<[string, () => NodeJS.ProcessEnv | void]>([
  ['after another build', () => utimesSync(BUILD, 1, 1)],
  ['where it is not whole', () => truncateSync(KEPT, readFileSync(KEPT).length - 1)],
  ['where it is something else', () => writeFileSync(KEPT, 'x')],
  ['where branches are counted', () => ({ SKBCHECK_COVERAGE: '1' })],
])('each module is loaded from its own file: %s', (_when, happens) => {
  expect(said([], happens() ?? {})).toBe('it says two');
});
