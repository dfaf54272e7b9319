'use strict';
// `npm test`: installs missing packages, builds, checks all types, then runs jest with the given arguments.

const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { bootstrap, compile, guarded, root } = require('./bootstrap.js');

guarded(() => {
  bootstrap();
  compile('tsconfig.json');
  const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  return spawnSync(process.execPath, [jest, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' }).status ?? 130;
}).then((code) => (process.exitCode = code));
