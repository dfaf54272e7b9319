#!/usr/bin/env node
'use strict';

var why = require('../tools/node_version.js').whyTooOld(process.versions.node);
if (why === null) require('../tools/cli.js').runCli(process.argv.slice(2));
else {
  process.stderr.write('skbcheck: error: ' + why + '\n');
  process.exitCode = 3;
}
