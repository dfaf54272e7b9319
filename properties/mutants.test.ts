// Each mutant is a real bug: its own program shows it. mutants_found_*.test.ts test that the search finds it too.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { MUTANTS } from '../src/rules/mutants';
import { signatureOf } from '../src/session/verdict';
import { brokenProfile, profileOf, programOf, sessionOf, verdictOf } from './support/model';
import { invariantOf, scenarioOf } from './support/mutant_search';

describe.each(MUTANTS.map((mutant) => [mutant.id, mutant] as const))('mutant %s', (_id, mutant) => {
  const profile = profileOf(mutant.profile);
  const own = programOf(profile, mutant.program);

  test(`its own ${own.calls.length} commands show ${mutant.expected[0]}, and are clean on ${profile.name}`, () => {
    expect(mutant.expected).toContain(invariantOf(verdictOf(sessionOf(brokenProfile(mutant)), own)));
    expect(verdictOf(sessionOf(profile), own)).toEqual({ kind: 'clean' });
  });

  test('every command of its own program is needed', () => {
    const session = sessionOf(brokenProfile(mutant));
    const signature = signatureOf(verdictOf(session, own));
    const needless = own.calls.filter((call) => {
      const without = { ...own, calls: own.calls.filter((other) => other !== call) };
      return signatureOf(verdictOf(session, without)) === signature;
    });
    expect(needless.map((call) => call.command.name)).toEqual([]);
  });
});

test('each is searched for in one of the files mutants_found_*.test.ts', () => {
  const files = readdirSync(__dirname).filter((file) => /^mutants_found_.*\.test\.ts$/.test(file));
  const patterns = files.map((file) => {
    const found = /=> \/(.+)\/\.test\(scenario\)/.exec(readFileSync(path.join(__dirname, file), 'utf8'));
    return new RegExp(found?.[1] ?? '^$');
  });
  const times = (scenario: string): number => patterns.filter((pattern) => pattern.test(scenario)).length;
  for (const mutant of MUTANTS) expect([mutant.id, times(scenarioOf(mutant).name)]).toEqual([mutant.id, 1]);
});
