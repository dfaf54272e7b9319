'use strict';
// npm's `dependencies` step, after `npm install` or `npm ci` by hand: records that the packages are those of the lock
// file. npm runs it in a checkout only, never where the package is installed.

const fs = require('node:fs');
const path = require('node:path');
const { markPackages, root } = require('./bootstrap.js');

if (fs.existsSync(path.join(root, 'node_modules', '.package-lock.json'))) markPackages();
