import { spawnSync } from 'node:child_process';
import { ROOT } from './cli';

/** The files that `npm run lint` looks at, by their paths from the root. */
export function trackedFiles(): string[] {
  const print = "console.log(JSON.stringify(require('./tools/tracked_files.js').trackedFiles()))";
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', print], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as string[];
}
