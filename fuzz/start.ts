import { main } from '../src/cli/main';
import { SCENARIOS } from '../src/generate/scenarios/registry';
import { EXIT_INTERRUPTED } from '../src/cli/support/exit';

const CORE_TIME = '40s';
const OTHER_TIME = '1500ms';

/**
 * `npm start`: the main job, about a minute: the core on the model and on every Linux target that is set up, then every
 * other scenario on the model. `npm run fuzz` searches them all on all targets.
 */
async function start(): Promise<number> {
  let worst = await main(['fuzz', 'core', '--time', CORE_TIME, '--all-targets']);
  for (const { name } of SCENARIOS) {
    if (worst === EXIT_INTERRUPTED) break;
    if (name !== 'core') worst = Math.max(worst, await main(['fuzz', name, '--time', OTHER_TIME]));
  }
  return worst;
}

void start().then((code) => (process.exitCode = code));
