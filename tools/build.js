'use strict';
// `npm run build`: dist/ from the sources.

const { bootstrap, guarded } = require('./bootstrap.js');

guarded(() => bootstrap()).then((code) => (process.exitCode = code));
