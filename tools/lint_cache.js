'use strict';
// eslint and prettier need not find again what they found in the same files: CI lints while it fetches kernels,
// and the test reads the result. Rules that know types look into other files, so eslint's results hold for one state of
// all of them.

const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { root } = require('./bootstrap.js');

const CODE = /\.([cm]?[tj]s|json)$/;

const DIST = 'dist';

/**
 * Arguments that make eslint and prettier remember their results. Results of other states of the files are removed.
 * @param {readonly string[]} tracked - all files of the project
 */
function lintCache(tracked) {
  const hash = crypto.createHash('sha256');
  for (const file of tracked.filter((name) => CODE.test(name)).sort())
    hash
      .update(file)
      .update('\0')
      .update(fs.readFileSync(path.join(root, file)))
      .update('\0');
  const eslint = `.eslint-${hash.digest('hex').slice(0, 16)}`;
  removeOthers(eslint);
  const at = (name) => ['--cache', '--cache-strategy', 'content', '--cache-location', `${DIST}/${name}`];
  return { eslint: at(eslint), prettier: at('.prettier-cache') };
}

function removeOthers(kept) {
  const dist = path.join(root, DIST);
  if (!fs.existsSync(dist)) return;
  for (const name of fs.readdirSync(dist))
    if (name.startsWith('.eslint-') && name !== kept) fs.rmSync(path.join(dist, name), { force: true });
}

module.exports = { lintCache };
