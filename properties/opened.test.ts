// A test that fails leaves nothing open: jest ends, and so does the target.

import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { buildOnce, folderForTests, ROOT, wrapperOf } from './support/cli';
import { linuxTargets } from './support/linux';

const JEST = path.join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
/** Ends a test that hangs: a busy machine needs minutes to start jest. */
const ENDS_WITHIN_MS = 300_000;
const KERNEL = 'linux-6.12';
const folder = folderForTests('opened');
const peer = wrapperOf(folder, 'peer', 'serve');

beforeAll(buildOnce);

const withKernel = linuxTargets([KERNEL]).length > 0 ? test : test.skip;

test('a program', () => expectToEnd(peer));
withKernel(KERNEL, () => expectToEnd(KERNEL));

/** Runs support/fails_with_open_target.ts to its end: a target that is still open keeps jest from ending. */
function expectToEnd(target: string): void {
  const done = spawnSync(process.execPath, [JEST, '--testMatch', '**/support/fails_with_open_target.ts'], {
    cwd: ROOT,
    env: { ...process.env, SKBCHECK_OPEN_TARGET: target },
    encoding: 'utf8',
    timeout: ENDS_WITHIN_MS,
  });
  expect(done.stderr).toContain('Expected: "no profile"');
  expect(done.stderr).not.toContain('did not exit');
  expect({ status: done.status, signal: done.signal }).toEqual({ status: 1, signal: null });
}
