'use strict';
// Says which Node this program needs. No syntax and no builtin here is newer than Node 0.12, so that an old one can say
// so, instead of a SyntaxError.

var engines = require('../package.json').engines;

/** The oldest major version, of `>=20`. */
var OLDEST = Number(/\d+/.exec(engines.node)[0]);

/**
 * Why a Node is too old, and how to get another; null: it is not.
 *
 * @param version - as process.versions.node has it: 18.20.4
 */
function whyTooOld(version) {
  if (Number(version.split('.')[0]) >= OLDEST) return null;
  return (
    'Node ' +
    version +
    ' is too old, Node ' +
    OLDEST +
    ' or newer is needed. Debian 13 has it: apt-get install nodejs ' +
    'npm. On Debian 12, as root and after the same: npm install --global node@22'
  );
}

module.exports = { whyTooOld: whyTooOld };
