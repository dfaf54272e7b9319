'use strict';
// Installs missing packages, builds, and checks all types: the part of `npm test` that comes before the tests. What it
// leaves in dist/ makes a second check short.

const { bootstrap, compile, guarded } = require('./bootstrap.js');

guarded(async () => {
  await bootstrap();
  await compile('tsconfig.json');
}).then((code) => (process.exitCode = code));
