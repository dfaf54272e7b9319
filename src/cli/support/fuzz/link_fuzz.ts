import { OutOfTimeError, openInTime } from '../../../lockstep/limited_link';
import type { Link } from '../../../lockstep/link';
import { TargetJudge } from '../../../lockstep/target_judge';
import type { ExplainResult } from '../../../reduce/explain';
import type { FuzzRun } from '../../../report/fuzz_run';
import { findProfile, PROFILES } from '../../../rules/profiles';
import type { RawFinding } from '../../../search/raw_findings';
import { explainOnTarget, reduceFinding } from '../../../search/reduce_finding';
import { LockstepSearch } from '../../../search/search_lockstep';
import type { SearchResult } from '../../../search/search_model';
import { TimeLimit } from '../../../search/time_limit';
import { firstLine, TargetUnavailableError } from '../../../session/errors';
import { Session } from '../../../session/session';
import { detailOf } from '../../../library/finding_detail';
import { profileNamed } from '../../../session/named';
import { sessionOptions } from '../../../session/session_options';
import type { TargetChoice } from '../../../targets/choose_target';
import { FuzzSearch, type FuzzEvents, type FuzzPlan, type ReducedFinding } from './fuzz_search';
import type { Reducing } from '../reducing';

/** A target that needs the whole time to boot is searched for this time all the same. */
const SEARCH_MIN_MS = 1_000;

/** A search in lockstep with a target. All that waits for it is under the time limit, but for its first boot. */
export class LinkFuzz extends FuzzSearch {
  /** Ends what waits for the target: the limit of the first boot, of the search, or of the reduction at hand. */
  private time: TimeLimit;

  constructor(
    plan: FuzzPlan,
    events: FuzzEvents,
    private readonly choice: Extract<TargetChoice, { kind: 'link' }>,
  ) {
    super(plan, events);
    this.time = TimeLimit.of(plan.boot_ms ?? null, events.interrupted);
  }

  async run(): Promise<FuzzRun> {
    try {
      const link = await openInTime(this.choice.open, () => this.time.isPast());
      return await this.search(link);
    } catch (error) {
      if (!(error instanceof OutOfTimeError)) throw error;
      const profile = findProfile(this.plan.profileName ?? this.plan.target) ?? PROFILES[PROFILES.length - 1];
      const session = new Session(sessionOptions(profile, this.plan.mutant, profile.abi, this.plan.abuse));
      const cutShort = 'the target did not answer before the end';
      return this.result(session, profile, {
        programs: 0,
        findings: [],
        known: [],
        compared: 0,
        unanswered: 0,
        cutShort,
      });
    }
  }

  private async search(link: Link): Promise<FuzzRun> {
    const { plan } = this;
    const profile = profileNamed(link.profile);
    const options = sessionOptions(profile, plan.mutant, link.abi, plan.abuse);
    const session = new Session(options);
    const reducer = new Session(options);
    const judge = new TargetJudge(this.choice.open, reducer, link, () => this.time.isPast());
    this.time = this.limitAfter(link.boot_ms ?? 0);
    const limits = this.limits(this.time);
    const watched = {
      ...limits,
      stop: () => {
        this.showStatus(0, session.executed);
        return limits.stop();
      },
    };
    try {
      const search = new LockstepSearch(plan.scenario, profile, session, judge, plan.first, watched, (raw) =>
        this.take(reducer, raw, this.time, (reducing) => this.reduced(judge, raw, reducing), detailOf),
      );
      return this.result(session, profile, await this.resultOf(search));
    } finally {
      await judge.close();
    }
  }

  /** A target that does not open again ends the search; what was found until then stays. */
  private async resultOf(search: LockstepSearch): Promise<SearchResult> {
    try {
      return await search.run();
    } catch (error) {
      if (!(error instanceof TargetUnavailableError) || this.found.length === 0) throw error;
      return { ...search.result(), cutShort: firstLine(error) };
    }
  }

  private limitAfter(boot_ms: number): TimeLimit {
    const { time_ms } = this.plan;
    const left_ms = time_ms === null ? null : Math.max(time_ms - boot_ms, Math.min(time_ms, SEARCH_MIN_MS));
    return TimeLimit.of(left_ms, this.events.interrupted);
  }

  private async reduced(judge: TargetJudge, raw: RawFinding, { time, isOver }: Reducing): Promise<ReducedFinding> {
    const ofSearch = this.time;
    this.time = time;
    try {
      const reduced = await reduceFinding(judge, raw, isOver);
      return { ...reduced, explained: await this.explained(judge, raw.signature, reduced) };
    } finally {
      this.time = ofSearch;
    }
  }

  /** Undefined where the target does not answer in time. */
  private async explained(
    judge: TargetJudge,
    signature: string,
    { program, verdict }: ReducedFinding,
  ): Promise<ExplainResult | undefined> {
    try {
      return await explainOnTarget(judge, program, signature, verdict, this.time.isOver);
    } catch (error) {
      if (error instanceof OutOfTimeError) return undefined;
      throw error;
    }
  }
}
