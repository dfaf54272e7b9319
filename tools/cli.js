'use strict';
// Runs the built command line with the given arguments; shared by bin/skbcheck.js and tools/start.js.

const path = require('node:path');
const { SetupError, bootstrap, guarded, root } = require('./bootstrap.js');

/** Exit codes from here on: a signal ended the command. */
const EXIT_INTERRUPTED = 130;

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
  const code = await guarded(async () => {
    await bootstrap();
    return loadMain()(args);
  });
  // After a signal nothing that still waits may hold the process.
  if (code >= EXIT_INTERRUPTED) process.exit(code);
  process.exitCode = code;
}

module.exports = { runCli };
