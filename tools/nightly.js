'use strict';
// `npm run nightly`: a campaign over every scenario, profile and target that is set up, on every core. Arguments go to
// the campaign.

const args = process.argv.slice(2);
const hasEnd = args.some((word) => /^--(time|commands)(=|$)/.test(word));
require('./cli.js').runCli(['campaign', ...(hasEnd ? [] : ['--time', '8h']), ...args]);
