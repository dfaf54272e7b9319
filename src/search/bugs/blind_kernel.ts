import { TargetJudge } from '../../lockstep/target_judge';
import type { OpenTarget } from '../../lockstep/limited_link';
import type { Link } from '../../lockstep/link';
import type { Call, Program } from '../../program/program';
import { bugsOf, CONTRACT_RULES, mendedRules, NEWEST_RULES, type ReleaseBug } from '../../rules/bugs/release_bugs';
import { kernelProfile } from '../../rules/kernel_profile';
import type { Profile } from '../../rules/profile';
import type { Abi } from '../../rules/abi';
import type { Rules } from '../../rules/rules';
import { TargetUnavailableError } from '../../session/errors';
import { runOnModel } from '../../session/run_model';
import { Session } from '../../session/session';
import type { Verdict } from '../../session/verdict';
import { SearchClock } from './search_clock';

/** Invariants of which a kernel notices nothing until somebody comes back to the object. */
const LATE: readonly string[] = ['no-use-after-free', 'no-double-free'];

/** Attempts to boot a kernel that has booted before. */
const BOOTS_MAX = 4;

/**
 * A kernel beside a model that knows nothing of the kernel's bugs: every bug that its release has is mended in the
 * model. A bug that was found is put back, so that others behind it can be found.
 */
export class BlindKernel {
  readonly profile: Profile;
  readonly bugs: readonly ReleaseBug[];
  private readonly back = new Set<ReleaseBug>();
  readonly clock: SearchClock;
  private readonly open: OpenTarget;
  private current: Link | null = null;
  private knownAbi: Abi | null = null;

  /** @param now_ms - boots are counted by this clock */
  constructor(release: string, open: OpenTarget, now_ms: () => number = () => 0) {
    this.profile = kernelProfile(release);
    this.bugs = bugsOf(release);
    this.clock = new SearchClock(now_ms);
    this.open = (signal) => this.clock.during('boot', () => this.boot(open, signal));
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

  /** The same for each guest. */
  async abi(): Promise<Abi> {
    this.knownAbi ??= (await this.link()).abi;
    return this.knownAbi;
  }

  /** A kernel that has booted once boots again, if only when the machine is less busy. */
  private async boot(open: OpenTarget, signal: AbortSignal | undefined): Promise<Link> {
    for (let boots = 1; ; boots++) {
      try {
        return await open(signal);
      } catch (error) {
        const isLost = this.knownAbi === null || boots === BOOTS_MAX || signal?.aborted === true;
        if (isLost || !(error instanceof TargetUnavailableError)) throw error;
      }
    }
  }

  /** @param checks - false: the model only follows */
  async session(bugs: readonly ReleaseBug[] = [], checks = true): Promise<Session> {
    return new Session({ profile: this.profile.name, rules: this.rulesWith(bugs), abi: await this.abi(), checks });
  }

  /** The judge of a search or a reduction; `take` gets its link back. */
  async judge(session: Session): Promise<TargetJudge> {
    return new TargetJudge(this.open, session, await this.link());
  }

  async take(judge: TargetJudge): Promise<void> {
    this.current = await judge.link();
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
   * Returns whether the model with some more bugs breaks an invariant that they are known to break, in the call in
   * which the kernel complains. The kernel notices memory that was freed too early only later: then the call is an
   * earlier one on the same object.
   */
  async breaksIn(program: Program, at: number, bugs: readonly ReleaseBug[]): Promise<boolean> {
    const { verdict, steps } = runOnModel(await this.session(bugs), program);
    if (verdict.kind !== 'violation') return false;
    const { invariant, place } = verdict;
    if (!bugs.some(({ expected }) => expected.includes(invariant))) return false;
    if (place.call === at || place.call > at || !LATE.includes(invariant)) return place.call === at;
    const blind = runOnModel(await this.session([], false), program).steps;
    const [broken, complains] = [steps.at(place.call), blind.at(at)];
    return broken !== undefined && complains !== undefined && shareObject(broken.call, complains.call);
  }

  /** Ends the guest. The next question goes to one in which no program has run. */
  async close(): Promise<void> {
    await this.current?.close();
    this.current = null;
  }

  /** The link to the guest, which is opened when it is first needed. */
  async link(): Promise<Link> {
    this.current ??= await this.open();
    return this.current;
  }
}

function shareObject(a: Call, b: Call): boolean {
  const objects = objectsIn(b);
  return objectsIn(a).some((handle) => objects.includes(handle));
}

/** The handles of the objects that a call works on. */
function objectsIn({ command, args }: Call): number[] {
  return command.handles.map(({ at }) => args[at]).filter((handle) => handle >= 0);
}
