// Two unmodified kernels run the same programs of user space: what user space sees must agree.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CompareOutsideDocument } from '../../src/report/documents/compare_outside_document';
import { compareOutsideText } from '../../src/report/outside/compare_outside_text';
import { buildOnce, folderForTests, skbcheck } from '../support/cli';
import { linuxTargets } from '../support/linux';
import { mistakesOfDocument } from '../support/validate';

const [older, newer] = ['linux-6.12', 'linux-7.3'];
const folder = folderForTests('compare-outside');
const compare = (...words: string[]) => skbcheck(['compare', ...words, '--json'], { cwd: folder });

beforeAll(buildOnce);

describe('a mistake is', () => {
  test.each([
    [['model', newer, 'outside-unix'], 'run on a kernel, not on model'],
    [[older, newer, 'outside-unix', 'core'], 'compare them one by one'],
    [[older, newer, 'outside-driver'], 'cannot be compared'],
  ])('%j', (words, why) => {
    const { code, stderr } = compare(...words);
    expect({ code, said: stderr.includes(why) }).toEqual({ code: 2, said: true });
  });
});

const targets = linuxTargets([older, newer]);
(targets.length === 2 ? describe : describe.skip)(`${older} and ${newer}`, () => {
  test('answer alike, but for free choices and known changes, and the document says how much that is', () => {
    const inq = path.join(folder, 'inq.skb');
    const lines = ['profile linux-6.12', 'as: user', 'fd1 = socketpair(type: stream)'];
    writeFileSync(inq, `${[...lines, 'setsockopt(fd: fd1, option: inq, value: 1)'].join('\n')}\n`);
    const { code, stdout } = compare(
      older,
      newer,
      inq,
      'outside-udp',
      'outside-mptcp',
      '--commands',
      '400',
      '--seed',
      '7',
    );
    const document = JSON.parse(stdout) as CompareOutsideDocument;
    expect(mistakesOfDocument(document as never)).toEqual([]);
    expect(document.findings).toEqual([]);
    expect(document.files).toMatchObject([{ signature: 'clean', known: ['unix-has-so-inq'] }]);
    expect(code).toBe(0);
    expect(document.compared).toBeGreaterThan(800);
    expect(document.scenarios.map(({ programs }) => programs > 10)).toEqual([true, true]);
    const text = compareOutsideText(document);
    expect(text).toContain('no difference that no known change explains');
    expect(text).toContain("the kernel's free choice: ");
    expect(text).toContain('differs as known changes say');
  });
});
