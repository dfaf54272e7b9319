import { spawnSync } from 'node:child_process';
import { ROOT } from './cli';

/** The files that `npm run lint` looks at, by their paths from the root. */
export function trackedFiles(): string[] {
  return printedBy("require('./tools/tracked_files.js').trackedFiles()") as string[];
}

/** Arguments by which eslint and prettier find the results of a `npm run lint` of the same files. */
export function lintCache(): { readonly eslint: string[]; readonly prettier: string[] } {
  const files = "require('./tools/tracked_files.js').trackedFiles()";
  return printedBy(`require('./tools/lint_cache.js').lintCache(${files})`) as ReturnType<typeof lintCache>;
}

/** The value of an expression of the tools, which are no TypeScript. */
function printedBy(expression: string): unknown {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', `console.log(JSON.stringify(${expression}))`], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
