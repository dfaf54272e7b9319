import { ProgramSource } from '../../generate/generator';
import type { Scenario } from '../../generate/scenario';
import { programAfter } from '../../generate/seed';
import { Batch } from '../../lockstep/batch';
import type { Program } from '../../program/program';
import type { Abi } from '../../rules/abi';
import type { Profile } from '../../rules/profile';
import type { Rules } from '../../rules/rules';
import { runOnModel } from '../../session/run_model';
import { Session } from '../../session/session';

/** A program on which the models of two sets of rules differ. */
export interface Distinguishing {
  readonly scenario: string;
  readonly program: Program;
}

/** Two sets of rules on one kernel: without a change, and with it. */
export interface TwoRules {
  readonly profile: Profile;
  readonly abi: Abi;
  readonly without: Rules;
  readonly with: Rules;
}

/** A model that observes and does not judge: a broken rule must not end its programs. */
export function observingSession({ name }: Profile, rules: Rules, abi: Abi): Session {
  return new Session({ profile: name, rules, abi, checks: false });
}

/**
 * Searches for programs on which the two models differ. The same seed finds the same programs.
 *
 * @param scenarios - in the order in which they are tried
 * @param limits - the programs that are wanted, and those that are tried of each scenario
 * @param positions - those of a scenario that can differ; absent: all that are tried
 */
export function* distinguish(
  two: TwoRules,
  scenarios: readonly Scenario[],
  seed: number,
  limits: { readonly wanted: number; readonly tried: number },
  positions: (scenario: Scenario) => Iterable<number> = () => Array(limits.tried).keys(),
): Generator<Distinguishing> {
  const { profile, abi } = two;
  const [left, right] = [two.without, two.with].map((rules) => observingSession(profile, rules, abi));
  let found = 0;
  for (const scenario of scenarios) {
    // A program is drawn on the world of one of the two: each can reach states that the other cannot.
    const sources = [two.without, two.with].map((rules) => new ProgramSource(scenario, { ...profile, rules, abi }));
    for (const i of positions(scenario)) {
      const program = sources[i % 2].program(programAfter(seed, i));
      if (!differ(program, left, right)) continue;
      yield { scenario: scenario.name, program };
      if (++found >= limits.wanted) return;
    }
  }
}

function differ(program: Program, left: Session, right: Session): boolean {
  const [a, b] = [answersOf(program, left), answersOf(program, right)];
  if (a === undefined || b === undefined) return false;
  if (a.calls !== b.calls) return true;
  for (let i = 0; i < a.calls; i++) if (a.rets[i] !== b.rets[i] || a.digests[i] !== b.digests[i]) return true;
  return false;
}

/** The answers of a model; undefined: the program reaches states that the model of a broken rule has no answer for. */
function answersOf(program: Program, session: Session): Batch | undefined {
  const batch = new Batch();
  batch.beginProgram(0);
  try {
    const { verdict } = runOnModel(session, program, ({ call, outcome }) => {
      if (outcome >= 0) batch.executed(session.world, call);
    });
    return verdict.kind === 'clean' ? batch : undefined;
  } catch {
    return undefined;
  }
}
