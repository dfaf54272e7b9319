'use strict';
// npm's `prepare` step, after `npm install` or `npm ci` by hand: records that the packages are those of the lock file.
// npx may run it for a link to this checkout without having installed anything here: then there is nothing to record.

const fs = require('node:fs');
const path = require('node:path');
const { markPackages, root } = require('./bootstrap.js');

if (fs.existsSync(path.join(root, 'node_modules', '.package-lock.json'))) markPackages();
