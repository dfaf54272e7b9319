'use strict';
// `npm start`: the main job, about a minute over the model and over each Linux target that is set up. Arguments go to
// the core's search.

const args = process.argv.slice(2);
if (args.length > 0) require('./cli.js').runCli(['fuzz', 'core', '--time', '60s', '--all-targets', ...args]);
else void require('./run_built.js').runBuilt('fuzz/start.js', []);
