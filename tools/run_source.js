'use strict';
// `npm run edits`, `npm run kills`: runs one program of properties/ from its source: run_source.js PROGRAM [ARGUMENT...].

const { bootstrapPackages, guarded, root } = require('./bootstrap.js');
const { runChild } = require('./run_child.js');

const ON_SOURCES = ['-r', 'ts-node/register/transpile-only'];

guarded(async () => {
  await bootstrapPackages();
  const args = [...ON_SOURCES, ...process.argv.slice(2)];
  return (await runChild(process.execPath, args, { cwd: root, stdio: 'inherit' })).code;
}).then((code) => (process.exitCode = code));
