// Ctrl-C ends a search with what it has found, as text or as one JSON document, and leaves no target behind.

import {
  ANNOUNCED,
  BIN,
  buildOnce,
  executableOf,
  folderForTests,
  interruptSkbcheck,
  running,
  type Ended,
} from './support/cli';

const INTERRUPTED = 130;
const folder = folderForTests('cli-interrupt');
beforeAll(buildOnce);

describe('Ctrl-C', () => {
  const interrupted = (args: readonly string[], when?: () => boolean): Promise<Ended> =>
    interruptSkbcheck(args, { cwd: folder }, when);

  test('ends a search with a summary and exit code 130', async () => {
    const { code, stdout, stderr } = await interrupted(['fuzz', 'core', '--time', '60s']);
    expect({ code, stderr: stderr.replace(ANNOUNCED, '') }).toEqual({ code: INTERRUPTED, stderr: '' });
    expect(stdout).toMatch(/commands in .*nothing found/);
  });

  test('still makes one JSON document', async () => {
    const { code, stdout } = await interrupted(['fuzz', 'core', '--time', '60s', '--json']);
    expect(code).toBe(INTERRUPTED);
    expect(JSON.parse(stdout)).toMatchObject({ findings: [] });
  });

  test('does not count as the death of a target, and leaves none running', async () => {
    const peer = executableOf(folder, 'peer', `process.argv.push('serve'); require(${JSON.stringify(BIN)});`);
    const peerRuns = (): boolean => running(`${peer}.js`) === 1;
    const { code, stdout } = await interrupted(['fuzz', 'core', '--time', '60s', '--target', peer], peerRuns);
    expect(stdout).toContain('nothing found');
    expect(code).toBe(INTERRUPTED);
    expect(running(`${peer}.js`)).toBe(0);
  });
});
