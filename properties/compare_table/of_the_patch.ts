import type { KernelMutant } from '../../fuzz/kernel_mutant';
import { PairModels } from '../../src/compare/pair_models';
import { endOf } from '../../src/compare/program_end';
import { parseProgram } from '../../src/program/parse';
import type { Program } from '../../src/program/program';
import type { CompareFinding } from '../../src/report/documents/compare_document';
import { findMutant, profileWith } from '../../src/rules/mutants';
import type { Profile } from '../../src/rules/profiles';
import { profileNamed } from '../../src/session/named';
import { runOnModel } from '../../src/session/run_model';
import { Session } from '../../src/session/session';
import type { Verdict } from '../../src/session/verdict';

/** The part of a finding that says which bug it shows. */
export type ShownBug = Pick<CompareFinding, 'signature' | 'program'>;

/**
 * Returns whether a finding shows the bug of a patch: it has the signature of the patch's own program, or the model's
 * mutant says it. A patched kernel may also differ because its build, its sizes or the comparison is wrong.
 */
export function isOfThePatch({ signature, program: text }: ShownBug, mutant: KernelMutant): boolean {
  if (signature === mutant.shows || signature === mutant.also) return true;
  const model = findMutant(mutant.model);
  if (model === undefined) return false;
  const program = parseProgram(text, 'finding');
  const profile = profileNamed(program.profile);
  const broken = profileWith(profile, model);
  // A program that the unbroken rules do not call clean shows a bug of the release.
  if (verdictOf(profile, program).kind !== 'clean') return false;
  const verdict = verdictOf(broken, program);
  if (verdict.kind === 'violation' && model.expected.includes(verdict.invariant)) return true;
  const { abi } = profile;
  const end = endOf(
    new PairModels([
      { profile, abi },
      { profile: broken, abi },
    ]),
    program,
  );
  return end !== undefined && signature.split(' ')[1] === end.calls.at(-1)?.command.name;
}

function verdictOf({ name, rules, abi }: Profile, program: Program): Verdict {
  return runOnModel(new Session({ profile: name, rules, abi }), program).verdict;
}
