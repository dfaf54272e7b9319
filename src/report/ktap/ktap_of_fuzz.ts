import { coverText, type CoverResult } from '../covers';
import { countsText, whySaysNothing } from '../documents/counts';
import type { FuzzAll, FuzzFinding, FuzzRun } from '../fuzz_run';
import { knownText } from '../fuzz_summary';
import { resultOf, type KtapTest } from './ktap';

/** A test for each search, with subtests: invariants, lockstep, covers. Targets without a search are skipped. */
export function ktapOfFuzz({ runs, notSearchedTargets }: FuzzAll): KtapTest[] {
  return [
    ...runs.map(testOfRun),
    ...notSearchedTargets.map((target): KtapTest => ({ name: target, result: { skip: 'not searched' } })),
  ];
}

function testOfRun(run: FuzzRun): KtapTest {
  const compares = run.target !== 'model';
  const where = run.target === run.profile ? run.target : `${run.target} ${run.profile}`;
  const subtests = [...invariantsOf(run), ...lockstepOf(run), ...run.covers.map(testOfCover)];
  const why = whySaysNothing(run, compares);
  return {
    name: `${run.scenario} on ${where}${run.mutant === undefined ? '' : ` mutant ${run.mutant}`}`,
    result: run.findings.length === 0 && why !== undefined ? { skip: why } : resultOf(subtests, why ?? ''),
    diagnostics: [`seed ${run.seed}: ${countsText(run, compares)}`, ...run.known.map(knownText)],
    subtests,
  };
}

function invariantsOf({ invariants, findings }: FuzzRun): KtapTest[] {
  return Object.entries(invariants).map(([name, evaluations]) => {
    const broken = findings.filter(({ invariant }) => invariant === name);
    if (broken.length > 0) return failed(name, broken);
    const skip = 'not evaluated on a world in which it could fail';
    return { name, result: evaluations === 0 ? { skip } : 'ok' };
  });
}

function testOfCover(cover: CoverResult): KtapTest {
  return { name: `cover ${cover.label}`, result: cover.met ? 'ok' : 'not ok', diagnostics: [coverText(cover)] };
}

/** Differences, warnings and deaths of the target. */
function lockstepOf({ target, compared, findings }: FuzzRun): KtapTest[] {
  if (target === 'model') return [];
  const broken = findings.filter(({ invariant }) => invariant === undefined);
  if (broken.length > 0) return [failed('lockstep', broken)];
  return [{ name: 'lockstep', result: compared === 0 ? { skip: 'nothing was compared' } : 'ok' }];
}

function failed(name: string, findings: readonly FuzzFinding[]): KtapTest {
  return { name, result: 'not ok', diagnostics: findings.flatMap(({ sentence, file }) => [sentence, `file: ${file}`]) };
}
