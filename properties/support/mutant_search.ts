import { placeOf, signatureOf, type Verdict } from '../../src/session/verdict';
import { reduceOnModel } from '../../src/search/reduce_finding';
import { searchModel } from '../../src/search/search_model';
import type { Scenario } from '../../src/generate/scenario';
import { findScenario } from '../../src/generate/scenarios/registry';
import { printProgram } from '../../src/program/print';
import { MUTANTS, type Mutant } from '../../src/rules/mutants';
import { firstProgram } from '../../src/generate/seed';
import { brokenProfile, profileOf, programOf, sessionOf, verdictOf } from './model';

/** Seeds as `fuzz --seed` takes them: no two searches share a stretch of programs. `SKBCHECK_SEEDS=10` uses all. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const seeds = SEEDS.slice(0, Number(process.env.SKBCHECK_SEEDS ?? 1));
/**
 * Reducing takes longer than finding: one of REDUCED_OF mutants is reduced, or every one where SKBCHECK_SEEDS is set.
 */
const REDUCED_OF = process.env.SKBCHECK_SEEDS === undefined ? 12 : 1;
const SEARCH_COMMANDS = 1_000_000;
/** A reduced program that exceeds its mutant's own by more than LONGER_MAX commands got stuck. */
const LONGER_MAX = 4;
/**
 * Share of the reduced programs of one file at one seed that are no longer than the mutant's own; over all programs it
 * is 94 % (docs/explanation/measurements/mutants.md).
 */
const AS_SHORT_MIN = 0.75;

export const scenarioOf = ({ scenario }: Mutant): Scenario => findScenario(scenario ?? 'core') as Scenario;

export const invariantOf = (verdict: Verdict): string =>
  verdict.kind === 'violation' ? verdict.invariant : verdict.kind;

interface Found {
  readonly afterCommands: number;
  readonly invariant: string;
  readonly before: string;
  readonly after: string;
  readonly commands: number;
  readonly text: string;
}

/** The first program that a search finds on the mutant, reduced if `reduces` is true. */
function findOn(mutant: Mutant, seed: number, reduces: boolean): Found | null {
  const profile = brokenProfile(mutant);
  const limits = { commands: SEARCH_COMMANDS, findings: 1, stop: () => false };
  const [first] = searchModel(scenarioOf(mutant), profile, sessionOf(profile), firstProgram(seed), limits).findings;
  if (first === undefined) return null;
  const session = sessionOf(profile);
  const found = first.program;
  const program = reduces
    ? reduceOnModel(session, found, first.signature, placeOf(first.verdict)?.call).program
    : found;
  return {
    afterCommands: first.afterCommands,
    invariant: invariantOf(first.verdict),
    before: first.signature,
    after: signatureOf(verdictOf(session, program)),
    commands: program.calls.length,
    text: printProgram(program),
  };
}

/**
 * Tests that the search finds every mutant of some scenarios, and reduces the finding to the size of the mutant's own
 * program.
 */
export function testsOfSearch(belongs: (scenario: string) => boolean): void {
  const mutants = MUTANTS.filter(({ scenario }) => belongs(scenario ?? 'core'));
  const cases = mutants.flatMap((mutant) => seeds.map((seed) => [mutant.id, seed, mutant] as const));
  const longer: string[] = [];
  let reduced = 0;

  test.each(cases)(`mutant %s is found from seed %i on within ${SEARCH_COMMANDS} commands`, (_id, seed, mutant) => {
    const reduces = MUTANTS.indexOf(mutant) % REDUCED_OF === Math.floor(REDUCED_OF / 2);
    const found = findOn(mutant, seed, reduces);
    if (found === null) throw new Error(`nothing found in ${SEARCH_COMMANDS} commands from seed ${seed} on`);
    const own = programOf(profileOf(mutant.profile), mutant.program).calls.length;
    const lengths = `${found.commands}/${own}`;
    if (process.env.SKBCHECK_SEEDS !== undefined)
      process.stderr.write(`${mutant.id}\t${seed}\t${found.afterCommands}\t${lengths}\t${found.before}\n`);
    expect(mutant.expected).toContain(found.invariant);
    expect(found.after).toBe(found.before);
    if (!reduces) return;
    reduced++;
    if (found.commands > own) longer.push(`${mutant.id} ${lengths}`);
    if (found.commands > own + LONGER_MAX) throw new Error(`${found.commands} commands are left:\n${found.text}`);
  });

  test(`of the found programs ${AS_SHORT_MIN * 100} % are no longer than the mutant's own`, () => {
    if (longer.length > (1 - AS_SHORT_MIN) * reduced)
      throw new Error(`${longer.length} of ${reduced}: ${longer.join(', ')}`);
  });
}
