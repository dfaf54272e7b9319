import type { Program } from '../program/program';
import { bugsOf, mendedRules, type ReleaseBug } from '../rules/bugs/release_bugs';
import { FINDING_IDS } from '../rules/findings/kernel_finding';
import { rulesOf } from '../rules/history/histories';
import type { Profile } from '../rules/profiles';
import type { Rules } from '../rules/rules';
import { runOnModel } from '../session/run_model';
import { Session, type SessionOptions } from '../session/session';
import type { Verdict } from '../session/verdict';
import type { MetFinding } from './met_finding';

/**
 * Tells violations by bugs that a release has and a later one mends from others. A program is executed once more with a
 * bug mended: if it is clean then, that bug is behind the violation. A violation that stays is another bug's.
 */
export class ReleaseBugs {
  private readonly live: readonly ReleaseBug[];
  private readonly programs = new Map<ReleaseBug, number>();
  private readonly sessions = new Map<string, Session>();

  /** @param options - of the session that finds the violations */
  constructor(
    private readonly options: SessionOptions,
    profile: Profile,
  ) {
    this.live = liveBugs(options.rules, profile);
  }

  /** Counts the program if such a bug is behind the violation in it. */
  count(verdict: Verdict, programOf: () => Program): boolean {
    if (verdict.kind !== 'violation' || this.live.length === 0) return false;
    const behind = this.behind(programOf());
    for (const bug of behind ?? []) this.programs.set(bug, (this.programs.get(bug) ?? 0) + 1);
    return behind !== undefined;
  }

  /**
   * The fewest bugs without which a program that fails is clean; undefined: it fails without all of them, too. The bug
   * that is met most is asked first, so that a frequent one costs one execution.
   */
  behind(program: Program): readonly ReleaseBug[] | undefined {
    if (this.live.length === 0) return undefined;
    const often = this.inOrder();
    if (this.programs.size > 0 && this.isCleanWithout([often[0]], program)) return [often[0]];
    if (!this.isCleanWithout(this.live, program)) return undefined;
    const single = often.find((bug) => this.isCleanWithout([bug], program));
    if (single !== undefined) return [single];
    return often.reduce<readonly ReleaseBug[]>((needed, bug) => {
      const fewer = needed.filter((other) => other !== bug);
      return this.isCleanWithout(fewer, program) ? fewer : needed;
    }, this.live);
  }

  /** Those that programs met, in the order of the list of bugs. */
  get met(): readonly MetFinding[] {
    return this.live.flatMap((bug) => {
      const programs = this.programs.get(bug);
      if (programs === undefined) return [];
      const { id, title, mendedIn, commit } = bug;
      return [{ id, title, programs, mendedIn, ...(commit === null ? {} : { commit }) }];
    });
  }

  private inOrder(): readonly ReleaseBug[] {
    const met = (bug: ReleaseBug): number => this.programs.get(bug) ?? 0;
    return [...this.live].sort((a, b) => met(b) - met(a));
  }

  private isCleanWithout(bugs: readonly ReleaseBug[], program: Program): boolean {
    const { verdict } = runOnModel(this.sessionWithout(bugs), program);
    return verdict.kind === 'clean';
  }

  private sessionWithout(bugs: readonly ReleaseBug[]): Session {
    const key = bugs.map(({ id }) => id).join();
    const session =
      this.sessions.get(key) ?? new Session({ ...this.options, rules: mendedRules(this.options.rules, bugs) });
    this.sessions.set(key, session);
    return session;
  }
}

/**
 * The bugs of the profile's release that the rules of a session have. A mutant may break a rule of a bug in another
 * way, which must not be taken for the bug. Known findings that the model meets are told by the model itself.
 */
function liveBugs(rules: Rules, { release, modelOnly }: Profile): readonly ReleaseBug[] {
  if (modelOnly !== undefined) return [];
  const released = rulesOf(release);
  const isReleased = (rule: string): boolean => rules[rule as keyof Rules] === released[rule as keyof Rules];
  return bugsOf(release).filter(
    ({ id, mended }) => !(FINDING_IDS as readonly string[]).includes(id) && Object.keys(mended).every(isReleased),
  );
}
