// Two releases show the same finding although the code lies on other lines of the source.
import { showSame } from '../src/cli/support/bisect/same_finding';

const step = (signature: string | null) => ({ release: 'linux-6.12', signature, sentence: '' });
const splat = (line: number, caller = 'a_caller'): string =>
  `splat send WARNING in a_function at net/core/a_file.c:${line} < ${caller}`;

test.each([
  ['a warning on another line is the same', splat(100), splat(120), true],
  ['a warning by another caller is another one', splat(100), splat(100, 'another_caller'), false],
  ['a clean release shows nothing of it', splat(100), 'clean', false],
  ['a number that is no line of a source counts', 'differs in len: 60', 'differs in len: 61', false],
])('%s', (_name, one, other, same) => {
  expect(showSame(step(one), step(other))).toBe(same);
});
