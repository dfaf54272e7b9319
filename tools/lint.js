'use strict';
// `npm run lint`: eslint and prettier over the files that git tracks; with --fix (`npm run format`) they also fix what
// they can. Arguments that are paths limit it to these files.

const path = require('node:path');
const { bootstrapPackages, guarded, root } = require('./bootstrap.js');
const { lintCache } = require('./lint_cache.js');
const { runChild } = require('./run_child.js');
const { trackedFiles } = require('./tracked_files.js');

const words = process.argv.slice(2);
const fix = words.includes('--fix');
const asked = words.filter((word) => !word.startsWith('--'));

async function runTool(script, args) {
  const file = path.join(root, 'node_modules', ...script.split('/'));
  return (await runChild(process.execPath, [file, ...args], { cwd: root, stdio: 'inherit' })).code;
}

guarded(async () => {
  await bootstrapPackages();
  const tracked = trackedFiles();
  const files = asked.length > 0 ? asked : tracked;
  // Paths may lie elsewhere, and --fix changes the files that a result is about.
  const cache = fix || asked.length > 0 ? { eslint: [], prettier: [] } : lintCache(tracked);
  const code = files.filter((file) => /\.(ts|js|mjs)$/.test(file));
  const fixes = fix ? ['--fix'] : [];
  const eslint = await runTool('eslint/bin/eslint.js', [...fixes, ...cache.eslint, '--no-warn-ignored', ...code]);
  const how = [...cache.prettier, '--log-level', 'warn', '--ignore-unknown', fix ? '--write' : '--check'];
  const prettier = await runTool('prettier/bin/prettier.cjs', [...how, ...files]);
  return eslint || prettier;
}).then((code) => (process.exitCode = code));
