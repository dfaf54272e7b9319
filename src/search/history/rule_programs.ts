import { ProgramSource } from '../../generate/generator';
import type { Scenario } from '../../generate/scenario';
import { programAfter } from '../../generate/seed';
import type { Abi } from '../../rules/abi';
import type { RuleName } from '../../rules/history/histories';
import type { Profile } from '../../rules/profile';
import type { Rules } from '../../rules/rules';
import { runOnModel } from '../../session/run_model';
import { observingSession } from './distinguish';

/**
 * The rules that the programs of scenarios ask for, when they are drawn and when the model runs them. Two values of a
 * rule give the same program, and the same answers, where nothing asks for the rule.
 */
export class RulePrograms {
  private readonly known = new Map<string, ReadonlyMap<RuleName, readonly number[]>>();

  constructor(
    private readonly profile: Profile,
    private readonly abi: Abi,
    private readonly seed: number,
    private readonly tried: number,
  ) {}

  /** The positions of the scenario's programs that ask for one of the rules, in order. */
  positions(scenario: Scenario, rules: readonly RuleName[]): readonly number[] {
    const reads = this.readsOf(scenario);
    return [...new Set(rules.flatMap((rule) => reads.get(rule) ?? []))].sort((a, b) => a - b);
  }

  private readsOf(scenario: Scenario): ReadonlyMap<RuleName, readonly number[]> {
    const known = this.known.get(scenario.name);
    if (known !== undefined) return known;
    const reads = new Map<RuleName, number[]>();
    let read = new Set<RuleName>();
    const rules = noting(this.profile.rules, (rule) => read.add(rule));
    const source = new ProgramSource(scenario, { ...this.profile, rules, abi: this.abi });
    const session = observingSession(this.profile, rules, this.abi);
    for (let i = 0; i < this.tried; i++) {
      read = new Set();
      try {
        runOnModel(session, source.program(programAfter(this.seed, i)));
      } catch {
        // A rule that has another value may keep the model from such a state, so the program counts.
      }
      for (const rule of read) {
        const positions = reads.get(rule);
        if (positions === undefined) reads.set(rule, [i]);
        else positions.push(i);
      }
    }
    this.known.set(scenario.name, reads);
    return reads;
  }
}

function noting(rules: Rules, onRead: (rule: RuleName) => void): Rules {
  return new Proxy(rules, {
    get(target, name) {
      onRead(name as RuleName);
      return target[name as RuleName];
    },
  });
}
