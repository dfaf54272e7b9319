import { readFileSync } from 'node:fs';
import { saveFinding } from '../../search/save_finding';
import { placeOf, sentenceOf } from '../../session/verdict';
import { reduceFinding, reduceOnModel } from '../../search/reduce_finding';
import { LockstepSearch } from '../../search/search_lockstep';
import type { RawFinding } from '../../search/raw_findings';
import { ModelSearch, type SearchResult } from '../../search/search_model';
import type { Scenario } from '../../generate/scenario';
import type { FindingReport } from '../../report/finding_report';
import { commandCountsOf } from '../../search/command_counts';
import type { FuzzFinding, FuzzRun } from '../../report/fuzz_run';
import type { Mutant } from '../../rules/mutants';
import { PROFILES } from '../../rules/profiles';
import { runOnModel } from '../../session/run_model';
import { Session } from '../../session/session';
import { TargetJudge } from '../../lockstep/target_judge';
import type { Verdict } from '../../session/verdict';
import { withConditions } from './conditions';
import { describeFinding } from './describe_finding';
import { detailOf } from './finding_detail';
import { breathe } from './interrupt';
import { countsOfSession } from './session_counts';
import { sessionOptions } from './session_options';
import { count } from '../../report/figures';
import type { StatusLine } from './status_line';
import { chooseTarget, type TargetChoice } from './target_option';
import { profileNamed } from './options';

const SLICE_COMMANDS = 20_000;
/** In the working directory. */
export const FINDINGS_DIRECTORY = 'findings';

export interface FuzzPlan {
  readonly scenario: Scenario;
  readonly target: string;
  readonly profileName?: string;
  readonly mutant?: Mutant;
  /** As the user gave it: a number, or the token of the first program. */
  readonly seed: number | string;
  /** Number of the first program. */
  readonly first: number;
  /** Null means no limit. */
  readonly commands: number | null;
  readonly time_ms: number | null;
  readonly findings: number;
  readonly abuse: boolean;
}

export interface FuzzEvents {
  readonly interrupted: () => boolean;
  readonly status: StatusLine;
  /** The search begins: its target answers, and no mistake of the user is left. */
  readonly onStart: () => void;
  readonly say: (line: string) => void;
  readonly onFinding: (report: FindingReport) => void;
}

/** Searches on one target, and reduces, saves and reports each finding. */
export async function fuzzOne(plan: FuzzPlan, events: FuzzEvents): Promise<FuzzRun> {
  const choice = chooseTarget(plan.target, plan.profileName, events.say);
  return choice.kind === 'model' ? new ModelFuzz(plan, events).run() : new LinkFuzz(plan, events, choice).run();
}

abstract class Fuzz {
  protected readonly found: FuzzFinding[] = [];
  protected startedAt_ms = 0;

  constructor(
    protected readonly plan: FuzzPlan,
    protected readonly events: FuzzEvents,
  ) {}

  /** Begins the search. */
  protected limits() {
    const { plan, events } = this;
    events.onStart();
    const end_ms = plan.time_ms === null ? Infinity : performance.now() + plan.time_ms;
    this.startedAt_ms = performance.now();
    return {
      commands: plan.commands ?? Infinity,
      findings: plan.findings,
      stop: () => performance.now() >= end_ms || events.interrupted(),
    };
  }

  /** Saves and reports a reduced program. */
  protected report(
    session: Session,
    raw: RawFinding,
    reduced: { program: RawFinding['program']; executions: number },
    verdict: Verdict,
    detail: readonly string[],
  ): void {
    const { plan } = this;
    const where = plan.mutant === undefined ? plan.target : `${plan.target} mutant ${plan.mutant.id}`;
    const program = withConditions(reduced.program, { mutant: plan.mutant, abuse: plan.abuse, provoke: false });
    const file = saveFinding(FINDINGS_DIRECTORY, program, verdict, where);
    const report = describeFinding(session, {
      program: reduced.program,
      verdict,
      target: plan.target,
      mutant: plan.mutant?.id,
      abuse: plan.abuse,
      commandsBefore: raw.program.calls.length,
      file,
      detail,
    });
    this.found.push({
      signature: raw.signature,
      sentence: sentenceOf(verdict),
      ...nameOf(verdict),
      ...{ file, program: readFileSync(file, 'utf8') },
      commandsBefore: raw.program.calls.length,
      commandsAfter: reduced.program.calls.length,
      foundAfter: raw.afterCommands,
      reducerExecutions: reduced.executions,
    });
    this.events.onFinding(report);
  }

  protected result(session: Session, profile: string, result: SearchResult, seconds: number): FuzzRun {
    const { plan } = this;
    return {
      scenario: plan.scenario.name,
      target: plan.target,
      profile,
      ...(plan.mutant === undefined ? {} : { mutant: plan.mutant.id }),
      seed: plan.seed,
      programs: result.programs,
      ...countsOfSession(session, result.compared),
      seconds,
      findings: this.found,
      invariants: session.checker.counts(),
      commandCounts: commandCountsOf(session),
    };
  }

  protected showStatus(programs: number, commands: number): void {
    const { plan } = this;
    this.events.status.update(() => {
      const seconds = (performance.now() - this.startedAt_ms) / 1000;
      const rate = seconds > 0 ? commands / seconds : 0;
      const executed = `${count(programs)} programs, ${count(commands)} commands, ${count(rate)}/s`;
      const where = `${plan.scenario.name} on ${plan.target} ${plan.profileName ?? ''}`;
      return `${where}: ${executed}, ${this.found.length} findings`;
    });
  }
}

class ModelFuzz extends Fuzz {
  async run(): Promise<FuzzRun> {
    const { plan } = this;
    const profile = profileNamed(plan.profileName ?? PROFILES[PROFILES.length - 1].name);
    const options = sessionOptions(profile, plan.mutant, profile.abi, plan.abuse);
    const session = new Session(options);
    const reducer = new Session(options);
    const search = new ModelSearch(plan.scenario, profile, session, plan.first, this.limits(), (raw) =>
      this.reduce(reducer, raw),
    );
    while (search.slice(SLICE_COMMANDS)) {
      this.showStatus(search.programs, search.commands);
      await breathe();
    }
    return this.result(session, profile.name, search.result(), (performance.now() - this.startedAt_ms) / 1000);
  }

  private reduce(session: Session, raw: RawFinding): void {
    this.events.status.clear();
    const reduced = reduceOnModel(session, raw.program, raw.signature, placeOf(raw.verdict)?.call);
    this.report(session, raw, reduced, runOnModel(session, reduced.program).verdict, []);
  }
}

class LinkFuzz extends Fuzz {
  constructor(
    plan: FuzzPlan,
    events: FuzzEvents,
    private readonly choice: Extract<TargetChoice, { kind: 'link' }>,
  ) {
    super(plan, events);
  }

  async run(): Promise<FuzzRun> {
    const { plan } = this;
    const link = await this.choice.open();
    const profile = profileNamed(link.profile);
    const options = sessionOptions(profile, plan.mutant, link.abi, plan.abuse);
    const session = new Session(options);
    const reducer = new Session(options);
    const judge = new TargetJudge(this.choice.open, reducer, link);
    const limits = this.limits();
    const watched = {
      ...limits,
      stop: () => {
        this.showStatus(0, session.executed);
        return limits.stop();
      },
    };
    try {
      const search = new LockstepSearch(plan.scenario, profile, session, judge, plan.first, watched, (raw) =>
        this.reduce(reducer, judge, raw),
      );
      const result = await search.run();
      return this.result(session, profile.name, result, (performance.now() - this.startedAt_ms) / 1000);
    } finally {
      await judge.close();
    }
  }

  private async reduce(session: Session, judge: TargetJudge, raw: RawFinding): Promise<void> {
    this.events.status.clear();
    const { verdict, ...reduced } = await reduceFinding(judge, raw);
    this.report(session, raw, reduced, verdict, detailOf(verdict));
  }
}

function nameOf(verdict: Verdict): Partial<FuzzFinding> {
  switch (verdict.kind) {
    case 'violation':
      return { invariant: verdict.invariant };
    case 'divergence':
      return { divergence: verdict.field };
    case 'splat':
      return { splat: verdict.title };
    case 'death':
      return { death: verdict.death };
    default:
      return {};
  }
}
