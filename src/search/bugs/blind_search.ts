import type { Scenario } from '../../generate/scenario';
import { programAfter } from '../../generate/seed';
import { printProgram } from '../../program/print';
import type { ReleaseBug } from '../../rules/bugs/release_bugs';
import { firstLine, TargetUnavailableError } from '../../session/errors';
import { sentenceOf, type Verdict } from '../../session/verdict';
import type { Program } from '../../program/program';
import type { RawFinding } from '../raw_findings';
import { reduceFinding } from '../reduce_finding';
import { LockstepSearch } from '../search_lockstep';
import { attribute, type Attributed } from './attribute';
import type { BlindKernel } from './blind_kernel';
import type { BlindScenario, BugOnRelease, Unattributed } from './bug_outcome';
import type { Times } from './search_clock';

/** Programs that the reduction of a finding executes at most, and its time. */
const REDUCE_EXECUTIONS = 600;
const REDUCE_MS = 10_000;
/** A scenario ends when more searches in a row than these meet a difference that no bug explains and that is listed. */
const REPEATS_MAX = 24;
const DEATHS_IN_ROW_MAX = 16;
/** Calls in one request: fewer after a death, which loses the answers to all of them. */
const BATCH_CALLS_MIN = 250;
const BATCH_CALLS_MAX = 4000;

/** The limits of one scenario. */
export interface BlindLimits {
  readonly seed: number;
  /** Of searching. */
  readonly time_ms: number;
  /** Of boots and looks at differences: the search of a scenario ends there. */
  readonly look_ms: number;
  /** True: the user wants an end. */
  readonly interrupted: () => boolean;
  readonly now_ms: () => number;
}

/**
 * The search of one scenario on a kernel beside the blind model. Bugs that are found are put back, as a tester would do
 * who has reported them: programs in which the model breaks by them are left out, and the search goes on behind them.
 */
export class BlindSearch {
  readonly found: BugOnRelease[] = [];
  private readonly unattributed = new Map<string, Unattributed>();
  private readonly startedAt: Times;
  private programs = 0;
  private executed = 0;
  private compared = 0;
  private repeats = 0;
  private batchCalls = BATCH_CALLS_MAX;

  constructor(
    private readonly kernel: BlindKernel,
    private readonly scenario: Scenario,
    private readonly limits: BlindLimits,
    private readonly onFound: (bug: BugOnRelease) => void,
  ) {
    this.startedAt = kernel.clock.read();
  }

  async run(): Promise<BlindScenario> {
    let ended: string | undefined;
    while (!this.isOver() && ended === undefined) ended = await this.onceOrLost();
    if (this.isLookOver() && this.times().search < this.limits.time_ms) ended = this.lookedTooLong();
    const { programs, executed, compared } = this;
    const { search, boot, look } = this.times();
    return {
      scenario: this.scenario.name,
      ...{ seconds: search / 1000, bootSeconds: boot / 1000, lookSeconds: look / 1000 },
      ...{ programs, executed, compared },
      unattributed: [...this.unattributed.values()],
      ...(ended === undefined ? {} : { ended }),
    };
  }

  private times(): Times {
    return this.kernel.clock.since(this.startedAt);
  }

  private isOver(): boolean {
    return this.times().search >= this.limits.time_ms || this.isLookOver();
  }

  private isLookOver(): boolean {
    const { boot, look } = this.times();
    return boot + look >= this.limits.look_ms || this.limits.interrupted();
  }

  private lookedTooLong(): string {
    if (this.limits.interrupted()) return 'it was interrupted';
    return `boots and looks at differences took their ${(this.limits.look_ms / 1000).toFixed(0)} s`;
  }

  /** Bugs that were found before the kernel was lost stay. */
  private async onceOrLost(): Promise<string | undefined> {
    try {
      return await this.once();
    } catch (error) {
      if (error instanceof TargetUnavailableError) return firstLine(error);
      throw error;
    }
  }

  /** Searches until something is found. Returns the reason to end, if there is one. */
  private async once(): Promise<string | undefined> {
    const { kernel, scenario } = this;
    if (kernel.hidden.length === 0) return 'every bug of the release was found';
    const session = await kernel.session();
    const judge = await kernel.judge(await kernel.session());
    const profile = { ...kernel.profile, rules: session.options.rules };
    const first = programAfter(this.limits.seed, this.programs);
    const limits = {
      commands: Infinity,
      findings: 1,
      deathsInRow: DEATHS_IN_ROW_MAX,
      batchCalls: this.batchCalls,
      look: (work: () => Promise<void>) => kernel.clock.during('look', work),
      stop: () => this.isOver(),
    };
    const raws: { raw: RawFinding; seconds: number }[] = [];
    const search = new LockstepSearch(scenario, profile, session, judge, first, limits, (raw) => {
      raws.push({ raw, seconds: this.times().search / 1000 });
    });
    const { programs, compared, cutShort } = await search.run();
    await kernel.take(judge);
    this.programs += programs;
    this.executed += session.executed;
    this.compared += compared;
    const isDeadly = raws.some(({ raw }) => raw.verdict.kind === 'death');
    this.batchCalls = clamped(isDeadly ? this.batchCalls / 4 : this.batchCalls * 2);
    for (const { raw, seconds } of raws) await kernel.clock.during('look', () => this.take(raw, seconds));
    if (this.repeats > REPEATS_MAX) return `differences that no bug explains, ${REPEATS_MAX} times in a row`;
    return raws.length === 0 ? cutShort : undefined;
  }

  private async take(raw: RawFinding, seconds: number): Promise<void> {
    if (this.unattributed.has(raw.signature)) {
      this.repeats++;
      return;
    }
    // Leftovers of the program that differs are no part of the question, nor of the search that goes on.
    await this.kernel.close();
    const { program, verdict } = await this.reduced(raw);
    const reduced = await this.attributed(program, verdict);
    // The reduction may have taken away what tells one bug from another, or have met another one.
    const whole = reduced.kind === 'these' ? reduced : await this.attributed(raw.program, raw.verdict);
    await this.kernel.close();
    const best = whole.kind === 'these' || reduced.kind !== 'one of' ? whole : reduced;
    if (best.kind === 'nothing' || best.kind === 'cut') {
      await this.keep(raw.signature, program, verdict, best.kind === 'cut');
      return;
    }
    this.repeats = 0;
    const after = this.kernel.found.map(({ id }) => id);
    const outcome = best.kind === 'these' ? 'found' : 'one of several';
    for (const bug of best.bugs) this.report(outcome, bug, best.bugs, after, seconds, program, verdict);
    this.kernel.putBack(best.bugs);
  }

  private attributed(program: Program, verdict: Verdict): Promise<Attributed> {
    return attribute(this.kernel, program, verdict, () => this.isLookOver());
  }

  private report(
    outcome: 'found' | 'one of several',
    { id }: ReleaseBug,
    bugs: readonly ReleaseBug[],
    after: readonly string[],
    seconds: number,
    program: Program,
    verdict: Verdict,
  ): void {
    const bug: BugOnRelease = {
      bug: id,
      outcome,
      scenario: this.scenario.name,
      afterSeconds: seconds,
      with: bugs.map((other) => other.id).filter((other) => other !== id),
      after,
      sentence: sentenceOf(verdict),
      program: printProgram(program),
      cause: null,
    };
    this.found.push(bug);
    this.onFound(bug);
  }

  private async keep(signature: string, program: Program, verdict: Verdict, isCut: boolean): Promise<void> {
    const asked = verdict.kind === 'divergence' && !isCut;
    const releaseExplains = asked && (await this.kernel.agreesAsReleased(program));
    const sentence = sentenceOf(verdict);
    const cut = isCut ? { cut: 'the time for looks at differences was over' } : {};
    const text = printProgram(program);
    this.unattributed.set(signature, { signature, sentence, program: text, ...cut, releaseExplains });
  }

  /** A death costs a boot for each candidate, so its program stays as it is. */
  private async reduced(raw: RawFinding): Promise<Pick<RawFinding, 'program' | 'verdict'>> {
    if (raw.verdict.kind === 'death') return raw;
    const { kernel, limits } = this;
    const end_ms = limits.now_ms() + REDUCE_MS;
    const judge = await kernel.judge(await kernel.session());
    const expired = (): boolean => limits.now_ms() >= end_ms || this.isLookOver();
    const reduced = await reduceFinding(judge, raw, expired, REDUCE_EXECUTIONS);
    await kernel.take(judge);
    return reduced;
  }
}

function clamped(calls: number): number {
  return Math.min(BATCH_CALLS_MAX, Math.max(BATCH_CALLS_MIN, Math.floor(calls)));
}
