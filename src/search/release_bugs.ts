import type { Program } from '../program/program';
import { bugsOf, mendedRules, type ReleaseBug } from '../rules/bugs/release_bugs';
import { FINDING_IDS } from '../rules/findings/kernel_finding';
import { rulesOf } from '../rules/history/histories';
import type { Profile } from '../rules/profiles';
import type { Rules } from '../rules/rules';
import { runOnModel } from '../session/run_model';
import { Session, type SessionOptions } from '../session/session';
import { signatureOf, type Verdict } from '../session/verdict';
import type { MetFinding } from './met_finding';

type Violation = Extract<Verdict, { kind: 'violation' }>;

/** A run of a program with bugs mended. */
interface Mended extends ReturnType<typeof runOnModel> {
  readonly bugs: readonly ReleaseBug[];
}

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
    const behind = this.behind(programOf(), verdict);
    for (const bug of behind ?? []) this.programs.set(bug, (this.programs.get(bug) ?? 0) + 1);
    return behind !== undefined;
  }

  /**
   * The bugs without which a program that fails is clean: at each step those that are known to break the invariant that
   * fails. Undefined: something else is behind it. A mended rule may also keep a program from the guilty call, or from
   * the state in which the call does harm: so a bug that breaks other things does not count.
   */
  behind(program: Program, verdict: Verdict): readonly ReleaseBug[] | undefined {
    if (verdict.kind !== 'violation') return undefined;
    const behind: ReleaseBug[] = [];
    for (let at: Verdict = verdict; at.kind === 'violation';) {
      const next = this.withoutMore(program, at, behind);
      if (next === undefined) return undefined;
      behind.push(...next.bugs);
      at = next.verdict;
    }
    return behind;
  }

  /**
   * Mends each bug that can be behind a violation, or else all of them: the program must then be clean, or fail later.
   * Each bug without which it is clean is behind it. No answer depends on the bugs that other programs met.
   */
  private withoutMore(program: Program, at: Violation, mended: readonly ReleaseBug[]): Mended | undefined {
    const own = this.live.filter((bug) => bug.expected.includes(at.invariant) && !mended.includes(bug));
    const without = (bugs: readonly ReleaseBug[]): Mended => ({
      bugs,
      ...runOnModel(this.sessionWithout([...mended, ...bugs]), program),
    });
    const alone = own.map((bug) => without([bug]));
    const clean = alone.filter(({ verdict }) => verdict.kind === 'clean');
    if (clean.length > 0) return { ...clean[0], bugs: clean.flatMap(({ bugs }) => bugs) };
    const all = own.length > 1 ? [...alone, without(own)] : alone;
    return all.find(({ verdict }) => verdict.kind === 'clean') ?? all.find(({ verdict }) => isPast(verdict, at));
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

function isPast(next: Verdict, before: Violation): boolean {
  if (next.kind !== 'violation') return false;
  const { call } = next.place;
  return call > before.place.call || (call === before.place.call && signatureOf(next) !== signatureOf(before));
}
