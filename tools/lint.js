'use strict';
// `npm run lint`: eslint and prettier over the files that git tracks; with --fix (`npm run format`) they also fix what
// they can. Arguments that are paths limit it to these files.

const path = require('node:path');
const { bootstrapPackages, guarded, root } = require('./bootstrap.js');
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
  const files = asked.length > 0 ? asked : trackedFiles();
  const code = files.filter((file) => /\.(ts|js|mjs)$/.test(file));
  const eslint = await runTool('eslint/bin/eslint.js', [...(fix ? ['--fix'] : []), '--no-warn-ignored', ...code]);
  const how = ['--log-level', 'warn', '--ignore-unknown', fix ? '--write' : '--check'];
  const prettier = await runTool('prettier/bin/prettier.cjs', [...how, ...files]);
  return eslint || prettier;
}).then((code) => (process.exitCode = code));
