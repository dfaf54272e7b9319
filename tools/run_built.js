'use strict';
// `npm run fuzz`, `npm run bench`: builds, then runs one built program: run_built.js PROGRAM [ARGUMENT...]. The program
// runs in this process, so that every signal reaches it.

const path = require('node:path');
const { bootstrap, guarded, root } = require('./bootstrap.js');

/** The program sets the exit code itself. */
async function runBuilt(program, args) {
  const failed = await guarded(bootstrap);
  if (failed !== undefined) {
    process.exitCode = failed;
    return;
  }
  const file = path.join(root, 'dist', program);
  process.argv = [process.execPath, file, ...args];
  require(file);
}

if (require.main === module) void runBuilt(process.argv[2], process.argv.slice(3));

module.exports = { runBuilt };
