// Where stderr is no terminal, as in the log of a CI system, a line now and then tells how far a search has come.

import { buildOnce, folderForTests, skbcheck } from './support/cli';

const folder = folderForTests('progress');
const env = { SKBCHECK_PROGRESS: '1ms' };

beforeAll(buildOnce);

test.each<[string, string[], RegExp]>([
  [
    'fuzz',
    ['fuzz', 'core', '--commands', '25000', '--json'],
    /^core on model: \d+ programs, [\d,]+ commands, .*\/s, 0 /m,
  ],
  ['explore', ['explore', 'core', '--max-states', '1000'], /^depth \d, [\d,]+ calls? tried, [\d,]+ states?$/m],
  [
    'campaign',
    ['campaign', '--scenarios', 'core', '--targets', 'model', '--commands', '2000', '--workers', '1'],
    /^\d+ s: [\d,]+ commands?\/s, [\d,]+ commands?, findings 0 new, .*workers: 1 \w+$/m,
  ],
  [
    'mutants',
    ['mutants', '--id', 'F3', '--trials', '1', '--strategy', 'swarm', '--reduce', '0', '--commands', '20000'],
    /^mutants: (no search is done|\d+ of 1 search of all trials done, \d+ s: F3)/m,
  ],
])('%s', (_name, words, line) => {
  const { stderr } = skbcheck(words, { cwd: folder, env });
  expect(stderr).toMatch(line);
});

test('a period that is no time is a mistake of the user', () => {
  const { code, stderr } = skbcheck(['fuzz', 'core', '--commands', '1'], {
    cwd: folder,
    env: { SKBCHECK_PROGRESS: 'often' },
  });
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^skbcheck: error: SKBCHECK_PROGRESS takes a time such as 90s, 10m, 2h or 1h30m, not 'often'\n$/,
  );
});
