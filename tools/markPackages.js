'use strict';
// npm's `prepare` step, after `npm install` or `npm ci` by hand: the packages are what the lock file names.
// npx may run it for a link to this checkout, without having installed anything here: then there is nothing to mark.

const fs = require('node:fs');
const path = require('node:path');
const { markPackages, root } = require('./bootstrap.js');

if (fs.existsSync(path.join(root, 'node_modules', '.package-lock.json'))) markPackages();
