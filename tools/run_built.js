'use strict';
// `npm run fuzz`, `npm run bench`: builds, then runs one built program: run_built.js PROGRAM [ARGUMENT...].

const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { bootstrap, guarded, root } = require('./bootstrap.js');

const [program, ...args] = process.argv.slice(2);

guarded(() => {
  bootstrap();
  const file = path.join(root, 'dist', program);
  return spawnSync(process.execPath, [file, ...args], { stdio: 'inherit' }).status ?? 130;
}).then((code) => (process.exitCode = code));
