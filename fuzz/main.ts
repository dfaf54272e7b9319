import { main } from '../src/cli/main';
import { SCENARIOS } from '../src/generate/scenarios/registry';

/**
 * `npm run fuzz`: searches every scenario, on every profile and every Linux target that is set up. Arguments go to each
 * search: `npm run fuzz -- --time 10m`.
 */
async function fuzzAll(args: readonly string[]): Promise<number> {
  let worst = 0;
  for (const { name } of SCENARIOS) worst = Math.max(worst, await main(['fuzz', name, '--all-targets', ...args]));
  return worst;
}

void fuzzAll(process.argv.slice(2)).then((code) => (process.exitCode = code));
