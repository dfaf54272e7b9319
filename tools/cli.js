'use strict';
// Runs the built command line with the given arguments; shared by bin/skbcheck.js and tools/start.js.

const path = require('node:path');
const { bootstrap, guarded, root } = require('./bootstrap.js');

async function runCli(args) {
  // The reader of the output has ended (`| head`).
  process.stdout.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  process.exitCode = await guarded(async () => {
    bootstrap();
    const { main } = require(path.join(root, 'dist', 'src', 'cli', 'main.js'));
    return main(args);
  });
}

module.exports = { runCli };
