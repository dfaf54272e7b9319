'use strict';
// A reporter of jest: after a run of many files it names those that took longest: a shorter run begins with them.

const path = require('node:path');

const NAMED = 12;
/** Of a few files jest tells the times itself. */
const FILES_MIN = 40;

class SlowestFiles {
  constructor({ rootDir }) {
    this.root = rootDir;
  }

  onRunComplete(_contexts, { testResults }) {
    if (testResults.length < FILES_MIN) return;
    process.stderr.write(`${slowestText(testResults, this.root)}\n`);
  }
}

/** The slowest files with their seconds, one a line, after the work of all. */
function slowestText(results, root) {
  const rows = results.map(({ testFilePath, perfStats }) => ({
    file: path.relative(root, testFilePath),
    s: Math.round((perfStats.end - perfStats.start) / 1000),
  }));
  const all = rows.reduce((sum, { s }) => sum + s, 0);
  const slowest = rows.sort((a, b) => b.s - a.s).slice(0, NAMED);
  const lines = slowest.map(({ file, s }) => `${String(s).padStart(6)} s  ${file}`);
  return [`\nThe slowest of ${rows.length} files, which took ${all} s together:`, ...lines].join('\n');
}

module.exports = SlowestFiles;
