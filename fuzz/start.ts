import { main } from '../src/cli/main';
import { SCENARIOS } from '../src/generate/scenarios/registry';
import { worseOf } from '../src/cli/support/exit';
import { isInterrupted } from '../src/cli/support/interrupt';

const CORE_TIME = '40s';
const OTHER_TIME = '1500ms';

/**
 * `npm start`: the main job, about a minute: the core on the model and on every Linux target that is set up, then every
 * other scenario on the model. `npm run fuzz` searches them all on all targets.
 */
async function start(): Promise<number> {
  let worst = await main(['fuzz', 'core', '--time', CORE_TIME, '--all-targets']);
  for (const { name } of SCENARIOS) {
    if (isInterrupted(worst)) break;
    if (name !== 'core') worst = worseOf(worst, await main(['fuzz', name, '--time', OTHER_TIME]));
  }
  return worst;
}

void start().then((code) => process.exit(code));
