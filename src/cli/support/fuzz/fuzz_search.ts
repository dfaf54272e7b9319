import { readFileSync } from 'node:fs';
import type { Scenario } from '../../../generate/scenario';
import { printProgram } from '../../../program/print';
import type { CallAnswers } from '../../../outside/answers/call_answers';
import type { ExplainResult } from '../../../reduce/explain';
import { freeLines } from '../../../report/explain_text';
import { count, plural } from '../../../report/figures';
import { coverResult, type Cover } from '../../../report/covers';
import type { FindingReport } from '../../../report/finding_report';
import type { FuzzFinding, FuzzRun } from '../../../report/fuzz_run';
import type { Mutant } from '../../../rules/mutants';
import type { Profile } from '../../../rules/profiles';
import { commandCountsOf } from '../../../search/command_counts';
import type { RawFinding } from '../../../search/raw_findings';
import { FINDINGS_DIRECTORY, SavedFinding } from '../../../search/save_finding';
import type { SearchLimits, SearchResult } from '../../../search/search_model';
import type { TimeLimit } from '../../../search/time_limit';
import { neverSeenIn, unexercisedIn } from '../../../search/unexercised';
import type { Session } from '../../../session/session';
import type { Verdict } from '../../../session/verdict';
import { withConditions } from '../conditions';
import { countsOfSession } from '../session_counts';
import { describeFinding } from '../../../library/describe_finding';
import { reducingUntil, type Reducing } from '../reducing';
import type { StatusLine } from '../status_line';

/** A target that dies so often in a row has nothing more to tell. */
const DEATHS_IN_ROW_MAX = 4;

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
  /** The time limit of the first boot of a target; absent: its own. */
  readonly boot_ms?: number;
  readonly findings: number;
  readonly abuse: boolean;
  /** Shares of the calls that the search must have. */
  readonly covers: readonly Cover[];
  /** Gets a line of JSON for each program. */
  readonly log?: string;
}

export interface FuzzEvents {
  readonly interrupted: () => boolean;
  readonly status: StatusLine;
  /** The search begins: its target answers, and no mistake of the user is left. */
  readonly onStart: () => void;
  readonly say: (line: string) => void;
  /** At once, before it is reduced. */
  readonly onRawFinding: (raw: RawFinding, file: string) => void;
  readonly onFinding: (report: FindingReport) => void;
}

/** A smaller program of a finding, and the verdict on it. */
export interface ReducedFinding {
  readonly program: RawFinding['program'];
  readonly executions: number;
  readonly verdict: Verdict;
  /** True when the time was over before nothing could be made smaller any more. */
  readonly exhausted: boolean;
  /** The arguments that may vary in it; absent where nobody asked. */
  readonly explained?: ExplainResult;
  /** Of a program of user space: what the kernel answered to its calls. */
  readonly answers?: CallAnswers;
}

/** A search on one target. */
export abstract class FuzzSearch {
  protected readonly found: FuzzFinding[] = [];
  private startedAt_ms = performance.now();
  private reducedFor_ms = 0;

  constructor(
    protected readonly plan: FuzzPlan,
    protected readonly events: FuzzEvents,
  ) {}

  /** Begins the search. */
  protected limits(time: TimeLimit): SearchLimits {
    const { plan, events } = this;
    events.onStart();
    this.startedAt_ms = performance.now();
    return {
      commands: plan.commands ?? Infinity,
      findings: plan.findings,
      deathsInRow: DEATHS_IN_ROW_MAX,
      stop: time.isOver,
    };
  }

  /**
   * Saves and reports a finding as it was found, then as small as it can be made.
   * @param time - of the search: the reduction takes a share of what is left of it
   */
  protected async take(
    session: Session,
    raw: RawFinding,
    time: TimeLimit,
    reduce: (reducing: Reducing) => Promise<ReducedFinding>,
    detailOf: (verdict: Verdict) => readonly string[],
  ): Promise<void> {
    const { plan, events } = this;
    const startedAt_ms = performance.now();
    events.status.clear();
    const where = plan.mutant === undefined ? plan.target : `${plan.target} mutant ${plan.mutant.id}`;
    const saved = new SavedFinding(FINDINGS_DIRECTORY, where);
    const save = (program: RawFinding['program'], verdict: Verdict): string =>
      saved.save(withConditions(program, { mutant: plan.mutant, abuse: plan.abuse, provoke: false }), verdict);
    events.onRawFinding(raw, save(raw.program, raw.verdict));
    const share = time.forReducing(this.found.length + 1 >= plan.findings);
    const reduced = await reduce(reducingUntil(share, events.status, this.where, raw.program.calls.length));
    const file = save(reduced.program, reduced.verdict);
    this.report(session, raw, reduced, file, detailOf(reduced.verdict));
    this.reducedFor_ms += performance.now() - startedAt_ms;
  }

  private report(
    session: Session,
    raw: RawFinding,
    { program, executions, verdict, exhausted, explained, answers }: ReducedFinding,
    file: string,
    detail: readonly string[],
  ): void {
    const { plan } = this;
    const commandsBefore = raw.program.calls.length;
    const report = describeFinding(session, {
      program,
      verdict,
      target: plan.target,
      mutant: plan.mutant?.id,
      abuse: plan.abuse,
      commandsBefore,
      file,
      detail,
      explained,
      answers,
    });
    this.found.push({
      signature: raw.signature,
      ...nameOf(verdict),
      sentence: report.sentence,
      ...(report.why === undefined ? {} : { why: report.why }),
      ...explainedOf(report),
      ...{ file, program: readFileSync(file, 'utf8') },
      commandsBefore,
      commandsAfter: program.calls.length,
      foundAfter: raw.afterCommands,
      reducerExecutions: executions,
      exhausted,
    });
    this.events.onFinding({ ...report, exhausted });
  }

  /** @param asked - of a search outside: how often each promise was asked for */
  protected result(
    session: Session,
    profile: Profile,
    result: SearchResult,
    asked?: ReadonlyMap<string, number>,
  ): FuzzRun {
    const { plan } = this;
    const commandCounts = commandCountsOf(session);
    const { programs, compared, unanswered, cutShort, known } = result;
    return {
      scenario: plan.scenario.name,
      target: plan.target,
      profile: profile.name,
      ...(plan.mutant === undefined ? {} : { mutant: plan.mutant.id }),
      seed: plan.seed,
      programs,
      ...countsOfSession(session, compared),
      seconds: this.seconds(),
      reducingSeconds: this.reducedFor_ms / 1000,
      ...(unanswered === undefined ? {} : { unanswered }),
      ...(cutShort === undefined ? {} : { cutShort }),
      findings: this.found,
      known,
      invariants: asked === undefined ? session.checker.counts() : Object.fromEntries(asked),
      ...unexercisedIn(session, plan.scenario, profile),
      ...(asked === undefined ? {} : { ...askedCounts(asked), neverSeen: neverSeenIn(plan.scenario, commandCounts) }),
      covers: plan.covers.map((cover) => coverResult(cover, commandCounts)),
      commandCounts,
    };
  }

  /** Of searching, without reducing. */
  private seconds(): number {
    return Math.max(0, performance.now() - this.startedAt_ms - this.reducedFor_ms) / 1000;
  }

  /** The beginning of a status line. */
  private get where(): string {
    const { scenario, target, profileName } = this.plan;
    return `${scenario.name} on ${target}${profileName === undefined ? '' : ` (${profileName})`}`;
  }

  protected showStatus(programs: number, commands: number): void {
    this.events.status.update(() => {
      const seconds = this.seconds();
      const rate = seconds > 0 ? commands / seconds : 0;
      const executed = `${plural(programs, 'program')}, ${plural(commands, 'command')}, ${count(rate)}/s`;
      return `${this.where}: ${executed}, ${plural(this.found.length, 'finding')}`;
    });
  }
}

/** Promises stand in the place of invariants. */
function askedCounts(asked: ReadonlyMap<string, number>): Pick<FuzzRun, 'evaluated' | 'neverEvaluated'> {
  return {
    evaluated: [...asked.values()].reduce((sum, times) => sum + times, 0),
    neverEvaluated: [...asked].filter(([, times]) => times === 0).map(([name]) => name),
  };
}

/** The explanation for JSON: programs as text. */
function explainedOf(report: FindingReport): Pick<FuzzFinding, 'mayVary' | 'nearestClean'> {
  const { explained } = report;
  if (explained === undefined) return {};
  const { nearest } = explained;
  return {
    mayVary: freeLines(report),
    ...(nearest === undefined
      ? {}
      : { nearestClean: { difference: nearest.difference, program: printProgram(nearest.program) } }),
  };
}

function nameOf(verdict: Verdict): Partial<FuzzFinding> {
  switch (verdict.kind) {
    case 'violation':
      return { invariant: verdict.invariant };
    case 'promise':
      return { invariant: verdict.promise };
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
