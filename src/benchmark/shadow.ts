import type { Call } from '../program/program';
import type { Mutant } from '../rules/mutants';
import type { Rules } from '../rules/rules';
import { hashedHandles } from '../lockstep/batch';
import { Observer } from '../lockstep/observation/observe';
import type { Session } from '../session/session';
import { baseOf, brokenOf, sessionOn } from './broken';

/**
 * Runs the calls of a program again, on the mutant and on its profile, and records whether the broken rule was read
 * (reached) and whether it made a difference (triggered). This costs three times as much as the search itself. Counting
 * stops at the first difference of a program, since later differences may be consequences of the first.
 */
export class Shadow {
  private readonly broken: Session;
  private readonly base: Session;
  private readonly seen = [new Observer(), new Observer()];
  private asked = 0;
  private frozen = false;
  private commands = 0;
  private triggeredAt = -1;

  constructor(mutant: Mutant) {
    const profile = brokenOf(mutant);
    const rules = noticed(profile.rules, Object.keys(mutant.changes) as (keyof Rules)[], () => this.asked++);
    this.broken = sessionOn({ ...profile, rules }, false);
    this.base = sessionOn(baseOf(mutant), false);
    this.begin();
  }

  /** Begins the next program. */
  begin(): void {
    this.broken.begin();
    this.base.begin();
    this.asked = 0;
    this.frozen = false;
    this.commands = 0;
    this.triggeredAt = -1;
  }

  /** Repeats a call that the program executed. */
  executed(call: Call): void {
    this.commands++;
    if (this.frozen) return;
    const outcome = this.broken.execute(call);
    const right = this.base.execute(call);
    // A world at its limits shows nothing about the rule.
    if (this.broken.failed || this.base.failed) this.frozen = true;
    else if (outcome !== right || this.differs(call)) this.trigger();
  }

  /** Counts the failed invariant of the last call as a difference, unless there was one before. */
  detected(): void {
    if (!this.triggered) this.trigger();
  }

  get reached(): boolean {
    return this.asked > 0;
  }

  get triggered(): boolean {
    return this.triggeredAt >= 0;
  }

  /** Commands since the first difference. */
  get distance(): number {
    return this.commands - this.triggeredAt;
  }

  private trigger(): void {
    this.triggeredAt = this.commands;
    this.frozen = true;
  }

  private differs(call: Call): boolean {
    const [brokenWorld, baseWorld] = [this.broken.world, this.base.world];
    if (brokenWorld.ret !== baseWorld.ret) return true;
    const [broken, base] = this.seen;
    broken.observe(brokenWorld, hashedHandles(call));
    base.observe(baseWorld, hashedHandles(call));
    if (broken.length !== base.length) return true;
    for (let i = 0; i < broken.length; i++) if (broken.words[i] !== base.words[i]) return true;
    return false;
  }
}

/** A copy of the rules that calls `onRead` whenever one of `keys` is read. */
function noticed(rules: Rules, keys: readonly (keyof Rules)[], onRead: () => void): Rules {
  const watched = { ...rules };
  for (const key of keys) {
    const value = rules[key];
    Object.defineProperty(watched, key, {
      enumerable: true,
      get: () => {
        onRead();
        return value;
      },
    });
  }
  return watched;
}
