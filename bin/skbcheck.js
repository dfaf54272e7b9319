#!/usr/bin/env node
'use strict';

require('../tools/cli.js').runCli(process.argv.slice(2));
