import type { Scenario } from '../../generate/scenario';
import { programAfter } from '../../generate/seed';
import { printProgram } from '../../program/print';
import type { ReleaseBug } from '../../rules/bugs/release_bugs';
import { sentenceOf, type Verdict } from '../../session/verdict';
import type { Program } from '../../program/program';
import type { RawFinding } from '../raw_findings';
import { reduceFinding } from '../reduce_finding';
import { LockstepSearch } from '../search_lockstep';
import { attribute } from './attribute';
import type { BlindKernel } from './blind_kernel';
import type { BlindScenario, BugOnRelease, Unattributed } from './bug_outcome';

/** Programs that the reduction of a finding executes at most, and its time. */
const REDUCE_EXECUTIONS = 600;
const REDUCE_MS = 10_000;
/** A scenario ends when more searches in a row than these meet a difference that no bug explains and that is listed. */
const REPEATS_MAX = 24;
const DEATHS_IN_ROW_MAX = 4;

/** The limits of one scenario. */
export interface BlindLimits {
  readonly seed: number;
  readonly time_ms: number;
  /** True: the user wants an end. */
  readonly interrupted: () => boolean;
  readonly now_ms: () => number;
}

/** The search of one scenario on a kernel beside the blind model. Bugs that are found are put back; it then goes on. */
export class BlindSearch {
  readonly found: BugOnRelease[] = [];
  private readonly unattributed = new Map<string, Unattributed>();
  private readonly startedAt_ms: number;
  /** Spent on reducing and attributing. */
  private aside_ms = 0;
  private programs = 0;
  private executed = 0;
  private compared = 0;
  private repeats = 0;

  constructor(
    private readonly kernel: BlindKernel,
    private readonly scenario: Scenario,
    private readonly limits: BlindLimits,
    private readonly onFound: (bug: BugOnRelease) => void,
  ) {
    this.startedAt_ms = limits.now_ms();
  }

  async run(): Promise<BlindScenario> {
    let ended: string | undefined;
    while (!this.isOver() && ended === undefined) ended = await this.once();
    const { programs, executed, compared } = this;
    return {
      scenario: this.scenario.name,
      seconds: this.seconds(),
      ...{ programs, executed, compared },
      unattributed: [...this.unattributed.values()],
      ...(ended === undefined ? {} : { ended }),
    };
  }

  private isOver(): boolean {
    return this.seconds() * 1000 >= this.limits.time_ms || this.limits.interrupted();
  }

  private seconds(): number {
    return (this.limits.now_ms() - this.startedAt_ms - this.aside_ms) / 1000;
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
      stop: () => this.isOver(),
    };
    const raws: { raw: RawFinding; seconds: number }[] = [];
    const search = new LockstepSearch(scenario, profile, session, judge, first, limits, (raw) => {
      raws.push({ raw, seconds: this.seconds() });
    });
    const { programs, compared, cutShort } = await search.run();
    await kernel.take(judge);
    this.programs += programs;
    this.executed += session.executed;
    this.compared += compared;
    for (const { raw, seconds } of raws) await this.aside(() => this.take(raw, seconds));
    if (this.repeats > REPEATS_MAX) return `differences that no bug explains, ${REPEATS_MAX} times in a row`;
    return raws.length === 0 ? cutShort : undefined;
  }

  private async aside(work: () => Promise<void>): Promise<void> {
    const startedAt_ms = this.limits.now_ms();
    await work();
    this.aside_ms += this.limits.now_ms() - startedAt_ms;
  }

  private async take(raw: RawFinding, seconds: number): Promise<void> {
    if (this.unattributed.has(raw.signature)) {
      this.repeats++;
      return;
    }
    // Leftovers of the program that differs are no part of the question, nor of the search that goes on.
    await this.kernel.close();
    const { program, verdict } = await this.reduced(raw);
    const bugs =
      (await attribute(this.kernel, program, verdict)) ?? (await attribute(this.kernel, raw.program, raw.verdict));
    await this.kernel.close();
    if (bugs === undefined) {
      await this.keep(raw.signature, program, verdict);
      return;
    }
    this.repeats = 0;
    const after = this.kernel.found.map(({ id }) => id);
    for (const bug of bugs) this.report(bug, bugs, after, seconds, program, verdict);
    this.kernel.putBack(bugs);
  }

  private report(
    { id }: ReleaseBug,
    bugs: readonly ReleaseBug[],
    after: readonly string[],
    seconds: number,
    program: Program,
    verdict: Verdict,
  ): void {
    const bug: BugOnRelease = {
      bug: id,
      outcome: 'found',
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

  private async keep(signature: string, program: Program, verdict: Verdict): Promise<void> {
    const releaseExplains = verdict.kind === 'divergence' && (await this.kernel.agreesAsReleased(program));
    const sentence = sentenceOf(verdict);
    this.unattributed.set(signature, { signature, sentence, program: printProgram(program), releaseExplains });
  }

  /** A death costs a boot for each candidate, so its program stays as it is. */
  private async reduced(raw: RawFinding): Promise<Pick<RawFinding, 'program' | 'verdict'>> {
    if (raw.verdict.kind === 'death') return raw;
    const { kernel, limits } = this;
    const end_ms = limits.now_ms() + REDUCE_MS;
    const judge = await kernel.judge(await kernel.session());
    const expired = (): boolean => limits.now_ms() >= end_ms || limits.interrupted();
    const reduced = await reduceFinding(judge, raw, expired, REDUCE_EXECUTIONS);
    await kernel.take(judge);
    return reduced;
  }
}
