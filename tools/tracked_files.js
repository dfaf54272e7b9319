'use strict';
// The files of this project in its checkout. What people make there beside them (pages, campaigns, kernels) is theirs.

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { root } = require('./bootstrap.js');

/** Where there is no git: folders of an unpacked archive that are not the project's. */
const MADE_FOLDERS = ['node_modules', 'dist', 'coverage', 'findings', 'campaign', 'nightly', 'corpus', '.git'];

/** Paths from the root, of the files that git tracks and that are there. */
function trackedFiles() {
  const { status, stdout } = spawnSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 });
  const names = status === 0 && stdout !== '' ? stdout.split('\0').filter(Boolean) : filesUnder('');
  return names.filter((name) => fs.existsSync(path.join(root, name)));
}

function filesUnder(folder) {
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) return folder === '' && MADE_FOLDERS.includes(entry.name) ? [] : filesUnder(name);
    return entry.isFile() ? [name] : [];
  });
}

module.exports = { trackedFiles };
