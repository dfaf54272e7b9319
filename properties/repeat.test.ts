// `run --repeat N` says in how many runs a program failed, and how.

import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildOnce, folderForTests, ROOT, skbcheck } from './support/cli';

const folder = folderForTests('repeat');
beforeAll(buildOnce);

const PROGRAM = 'profile linux-6.12\nskb1 = alloc_skb(size: 0)\nskb2 = skb_get(skb: skb1)\n';

/** A target that answers as the model does, but returns another number to the last call of every third request. */
function sometimesWrong(): string {
  const lib = (file: string): string => JSON.stringify(path.join(ROOT, 'dist', 'src', file));
  const file = path.join(folder, 'sometimes-wrong');
  writeFileSync(
    file,
    `#!${process.execPath}
const { ModelServer } = require(${lib('targets/serve.js')});
const { FrameReader, frame } = require(${lib('targets/linux/frames.js')});
const { findProfile } = require(${lib('rules/profiles.js')});
const server = new ModelServer(findProfile('linux-6.12'));
const reader = new FrameReader();
let requests = 0;
process.stdin.on('data', (chunk) => {
  for (const message of reader.push(chunk)) {
    const answer = server.answer(message);
    if (message.readUInt32LE(0) === 3 && ++requests % 3 === 0) answer[answer.length - 12] ^= 1;
    process.stdout.write(frame(answer));
  }
});
`,
  );
  chmodSync(file, 0o755);
  return file;
}

interface Document {
  readonly runs: number;
  readonly failed: number;
  readonly verdicts: readonly { readonly signature: string; readonly count: number }[];
  readonly verdict: { readonly kind: string };
}

test('a program that fails sometimes is counted by verdict, and one failure is enough for exit code 1', () => {
  writeFileSync(path.join(folder, 'x.skb'), PROGRAM);
  const { code, stdout } = skbcheck(['run', 'x.skb', '--target', sometimesWrong(), '--repeat', '12', '--json'], {
    cwd: folder,
  });
  const { runs, failed, verdicts, verdict } = JSON.parse(stdout) as Document;
  expect(code).toBe(1);
  expect(runs).toBe(12);
  expect(failed).toBeGreaterThan(0);
  expect(failed).toBeLessThan(12);
  expect(verdict.kind).toBe('divergence');
  expect(verdicts.reduce((sum, { count }) => sum + count, 0)).toBe(12);
  const clean = verdicts.find(({ signature }) => signature === 'clean');
  expect(clean?.count).toBe(12 - failed);
});

test('a program that never fails says so, with the number of runs', () => {
  writeFileSync(path.join(folder, 'x.skb'), PROGRAM);
  const { code, stdout } = skbcheck(['run', 'x.skb', '--repeat', '5'], { cwd: folder });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^x\.skb: failed in 0 of 5 runs\n +5 {2}clean\n/);
});

test.each(['0', '-1', 'many'])('--repeat %s is a mistake of the command line', (words) => {
  const { code, stderr } = skbcheck(['run', 'x.skb', `--repeat=${words}`], { cwd: folder });
  expect(stderr).toContain('--repeat takes a whole number from 1 to 100000');
  expect(code).toBe(2);
});
