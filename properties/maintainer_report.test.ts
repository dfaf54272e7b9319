// `skbcheck report FILE --for maintainer` prints a mail: plain ASCII, narrow, and complete.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { maintainerText, type MaintainerReport } from '../src/report/maintainer_report';
import { PROFILES } from '../src/rules/profiles';
import { buildOnce, folderForTests, ROOT, skbcheck } from './support/cli';
import { linuxTargets } from './support/linux';

const FINDING = path.join(ROOT, 'regressions/kernel-findings/zerocopy-keeps-the-head.skb');
const COLUMNS = 75;
const folder = folderForTests('maintainer');
beforeAll(buildOnce);

const word = fc.stringMatching(/^[a-z_]{1,30}$/);
const sentence = fc
  .array(fc.oneof(word, fc.constantFrom('→', 'skb#1', 'naïve')), { minLength: 1 })
  .map((a) => a.join(' '));
const call = fc.record({ text: sentence, function: word }).map((one) => ({ ...one, madeBy: `skb/${one.function}.c` }));
const comment = fc.array(sentence.map((text) => `# ${text}`));
const tried = fc.record({ target: word, release: word, has: fc.boolean(), sentence, signature: word });
const drawn: fc.Arbitrary<MaintainerReport> = fc.record({
  file: word,
  about: comment,
  profile: word,
  tried: fc.array(tried, { maxLength: 3 }),
  calls: fc.array(call, { minLength: 1, maxLength: 20 }),
  guilty: fc.constantFrom(null, 0),
  expected: fc.array(sentence),
  why: fc.option(sentence),
  words: fc.constant({
    release: '6.12',
    lines: ['Call Trace: a line of the kernel that is longer than the columns of a mail, as it was printed'],
  }),
  reproducer: fc.constant('npx skbcheck export f.skb -o repro'),
});

describe('the mail to a maintainer', () => {
  test('is ASCII of 75 columns but for the words of the kernel, and leaves out no release, call, cause or word', () => {
    fc.assert(
      fc.property(drawn, (report) => {
        const text = maintainerText(report);
        expect(text).toMatch(/^[\x20-\x7e\n]*$/);
        const quoted = (line: string) => report.words?.lines.some((said) => line.includes(said));
        expect(text.split('\n').filter((line) => line.length > COLUMNS && quoted(line) !== true)).toEqual([]);
        const flat = text.replace(/\s+/g, ' ');
        const has = (part: string) => flat.includes(part.replace(/[^\x20-\x7e]/g, '?'));
        const parts = [
          ...report.tried.map(({ release }) => release),
          ...report.calls.flatMap((one) => [one.text, one.function, one.madeBy]),
          ...report.expected,
          ...(report.why === null ? [] : [report.why]),
          ...report.about.map((line) => line.slice(2)),
          ...(report.words?.lines ?? []),
          report.reproducer,
        ];
        expect(parts.filter((part) => !has(part))).toEqual([]);
      }),
    );
  });

  test('says that no kernel was tried where none is set up, and exit code 4 says it too', () => {
    const cache = path.join(folder, 'empty-cache');
    mkdirSync(cache, { recursive: true });
    const { code, stdout } = skbcheck(['report', FINDING, '--for', 'maintainer'], {
      cwd: folder,
      env: { SKBCHECK_CACHE: cache },
    });
    expect(stdout).toContain('No kernel is set up, so none was tried');
    expect(code).toBe(4);
  });

  test('is not for a program that only models run, and --target belongs to it', () => {
    writeFileSync(path.join(folder, 'igb.skb'), 'profile linux-6.12\nrxq1 = igb_open()\n');
    const refused = skbcheck(['report', 'igb.skb', '--for', 'maintainer', '--target', 'linux-6.12'], { cwd: folder });
    expect(refused.code).toBe(2);
    expect(skbcheck(['report', 'campaign', '--target', 'linux-6.12'], { cwd: folder }).stderr).toMatch(
      /^skbcheck: error: --target belongs to --for maintainer\n$/,
    );
  });

  const targets = PROFILES.map(({ name }) => name);
  const areReady = linuxTargets(targets).length === targets.length;

  (areReady ? test : test.skip)('names the releases that have a finding, and its splat', () => {
    writeFileSync(
      path.join(folder, 'warns.skb'),
      'profile linux-6.12\nabuse\nskb1 = alloc_skb(size: 9)\nabuse_warn()\n',
    );
    const { code, stdout } = skbcheck(['report', 'warns.skb', '--for', 'maintainer', '--target', 'linux-6.12'], {
      cwd: folder,
    });
    expect(stdout).toMatch(/^ {4}6\.12\.\S+: has it: .*\S/m);
    expect(stdout).toMatch(/^-> +\d+\. abuse_warn\(\)$/m);
    expect(stdout).toMatch(/^ {2}WARNING: CPU: .*skbcheck/m);
    expect(stdout).toContain('npx skbcheck export ');
    expect(code).toBe(1);
  });
});
