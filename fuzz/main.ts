import { main } from '../src/cli/main';
import { EXIT_CLEAN, EXIT_TOO_LITTLE, EXIT_USAGE, worseOf } from '../src/cli/support/exit';
import { isInterrupted } from '../src/cli/support/interrupt';
import { parseDuration } from '../src/cli/support/options';
import { note } from '../src/cli/support/output';
import { reportError } from '../src/cli/support/report_error';
import { SCENARIOS } from '../src/generate/scenarios/registry';

const EACH_DEFAULT_MS = 60_000;

/** The arguments without `--time`, and the time that all scenarios share; null: `--commands` limits each. */
function withoutTime(args: readonly string[]): { readonly rest: readonly string[]; readonly time_ms: number | null } {
  const rest: string[] = [];
  let text: string | undefined;
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--time') text = args[++i] ?? '';
    else if (args[i].startsWith('--time=')) text = args[i].slice('--time='.length);
    else rest.push(args[i]);
  }
  if (text !== undefined) return { rest, time_ms: parseDuration('--time', text) };
  const isLimited = args.some((word) => /^--commands(=|$)/.test(word));
  return { rest, time_ms: isLimited ? null : SCENARIOS.length * EACH_DEFAULT_MS };
}

/**
 * `npm run fuzz`: searches every scenario, on every profile and every Linux target that is set up. The scenarios share
 * `--time`: `npm run fuzz -- --time 10m` takes ten minutes. Other arguments go to each search.
 */
async function fuzzAll(args: readonly string[]): Promise<number> {
  const { rest, time_ms } = withoutTime(args);
  const end_ms = time_ms === null ? Infinity : performance.now() + time_ms;
  let worst = EXIT_CLEAN;
  for (const [i, { name }] of SCENARIOS.entries()) {
    const left_ms = end_ms - performance.now();
    if (left_ms <= 0) {
      const unsearched = SCENARIOS.slice(i).map((scenario) => scenario.name);
      note(`skbcheck: the time is over; not searched: ${unsearched.join(', ')}`);
      return worseOf(worst, EXIT_TOO_LITTLE);
    }
    const share = time_ms === null ? [] : ['--time', `${Math.ceil(left_ms / (SCENARIOS.length - i))}ms`];
    const code = await main(['fuzz', name, '--all-targets', ...share, ...rest]);
    worst = worseOf(worst, code);
    if (isInterrupted(code) || code === EXIT_USAGE || rest.includes('--help')) break;
  }
  return worst;
}

void fuzzAll(process.argv.slice(2))
  .catch((error: unknown) => reportError(error, process.argv.slice(2)))
  .then((code) => process.exit(code));
