import { TargetJudge } from '../../lockstep/target_judge';
import type { OpenTarget } from '../../lockstep/limited_link';
import type { Link } from '../../lockstep/link';
import type { Program } from '../../program/program';
import { bugsOf, CONTRACT_RULES, mendedRules, NEWEST_RULES, type ReleaseBug } from '../../rules/bugs/release_bugs';
import { kernelProfile } from '../../rules/kernel_profile';
import type { Profile } from '../../rules/profile';
import type { Abi } from '../../rules/abi';
import type { Rules } from '../../rules/rules';
import { isExecutedAt, runOnModel } from '../../session/run_model';
import { Session } from '../../session/session';
import type { Verdict } from '../../session/verdict';

/**
 * A kernel beside a model that knows nothing of the kernel's bugs: every bug that its release has is mended in the
 * model. A bug that was found is put back, so that others behind it can be found.
 */
export class BlindKernel {
  readonly profile: Profile;
  readonly bugs: readonly ReleaseBug[];
  private readonly back = new Set<ReleaseBug>();
  private link: Link | null = null;

  constructor(
    release: string,
    private readonly open: OpenTarget,
  ) {
    this.profile = kernelProfile(release);
    this.bugs = bugsOf(release);
  }

  /** Those that are put back. */
  get found(): readonly ReleaseBug[] {
    return this.bugs.filter((bug) => this.back.has(bug));
  }

  get hidden(): readonly ReleaseBug[] {
    return this.bugs.filter((bug) => !this.back.has(bug));
  }

  putBack(bugs: readonly ReleaseBug[]): void {
    for (const bug of bugs) this.back.add(bug);
  }

  /**
   * The rules of the blind model, with some more bugs put back. Their callers may do what they may once the bug is
   * mended: a model that skips the guilty call says nothing.
   */
  rulesWith(bugs: readonly ReleaseBug[] = []): Rules {
    const hidden = this.hidden.filter((bug) => !bugs.includes(bug));
    // A rule of two bugs has the kernel's value as soon as one of them is back.
    const rulesOf = (some: readonly ReleaseBug[]): string[] => some.flatMap(({ mended }) => Object.keys(mended));
    const asked = rulesOf(bugs).filter((rule) => !(CONTRACT_RULES as readonly string[]).includes(rule));
    const back = new Set([...rulesOf(this.found), ...asked]);
    const mended = hidden.map((bug) => ({
      ...bug,
      mended: Object.fromEntries(Object.entries(bug.mended).filter(([rule]) => !back.has(rule))),
    }));
    const callers = bugs.flatMap((bug) => CONTRACT_RULES.filter((rule) => rule in bug.mended && !back.has(rule)));
    const rules = mendedRules(this.profile.rules, mended);
    return { ...rules, ...Object.fromEntries(callers.map((rule) => [rule, NEWEST_RULES[rule]])) };
  }

  async abi(): Promise<Abi> {
    return (await this.opened()).abi;
  }

  /** @param checks - false: the model only follows */
  async session(bugs: readonly ReleaseBug[] = [], checks = true): Promise<Session> {
    return new Session({ profile: this.profile.name, rules: this.rulesWith(bugs), abi: await this.abi(), checks });
  }

  /** The judge of a search or a reduction; `take` gets its link back. */
  async judge(session: Session): Promise<TargetJudge> {
    return new TargetJudge(this.open, session, await this.opened());
  }

  async take(judge: TargetJudge): Promise<void> {
    this.link = await judge.link();
  }

  /** The verdict in lockstep with a model that has some more bugs, and only follows. */
  async follow(program: Program, bugs: readonly ReleaseBug[]): Promise<Verdict> {
    const judge = await this.judge(await this.session(bugs, false));
    const verdict = await judge.judge(program);
    await this.take(judge);
    return verdict;
  }

  /** Returns whether the model of the release, with all its bugs, agrees with the kernel. */
  async agreesAsReleased(program: Program): Promise<boolean> {
    const { name, rules } = this.profile;
    const judge = await this.judge(new Session({ profile: name, rules, abi: await this.abi(), checks: false }));
    const { kind } = await judge.judge(program);
    await this.take(judge);
    return kind === 'clean';
  }

  /**
   * The position of the call at which the model with some more bugs breaks an invariant that they are known to break;
   * null: it does not.
   */
  async breaksAt(program: Program, bugs: readonly ReleaseBug[]): Promise<number | null> {
    const { verdict } = runOnModel(await this.session(bugs), program);
    if (verdict.kind !== 'violation') return null;
    const isTheirs = bugs.some(({ expected }) => expected.includes(verdict.invariant));
    return isTheirs ? verdict.place.call : null;
  }

  /** Returns whether the model with some more bugs executes a call of the program, and does not skip it. */
  async executes(program: Program, call: number, bugs: readonly ReleaseBug[]): Promise<boolean> {
    return isExecutedAt(program, runOnModel(await this.session(bugs, false), program).steps, call);
  }

  /** Ends the guest. The next question goes to one in which no program has run. */
  async close(): Promise<void> {
    await this.link?.close();
    this.link = null;
  }

  private async opened(): Promise<Link> {
    this.link ??= await this.open();
    return this.link;
  }
}
