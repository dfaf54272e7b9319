'use strict';
// The order of jest's files. On a fresh clone jest knows no times and begins with the largest files: the small ones that
// search for minutes would come last, and one core would wait for the other.

const path = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');
const slow = require('./slow_tests.json');

const SLOW = new Set(Object.values(slow).flat());

class SlowFilesFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const isSlow = (test) => SLOW.has(path.basename(test.path, '.test.ts'));
    return [...sorted.filter(isSlow), ...sorted.filter((test) => !isSlow(test))];
  }
}

module.exports = SlowFilesFirst;
