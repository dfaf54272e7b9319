'use strict';
// `npm run lint`: eslint and prettier over the whole tree; with --fix (`npm run format`) they also fix what they can.

const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { bootstrapPackages, guarded, root } = require('./bootstrap.js');

const fix = process.argv.includes('--fix');

function runTool(script, args) {
  const file = path.join(root, 'node_modules', ...script.split('/'));
  return spawnSync(process.execPath, [file, ...args], { cwd: root, stdio: 'inherit' }).status ?? 130;
}

guarded(() => {
  bootstrapPackages();
  const eslint = runTool('eslint/bin/eslint.js', fix ? ['--fix', '.'] : ['.']);
  const prettier = runTool('prettier/bin/prettier.cjs', ['--log-level', 'warn', fix ? '--write' : '--check', '.']);
  return eslint || prettier;
}).then((code) => (process.exitCode = code));
