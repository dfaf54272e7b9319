'use strict';
// `npm test`: installs missing packages, builds, checks all types, then runs jest with the given arguments.
// `npm run test:quick` (--quick) leaves out the files of slow_tests.json, and says so first and last.

const path = require('node:path');
const { bootstrap, compile, guarded, root } = require('./bootstrap.js');
const { runChild } = require('./run_child.js');
const slow = require('./slow_tests.json');

const QUICK = '--quick';

/** One line that says what the quick subset leaves out, and why. */
function leftOut() {
  const counts = Object.entries(slow).map(([why, files]) => `${files.length} that ${why}`);
  const all = Object.values(slow).flat().length;
  return `the quick subset leaves out ${all} test files: ${counts.join(', ')}; npm test runs all`;
}

const say = (line) => process.stdout.write(`${line}\n`);

guarded(async () => {
  const given = process.argv.slice(2);
  const isQuick = given.includes(QUICK);
  const words = given.filter((word) => word !== QUICK);
  if (isQuick) say(leftOut());
  await bootstrap();
  await compile('tsconfig.json');
  const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const names = Object.values(slow).flat().join('|');
  const ignored = isQuick ? ['--testPathIgnorePatterns', `/(${names})\\.test\\.ts$`] : [];
  const { code } = await runChild(process.execPath, [jest, ...words, ...ignored], { cwd: root, stdio: 'inherit' });
  if (isQuick) say(leftOut());
  return code;
}).then((code) => (process.exitCode = code));
