import { readFileSync } from 'node:fs';
import { CompareSearch, type Comparing } from '../../../compare/compare_search';
import { DecidingRules, type Explanation } from '../../../compare/deciding_rules';
import { sideNames, type Pair } from '../../../compare/pair';
import { PairJudge } from '../../../compare/pair_judge';
import { endOf } from '../../../compare/program_end';
import { PairModels, type SideRules } from '../../../compare/pair_models';
import { PairTargets } from '../../../compare/pair_targets';
import type { Scenario } from '../../../generate/scenario';
import { describeFinding } from '../../../library/describe_finding';
import { detailOf } from '../../../library/finding_detail';
import { OutOfTimeError } from '../../../lockstep/limited_link';
import { printProgram } from '../../../program/print';
import type { Program } from '../../../program/program';
import { reduce } from '../../../reduce/reduce';
import type {
  CompareDocument,
  CompareFinding,
  ComparedFile,
  ComparedScenario,
  KnownDifference,
} from '../../../report/documents/compare_document';
import { count, plural } from '../../../report/figures';
import type { FindingReport } from '../../../report/finding_report';
import { shellWords } from '../../../report/shell_words';
import type { RawFinding } from '../../../search/raw_findings';
import { explainOnTarget, reduceFinding } from '../../../search/reduce_finding';
import { FINDINGS_DIRECTORY, SavedFinding } from '../../../search/save_finding';
import { TimeLimit } from '../../../search/time_limit';
import { InterruptedError, UsageError } from '../../../session/errors';
import { profileNamed } from '../../../session/named';
import { sentenceOf, signatureOf } from '../../../session/verdict';
import { reducingUntil } from '../reducing';
import type { StatusLine } from '../status_line';
import { comparablePart } from './comparable';
import type { ComparePlan } from './compare_plan';
import { countsOf } from './counts_of';

/** Programs that the models may execute to make the example of a known difference smaller. */
const EXECUTIONS_KNOWN = 1500;
/** A target that dies so often in a row has nothing more to tell. */
const DEATHS_IN_ROW_MAX = 4;

export interface CompareEvents {
  readonly interrupted: () => boolean;
  readonly status: StatusLine;
  /** Both targets answer, and no mistake of the user is left. */
  readonly onStart: () => void;
  readonly onRawFinding: (raw: RawFinding, file: string) => void;
  readonly onFinding: (report: FindingReport) => void;
}

/** One comparison of two targets, over scenarios and files. */
export class CompareRun {
  private time: TimeLimit;
  private readonly scenarios: ComparedScenario[] = [];
  private readonly files: ComparedFile[] = [];
  private readonly findings: CompareFinding[] = [];
  private readonly notCompared: { scenario: string; why: string }[] = [];
  private readonly lacking = new Map<string, { command: string; target: string }>();
  private reducedFor_ms = 0;
  private searchedFor_ms = 0;

  constructor(
    private readonly plan: ComparePlan,
    private readonly events: CompareEvents,
  ) {
    this.time = TimeLimit.of(null, events.interrupted);
  }

  async run(): Promise<CompareDocument> {
    const { sides } = this.plan;
    const openers = [sides[0].open, sides[1].open] as const;
    try {
      const targets = await PairTargets.opened(openers, () => this.time.isPast());
      try {
        return await this.compare(targets);
      } finally {
        await targets.close();
      }
    } catch (error) {
      // Ctrl-C while the targets boot, or while a file is compared.
      if (error instanceof OutOfTimeError) throw new InterruptedError('SIGINT');
      throw error;
    }
  }

  private async compare(targets: PairTargets): Promise<CompareDocument> {
    const { plan } = this;
    const links = await targets.links();
    const rulesOf = (side: 0 | 1): SideRules => ({
      profile: profileNamed(links[side].profile),
      abi: links[side].abi,
    });
    const sides: Pair<SideRules> = [rulesOf(0), rulesOf(1)];
    const conditions = {
      abuse: plan.programs.some(({ program }) => program.abuse === true),
      provoke: plan.programs.some(({ program }) => program.provoke === true),
    };
    const names = sideNames([plan.sides[0].target, plan.sides[1].target]);
    const judge = new PairJudge(targets, new PairModels(sides, conditions), names);
    const rules = new DecidingRules(sides);
    const comparing: Comparing = { targets, models: new PairModels(sides, conditions), judge, names, rules };
    const parts = plan.scenarios.map((scenario) => comparablePart(scenario, [sides[0].profile, sides[1].profile]));
    for (const { scenario, why } of plan.areNamed ? parts : [])
      if (why !== undefined) throw new UsageError(`scenario ${scenario.name} cannot be compared: ${why}`);
    this.events.onStart();
    for (const { file, program } of plan.programs) {
      const { verdict, compared, explained } = await judge.judgePair(program);
      if (explained !== undefined) rules.count(explained, true, () => program);
      const sentence = verdict.kind === 'clean' && explained !== undefined ? 'differs as the rules say' : '';
      const said = sentence === '' ? sentenceOf(verdict) : sentence;
      this.files.push({ file, signature: signatureOf(verdict), sentence: said, compared });
    }
    const begun_ms = performance.now();
    const end_ms = begun_ms + (plan.time_ms ?? Infinity);
    const comparable = parts.filter(({ why }) => why === undefined);
    for (const { scenario, why } of parts)
      if (why !== undefined) this.notCompared.push({ scenario: scenario.name, why });
    for (const [i, { scenario, lacking }] of comparable.entries()) {
      const why = this.whyOver(end_ms);
      if (why !== undefined) {
        this.notCompared.push({ scenario: scenario.name, why });
        continue;
      }
      for (const { command, profile } of lacking)
        this.lacking.set(command, { command, target: names[profile === sides[0].profile.name ? 0 : 1] });
      const left_ms = end_ms + this.reducedFor_ms - performance.now();
      await this.search(scenario, comparing, plan.time_ms === null ? null : left_ms / (comparable.length - i));
    }
    return this.document(sides, comparing);
  }

  /** Why no further search begins; undefined: one does. */
  private whyOver(end_ms: number): string | undefined {
    if (this.findings.length >= this.plan.findings) return `${plural(this.findings.length, 'finding')} were enough`;
    const isOver = performance.now() >= end_ms + this.reducedFor_ms;
    return isOver || this.events.interrupted() ? 'the time was over' : undefined;
  }

  private async search(scenario: Scenario, comparing: Comparing, time_ms: number | null): Promise<void> {
    const { plan, events } = this;
    this.time = TimeLimit.of(time_ms, events.interrupted);
    const begun_ms = performance.now();
    const reducedBefore_ms = this.reducedFor_ms;
    const startedAt = comparing.models.first.executed;
    const isOver = this.time.isOver;
    const limits = {
      commands: plan.commands ?? Infinity,
      findings: plan.findings - this.findings.length,
      deathsInRow: DEATHS_IN_ROW_MAX,
      stop: () => {
        this.showStatus(scenario.name, comparing.models.first.executed - startedAt, begun_ms + this.reducedFor_ms);
        return isOver();
      },
    };
    const search: CompareSearch = new CompareSearch(scenario, comparing, plan.first, limits, (raw) =>
      this.take(scenario, comparing, raw, {
        afterCommands: raw.afterCommands - startedAt,
        afterSeconds: (performance.now() - begun_ms - (this.reducedFor_ms - reducedBefore_ms)) / 1000,
      }),
    );
    this.scenarios.push({ scenario: scenario.name, ...(await countsOf(search, this.findings.length)) });
    this.searchedFor_ms += performance.now() - begun_ms - (this.reducedFor_ms - reducedBefore_ms);
  }

  /** Saves and reports a finding as it was found, then as small as it can be made. */
  private async take(
    scenario: Scenario,
    { judge, names }: Comparing,
    raw: RawFinding,
    after: Pick<CompareFinding, 'afterCommands' | 'afterSeconds'>,
  ): Promise<void> {
    const { plan, events } = this;
    const begun_ms = performance.now();
    const ofSearch = this.time;
    events.status.clear();
    const saved = new SavedFinding(FINDINGS_DIRECTORY, shellWords(plan.words));
    events.onRawFinding(raw, saved.save(raw.program, raw.verdict));
    this.time = ofSearch.forReducing(this.findings.length + 1 >= plan.findings);
    const where = `${scenario.name} on ${names.join(' and ')}`;
    const reducing = reducingUntil(this.time, events.status, where, raw.program.calls.length);
    try {
      const reduced = await reduceFinding(judge, raw, reducing.isOver);
      const { program, verdict, executions, exhausted } = reduced;
      const explained = await explainOnTarget(judge, program, raw.signature, verdict, this.time.isOver).catch(
        (error: unknown) => {
          if (error instanceof OutOfTimeError) return undefined;
          throw error;
        },
      );
      const file = saved.save(program, verdict);
      const commandsBefore = raw.program.calls.length;
      const facts = { program, verdict, target: names.join(' and '), commandsBefore, file, detail: detailOf(verdict) };
      const report = { ...describeFinding(judge.session, { ...facts, explained }), compare: plan.words, exhausted };
      this.findings.push({
        scenario: scenario.name,
        signature: raw.signature,
        sentence: report.sentence,
        file,
        program: readFileSync(file, 'utf8'),
        ...after,
        commandsBefore,
        commandsAfter: program.calls.length,
        reducerExecutions: executions,
        exhausted,
      });
      events.onFinding(report);
    } finally {
      this.time = ofSearch;
      this.reducedFor_ms += performance.now() - begun_ms;
    }
  }

  /** A known difference, with a program that is as small as the models can make it. */
  private known(explanation: Explanation, models: PairModels, rules: DecidingRules): KnownDifference {
    const { changes, explained, notShown, command, example } = explanation;
    const names = changes.map(({ name }) => name).join();
    const shows = (program: Program): boolean => {
      const end = endOf(models, program);
      return (
        end !== undefined &&
        rules
          .changesOf(end)
          .map(({ name }) => name)
          .join() === names
      );
    };
    const limits = { maxExecutions: this.events.interrupted() ? 0 : EXECUTIONS_KNOWN };
    const { program } = shows(example) ? reduce(example, shows, limits) : { program: example };
    const rows = changes.map(({ name, values: [first, second] }) => ({ name, first, second }));
    return { rules: rows, explained, notShown, command, program: printProgram(program) };
  }

  private document(sides: Pair<SideRules>, { models, rules }: Comparing): CompareDocument {
    const { plan, files, scenarios, notCompared, findings } = this;
    const compared = [...files, ...scenarios].reduce((sum, one) => sum + one.compared, 0);
    return {
      first: { target: plan.sides[0].target, profile: sides[0].profile.name },
      second: { target: plan.sides[1].target, profile: sides[1].profile.name },
      ...(scenarios.length === 0 ? {} : { seed: plan.seed }),
      ...{ executed: models.first.executed + files.reduce((sum, one) => sum + one.compared, 0), skipped: 0 },
      ...{ evaluated: 0, compared, notSearched: notCompared.length },
      seconds: this.searchedFor_ms / 1000,
      reducingSeconds: this.reducedFor_ms / 1000,
      scenarios,
      files,
      notCompared,
      lacking: [...this.lacking.values()],
      explanations: rules.all.map((one) => this.known(one, models, rules)),
      findings,
    };
  }

  private showStatus(scenario: string, commands: number, since_ms: number): void {
    const { plan, events } = this;
    events.status.update(() => {
      const seconds = (performance.now() - since_ms) / 1000;
      const rate = seconds > 0 ? commands / seconds : 0;
      const where = `${scenario} on ${plan.sides[0].target} and ${plan.sides[1].target}`;
      return `${where}: ${plural(commands, 'command')}, ${count(rate)}/s, ${plural(this.findings.length, 'finding')}`;
    });
  }
}
