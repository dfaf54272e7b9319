'use strict';
// Runs the built command line with the given arguments; shared by bin/skbcheck.js and tools/start.js.

const path = require('node:path');
const { SetupError, bootstrap, guarded, root } = require('./bootstrap.js');

/** A table of the sources that lacks something says so in an error of its own when it is loaded: that is one line. */
function loadMain() {
  try {
    return require(path.join(root, 'dist', 'src', 'cli', 'main.js')).main;
  } catch (error) {
    if (error.constructor !== Error || error.code !== undefined) throw error;
    throw new SetupError(error.message);
  }
}

async function runCli(args) {
  // The reader of the output has ended (`| head`).
  process.stdout.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  process.exitCode = await guarded(async () => {
    bootstrap();
    return loadMain()(args);
  });
}

module.exports = { runCli };
