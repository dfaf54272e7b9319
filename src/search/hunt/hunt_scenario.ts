import type { Scenario } from '../../generate/scenario';
import { isOfRest } from '../../outside/left_behind';
import type { OutsideJudge } from '../../outside/outside_judge';
import type { Program } from '../../program/program';
import type { Profile } from '../../rules/profiles';
import { Session } from '../../session/session';
import { sentenceOf, signatureOf, type Verdict } from '../../session/verdict';
import { SearchClock } from '../bugs/search_clock';
import type { RawFinding } from '../raw_findings';
import { reduceFinding } from '../reduce_finding';
import { repeatedVerdict } from '../repeated_verdict';
import { OutsideSearch } from '../search_outside';
import type { HuntedFinding, HuntedScenario } from './hunted';
import { showsAgain } from './shows_again';

/** Programs that one reduction runs. */
const REDUCE_EXECUTIONS = 600;
/** Runs of a reduced program. */
const RUNS = 5;
/** Findings with one sentence, but for its numbers, that are reduced: behind one bug may stand others. */
const VARIANTS_MAX = 2;
const DEATHS_IN_ROW_MAX = 8;

/** The limits of one scenario. */
export interface HuntLimits {
  /** Number of the first program. */
  readonly first: number;
  /** Of searching. */
  readonly time_ms: number;
  /** Of one reduction. */
  readonly reduce_ms: number;
  readonly interrupted: () => boolean;
  readonly now_ms: () => number;
}

/**
 * Searches one scenario on a kernel. It goes on behind a finding: a program of the same promise and command that does
 * not have the calls of a reduced one may show another bug, and is reduced, too.
 */
export class ScenarioHunt {
  private readonly findings: HuntedFinding[] = [];
  private readonly clock: SearchClock;
  private search?: OutsideSearch;

  constructor(
    private readonly judge: OutsideJudge,
    private readonly scenario: Scenario,
    private readonly profile: Profile,
    private readonly limits: HuntLimits,
    private readonly onFinding: (finding: HuntedFinding) => void,
  ) {
    this.clock = new SearchClock(limits.now_ms);
  }

  async run(): Promise<HuntedScenario> {
    const { limits, scenario } = this;
    const session = new Session(this.judge.session.options);
    this.search = new OutsideSearch(
      scenario,
      this.profile,
      session,
      this.judge,
      limits.first,
      {
        commands: Infinity,
        findings: Infinity,
        deathsInRow: DEATHS_IN_ROW_MAX,
        stop: () => limits.interrupted() || this.clock.read().search >= limits.time_ms,
        isMet: (program, verdict) => this.isMet(program, verdict),
      },
      (raw) => this.clock.during('look', () => this.take(raw)),
    );
    const { programs, compared, cutShort } = await this.search.run();
    return {
      scenario: scenario.name,
      seconds: this.clock.read().search / 1000,
      programs,
      compared,
      findings: this.findings,
      ...(cutShort === undefined ? {} : { ended: cutShort }),
    };
  }

  private isMet(program: Program, verdict: Verdict): boolean {
    const signature = signatureOf(verdict);
    const words = withoutNumbers(sentenceOf(verdict));
    const alike = this.findings.filter((one) => one.signature === signature);
    const variants = alike.filter(({ sentence }) => withoutNumbers(sentence) === words);
    return variants.length >= VARIANTS_MAX || alike.some((one) => showsAgain(program, one.program));
  }

  private async take(raw: RawFinding): Promise<void> {
    const { judge, limits } = this;
    const afterSeconds = this.clock.read().search / 1000;
    const programs = this.search?.programs ?? 0;
    const end_ms = limits.now_ms() + limits.reduce_ms;
    judge.measures = isOfRest(raw.signature);
    try {
      const isOver = (): boolean => limits.interrupted() || limits.now_ms() >= end_ms;
      const { program, verdict } = await reduceFinding(judge, raw, isOver, REDUCE_EXECUTIONS);
      const { shown, runs } = await repeatedVerdict(judge, program, RUNS);
      const finding = {
        signature: signatureOf(verdict),
        sentence: sentenceOf(verdict),
        seed: raw.program.seed ?? '',
        ...{ afterSeconds, programs, program, foundCalls: raw.program.calls.length, shown, runs },
      };
      this.findings.push(finding);
      this.onFinding(finding);
    } finally {
      judge.measures = false;
    }
  }
}

const withoutNumbers = (sentence: string): string => sentence.replace(/\d+/g, '#');
