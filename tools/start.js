'use strict';
// `npm start`: the main job, about a minute over the model and over each Linux target that is set up.

require('./cli.js').runCli(['fuzz', 'core', '--time', '60s', '--all-targets', ...process.argv.slice(2)]);
