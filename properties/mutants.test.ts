// Each mutant is a real bug: its own program shows it, and the search finds it and makes it small.

import { placeOf } from '../src/campaign/finding';
import { reduceOnModel } from '../src/campaign/reduce_finding';
import { searchModel } from '../src/campaign/search_model';
import { ProgramSource } from '../src/generate/generator';
import type { Scenario } from '../src/generate/scenario';
import { findScenario } from '../src/generate/scenarios/registry';
import { printProgram } from '../src/program/print';
import { MUTANTS, type Mutant } from '../src/rules/mutants';
import { firstProgram } from '../src/targets/program_number';
import { signatureOf, type Verdict } from '../src/targets/verdict';
import { brokenProfile, profileOf, programOf, sessionOf, verdictOf } from './support/model';

/** As `fuzz --seed` takes them: no two searches have a stretch of programs in common. `SKBCHECK_SEEDS=10` takes them all. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const seeds = SEEDS.slice(0, Number(process.env.SKBCHECK_SEEDS ?? 2));
const SEARCH_COMMANDS = 1_000_000;
const scenarioOf = ({ scenario }: Mutant): Scenario => findScenario(scenario ?? 'core') as Scenario;

const invariantOf = (verdict: Verdict): string => (verdict.kind === 'violation' ? verdict.invariant : verdict.kind);

interface Found {
  readonly afterCommands: number;
  readonly invariant: string;
  readonly before: string;
  readonly after: string;
  readonly commands: number;
  readonly text: string;
}

/** The first program that a search finds on the mutant, reduced. */
function findOn(mutant: Mutant, seed: number): Found | null {
  const profile = brokenProfile(mutant);
  const limits = { commands: SEARCH_COMMANDS, findings: 1, stop: () => false };
  const [first] = searchModel(scenarioOf(mutant), profile, sessionOf(profile), firstProgram(seed), limits).findings;
  if (first === undefined) return null;
  const session = sessionOf(profile);
  const { program } = reduceOnModel(session, first.program, first.signature, placeOf(first.verdict)?.call);
  return {
    afterCommands: first.afterCommands,
    invariant: invariantOf(first.verdict),
    before: first.signature,
    after: signatureOf(verdictOf(session, program)),
    commands: program.calls.length,
    text: printProgram(program),
  };
}

describe.each(MUTANTS.map((mutant) => [mutant.id, mutant] as const))('mutant %s', (_id, mutant) => {
  const profile = profileOf(mutant.profile);
  const own = programOf(profile, mutant.program);

  test(`its own program of ${own.calls.length} commands shows ${mutant.expected[0]}, and is clean on ${profile.name}`, () => {
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

  test.each(seeds)(
    `is found from seed %i on within ${SEARCH_COMMANDS} commands, and reduced to ${own.calls.length + 1} at most`,
    (seed) => {
      const found = findOn(mutant, seed);
      if (found === null) throw new Error(`nothing found in ${SEARCH_COMMANDS} commands from seed ${seed} on`);
      if (process.env.SKBCHECK_SEEDS !== undefined) {
        const { afterCommands, commands, before } = found;
        process.stderr.write(`${mutant.id}\t${seed}\t${afterCommands}\t${commands}/${own.calls.length}\t${before}\n`);
      }
      expect(mutant.expected).toContain(found.invariant);
      expect(found.after).toBe(found.before);
      if (found.commands > own.calls.length + 1) throw new Error(`${found.commands} commands are left:\n${found.text}`);
    },
  );
});

test('programs can be generated on the rules of every mutant, checks or not (seeds 1 to 300)', () => {
  for (const mutant of MUTANTS) {
    const source = new ProgramSource(scenarioOf(mutant), brokenProfile(mutant));
    for (let seed = 1; seed <= 300; seed++) expect(source.program(seed).calls.length).toBeGreaterThan(0);
  }
});
