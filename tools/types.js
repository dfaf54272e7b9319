'use strict';
// Installs missing packages, builds, and checks all types: the part of `npm test` that comes before the tests. A
// second check is short, because the first leaves its results in dist/.

const { bootstrap, compile, guarded } = require('./bootstrap.js');

guarded(async () => {
  await bootstrap();
  await compile('tsconfig.json');
}).then((code) => (process.exitCode = code));
