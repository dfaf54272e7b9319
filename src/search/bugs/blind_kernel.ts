import { TargetJudge } from '../../lockstep/target_judge';
import type { OpenTarget } from '../../lockstep/limited_link';
import type { Link } from '../../lockstep/link';
import type { Program } from '../../program/program';
import { bugsOf, mendedRules, type ReleaseBug } from '../../rules/bugs/release_bugs';
import { kernelProfile } from '../../rules/kernel_profile';
import type { Profile } from '../../rules/profile';
import type { Abi } from '../../rules/abi';
import type { Rules } from '../../rules/rules';
import { runOnModel } from '../../session/run_model';
import { Session } from '../../session/session';
import { placeOf, type Verdict } from '../../session/verdict';

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

  /** The rules of the blind model, with some more bugs put back. */
  rulesWith(bugs: readonly ReleaseBug[] = []): Rules {
    const hidden = this.hidden.filter((bug) => !bugs.includes(bug));
    // A rule of two bugs has the kernel's value as soon as one of them is back.
    const back = new Set([...this.found, ...bugs].flatMap(({ mended }) => Object.keys(mended)));
    const mended = hidden.map((bug) => ({
      ...bug,
      mended: Object.fromEntries(Object.entries(bug.mended).filter(([rule]) => !back.has(rule))),
    }));
    return mendedRules(this.profile.rules, mended);
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

  /** The position of the call at which the model with some more bugs breaks an invariant; null: it does not. */
  async breaksAt(program: Program, bugs: readonly ReleaseBug[]): Promise<number | null> {
    const { verdict } = runOnModel(await this.session(bugs), program);
    return verdict.kind === 'violation' ? (placeOf(verdict)?.call ?? null) : null;
  }

  async close(): Promise<void> {
    await this.link?.close();
    this.link = null;
  }

  private async opened(): Promise<Link> {
    this.link ??= await this.open();
    return this.link;
  }
}
