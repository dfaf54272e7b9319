'use strict';
// `npm test`: installs missing packages, builds, checks all types, then runs jest with the given arguments.

const path = require('node:path');
const { bootstrap, compile, guarded, root } = require('./bootstrap.js');
const { runChild } = require('./run_child.js');

guarded(async () => {
  await bootstrap();
  await compile('tsconfig.json');
  const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  return (await runChild(process.execPath, [jest, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' })).code;
}).then((code) => (process.exitCode = code));
