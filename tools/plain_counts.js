'use strict';
// plain_counts.js FILE: prints the counts of `jest --json --outputFile=FILE` as one plain line, `N passed, N failed`.

const fs = require('node:fs');

const counted = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
// A test file that cannot be loaded has no failed tests of its own, and must still count.
const failed = counted.numFailedTests + counted.numRuntimeErrorTestSuites;
const skipped = counted.numPendingTests + counted.numTodoTests;
const line = `${counted.numPassedTests} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`;
process.stdout.write(`${line}\n`);
