import { readFileSync } from 'node:fs';
import { KNOWN_CHANGES } from '../../../compare/outside/known_changes';
import { OutsideCompareSearch } from '../../../compare/outside/outside_compare_search';
import { OutsidePairJudge } from '../../../compare/outside/outside_pair_judge';
import type { OutsideCompareCounts } from '../../../compare/outside/outside_tally';
import { sideNames, type Pair } from '../../../compare/pair';
import type { Scenario } from '../../../generate/scenario';
import { describeFinding } from '../../../library/describe_finding';
import { detailOf } from '../../../library/finding_detail';
import { OutsideTarget } from '../../../outside/outside_target';
import { printProgram } from '../../../program/print';
import type {
  CompareOutsideDocument,
  CompareOutsideFinding,
  ComparedOutsideFile,
  ComparedOutsideScenario,
} from '../../../report/documents/compare_outside_document';
import { count, plural } from '../../../report/figures';
import { shellWords } from '../../../report/shell_words';
import type { Profile } from '../../../rules/profiles';
import type { RawFinding } from '../../../search/raw_findings';
import { reduceFinding } from '../../../search/reduce_finding';
import { FINDINGS_DIRECTORY, SavedFinding } from '../../../search/save_finding';
import { TimeLimit } from '../../../search/time_limit';
import { profileNamed } from '../../../session/named';
import { Session } from '../../../session/session';
import { sessionOptions } from '../../../session/session_options';
import { sentenceOf, signatureOf } from '../../../session/verdict';
import { profileOfTarget } from '../../../targets/linux';
import { outsideTarget } from '../../../targets/outside_target';
import { note } from '../output';
import { reducingUntil } from '../reducing';
import type { CompareEvents } from './compare_run';
import type { CompareOutsidePlan } from './compare_outside_plan';
import { countsOf } from './counts_of';

/** Programs that one reduction tries: each runs twice on both kernels. */
const EXECUTIONS_MAX = 1000;
/** Runs on each kernel that say whether a reduced program shows its difference each time. */
const STEADY_RUNS = 5;
const DEATHS_IN_ROW_MAX = 4;

/** One comparison of two kernels with programs of user space, over scenarios and files. */
export class CompareOutsideRun {
  private readonly scenarios: ComparedOutsideScenario[] = [];
  private readonly files: ComparedOutsideFile[] = [];
  private readonly findings: CompareOutsideFinding[] = [];
  private readonly notCompared: { scenario: string; why: string }[] = [];
  private readonly targets: Pair<OutsideTarget>;
  private readonly profile: Profile;
  private readonly judge: OutsidePairJudge;
  private readonly session: Session;
  private time: TimeLimit;
  private executed = 0;
  private reducedFor_ms = 0;
  private searchedFor_ms = 0;

  constructor(
    private readonly plan: CompareOutsidePlan,
    private readonly events: CompareEvents,
  ) {
    const [a, b] = plan.targets;
    this.targets = [new OutsideTarget(a, outsideTarget(a, note)), new OutsideTarget(b, outsideTarget(b, note))];
    this.profile = plan.profile === undefined ? profileOfTarget(a) : profileNamed(plan.profile);
    const options = { ...sessionOptions(this.profile, undefined, this.profile.abi, false), checks: false };
    this.session = new Session(options);
    this.judge = new OutsidePairJudge(this.targets, new Session(options), sideNames(plan.targets), KNOWN_CHANGES);
    this.time = TimeLimit.of(null, events.interrupted);
  }

  async run(): Promise<CompareOutsideDocument> {
    try {
      await Promise.all(this.targets.map((target) => target.opened()));
      this.events.onStart();
      for (const { file, program } of this.plan.programs) await this.compareFile(file, program);
      await this.search();
      return this.document();
    } finally {
      await Promise.all(this.targets.map((target) => target.close()));
    }
  }

  private async compareFile(file: string, program: RawFinding['program']): Promise<void> {
    const { verdict, comparison, chance, bothDied } = await this.judge.look(program, STEADY_RUNS);
    const known = [...new Set((comparison?.known ?? []).map(({ change }) => change.id))];
    const sentence =
      chance !== undefined
        ? `leaves something to chance: ${chance.compiled.call.command.name} ${chance.field}`
        : bothDied === true
          ? 'both kernels die of it'
          : known.length > 0 && verdict.kind === 'clean'
            ? 'differs as known changes say'
            : sentenceOf(verdict);
    const compared = comparison?.compared.length ?? 0;
    this.executed += compared + (comparison?.leftOut ?? 0);
    this.files.push({
      ...{ file, signature: signatureOf(verdict), sentence, compared, leftOut: comparison?.leftOut ?? 0 },
      ...(chance === undefined ? {} : { chance: { command: chance.compiled.call.command.name, field: chance.field } }),
      choices: [...(comparison?.choices ?? [])].map(([name, counted]) => ({ name, ...counted })),
      known,
    });
  }

  private async search(): Promise<void> {
    const { plan } = this;
    const end_ms = performance.now() + (plan.time_ms ?? Infinity);
    for (const [i, scenario] of plan.scenarios.entries()) {
      const why = this.whyOver(end_ms);
      if (why !== undefined) {
        this.notCompared.push({ scenario: scenario.name, why });
        continue;
      }
      const left_ms = end_ms + this.reducedFor_ms - performance.now();
      await this.searchOne(scenario, plan.time_ms === null ? null : left_ms / (plan.scenarios.length - i));
    }
  }

  /** Why no further search begins; undefined: one does. */
  private whyOver(end_ms: number): string | undefined {
    if (this.findings.length >= this.plan.findings) return `${plural(this.findings.length, 'finding')} were enough`;
    const isOver = performance.now() >= end_ms + this.reducedFor_ms;
    return isOver || this.events.interrupted() ? 'the time was over' : undefined;
  }

  private async searchOne(scenario: Scenario, time_ms: number | null): Promise<void> {
    const { plan, events } = this;
    this.time = TimeLimit.of(time_ms, events.interrupted);
    const isOver = this.time.isOver;
    const begun_ms = performance.now();
    const before_ms = this.reducedFor_ms;
    const searched_ms = (): number => performance.now() - begun_ms - (this.reducedFor_ms - before_ms);
    const search: OutsideCompareSearch = new OutsideCompareSearch(
      ...([scenario, this.profile, this.session, this.judge, plan.first] as const),
      {
        commands: plan.commands ?? Infinity,
        findings: plan.findings - this.findings.length,
        deathsInRow: DEATHS_IN_ROW_MAX,
        // One difference in two scenarios is one finding.
        isMet: (_program, verdict) => this.findings.some(({ signature }) => signature === signatureOf(verdict)),
        stop: () => {
          this.showStatus(scenario.name, search.result(), searched_ms() / 1000);
          return isOver();
        },
      },
      (raw) => this.take(scenario, raw, searched_ms() / 1000),
    );
    const counts = await countsOf(search, this.findings.length);
    this.executed += counts.compared + counts.leftOut;
    this.scenarios.push(scenarioOf(scenario, counts));
    this.searchedFor_ms += searched_ms();
  }

  /** Saves and reports a finding as it was found, then as small as it can be made. */
  private async take(scenario: Scenario, raw: RawFinding, afterSeconds: number): Promise<void> {
    const { plan, events, judge } = this;
    const begun_ms = performance.now();
    events.status.clear();
    const saved = new SavedFinding(FINDINGS_DIRECTORY, shellWords(plan.words));
    events.onRawFinding(raw, saved.save(raw.program, raw.verdict));
    const time = this.time.forReducing(this.findings.length + 1 >= plan.findings);
    const where = `${scenario.name} on ${plan.targets.join(' and ')}`;
    const reducing = reducingUntil(time, events.status, where, raw.program.calls.length);
    const reduced = await reduceFinding(judge, raw, reducing.isOver, EXECUTIONS_MAX);
    const { program, verdict, executions, exhausted } = reduced;
    const again = await judge.look(program, STEADY_RUNS);
    const file = saved.save(program, verdict);
    const commandsBefore = raw.program.calls.length;
    const facts = {
      program,
      verdict,
      target: plan.targets.join(' and '),
      commandsBefore,
      file,
      detail: detailOf(verdict),
    };
    const report = { ...describeFinding(judge.session, facts), compare: plan.words, exhausted };
    this.findings.push({
      scenario: scenario.name,
      signature: raw.signature,
      sentence: report.sentence,
      file,
      program: readFileSync(file, 'utf8'),
      afterCommands: raw.afterCommands,
      afterSeconds,
      commandsBefore,
      commandsAfter: program.calls.length,
      reducerExecutions: executions,
      exhausted,
      isSteady: signatureOf(again.verdict) === raw.signature,
    });
    events.onFinding(report);
    this.reducedFor_ms += performance.now() - begun_ms;
  }

  private document(): CompareOutsideDocument {
    const { plan, files, scenarios, notCompared, findings, targets } = this;
    return {
      first: { target: plan.targets[0], release: targets[0].release ?? '' },
      second: { target: plan.targets[1], release: targets[1].release ?? '' },
      ...(scenarios.length === 0 ? {} : { seed: plan.seed }),
      ...{ executed: this.executed, skipped: 0, evaluated: 0, notSearched: notCompared.length },
      compared: [...files, ...scenarios].reduce((sum, one) => sum + one.compared, 0),
      seconds: this.searchedFor_ms / 1000,
      reducingSeconds: this.reducedFor_ms / 1000,
      scenarios,
      files,
      notCompared,
      findings,
    };
  }

  private showStatus(scenario: string, { programs, compared }: OutsideCompareCounts, seconds: number): void {
    const [a, b] = this.plan.targets;
    this.events.status.update(() => {
      const rate = seconds > 0 ? programs / seconds : 0;
      const done = `${plural(programs, 'program')}, ${plural(compared, 'call')} compared (${count(rate)}/s)`;
      return `${scenario} on ${a} and ${b}: ${done}, ${plural(this.findings.length, 'finding')}`;
    });
  }
}

function scenarioOf(scenario: Scenario, { known, ...counts }: OutsideCompareCounts): ComparedOutsideScenario {
  return {
    scenario: scenario.name,
    ...counts,
    known: known.map(({ example, ...met }) => ({ ...met, program: printProgram(example) })),
    neverCompared: scenario.commands.map(({ name }) => name).filter((name) => counts.byCommand[name] === undefined),
  };
}
