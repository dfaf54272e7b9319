import { ProgramGenerator, generateOn } from '../../generate/generator';
import type { Scenario } from '../../generate/scenario';
import { formatSeed, generatorSeed, programAfter } from '../../generate/seed';
import { compileProgram, type CompiledProgram } from '../../outside/compile';
import { PROLOGUE } from '../../outside/judge_program';
import { plural } from '../../program/counts';
import type { Program } from '../../program/program';
import type { Profile } from '../../rules/profiles';
import type { RawFinding } from '../../search/raw_findings';
import type { SearchLimits } from '../../search/search_model';
import type { Session } from '../../session/session';
import { signatureOf, type Verdict } from '../../session/verdict';
import { OutsideTally, type OutsideCompareCounts } from './outside_tally';
import type { OutsidePairJudge, PairLook } from './outside_pair_judge';

/** Programs in one request. */
const BATCH_PROGRAMS = 16;

interface Sent {
  readonly program: Program;
  readonly compiled: CompiledProgram;
}

/** A search for programs of user space that two kernels answer differently, from program number `first` on. */
export class OutsideCompareSearch {
  private readonly generator: ProgramGenerator;
  private readonly findings: RawFinding[] = [];
  private readonly tally = new OutsideTally();
  private cutShort?: string;
  private executed = 0;

  /** @param session - makes the programs; its world follows what programs believe */
  constructor(
    private readonly scenario: Scenario,
    private readonly profile: Profile,
    private readonly session: Session,
    private readonly judge: OutsidePairJudge,
    private readonly first: number,
    private readonly limits: SearchLimits,
    private readonly onFinding: (finding: RawFinding) => Promise<void>,
  ) {
    this.generator = new ProgramGenerator(scenario, profile);
  }

  async run(): Promise<OutsideCompareCounts> {
    while (!this.isOver()) await this.batch();
    return this.result();
  }

  /** Also after an error. */
  result(): OutsideCompareCounts {
    return this.tally.counts(this.cutShort);
  }

  private isOver(): boolean {
    const { limits } = this;
    return (
      this.executed >= limits.commands ||
      this.findings.length >= limits.findings ||
      this.tally.programs >= (limits.programs ?? Infinity) ||
      this.cutShort !== undefined ||
      limits.stop()
    );
  }

  private async batch(): Promise<void> {
    const left = (this.limits.programs ?? Infinity) - this.tally.programs;
    const sent = Array.from({ length: Math.min(BATCH_PROGRAMS, left) }, () =>
      this.make(programAfter(this.first, this.tally.programs++)),
    );
    const programs = sent.map(({ compiled }) => compiled.steps);
    const [a, b] = await Promise.all(this.judge.targets.map((target) => target.run(programs)));
    for (const { compiled } of sent) this.executed += compiled.calls.length;
    if ('death' in a || 'death' in b) {
      const deaths = Math.max(...this.judge.targets.map(({ deathsInRow }) => deathsInRow));
      if (deaths >= (this.limits.deathsInRow ?? Infinity))
        this.cutShort = `a target died ${plural(deaths, 'time')} in a row`;
      for (const one of sent) await this.alone(one);
      return;
    }
    for (const [at, one] of sent.entries()) {
      const look = this.judge.compareRuns(one.program, one.compiled, [[a.results[at]], [b.results[at]]]);
      if (look.verdict.kind === 'clean') this.tally.take(one.program, look);
      else if (this.isMet(one.program, look.verdict)) this.tally.again(one.program, look);
      else await this.alone(one);
    }
  }

  private make(number: number): Sent {
    this.session.begin();
    const made = generateOn(this.generator, this.session.world, this.profile.name, generatorSeed(number));
    const program = { ...made, seed: formatSeed(this.scenario.name, number) };
    return { program, compiled: compileProgram(this.session, program, PROLOGUE) };
  }

  /** Runs a program alone, several times on each kernel: a difference that chance makes is none. */
  private async alone({ program }: Sent): Promise<void> {
    if (this.cutShort !== undefined) return void this.tally.lost++;
    const look = await this.judge.look(program);
    if (look.verdict.kind === 'clean') this.tally.take(program, look);
    else if (this.isMet(program, look.verdict)) this.tally.again(program, look);
    else await this.found(program, look);
  }

  private async found(program: Program, look: PairLook): Promise<void> {
    const { verdict } = look;
    this.tally.take(program, look);
    const finding = { program, verdict, signature: signatureOf(verdict), afterCommands: this.executed };
    this.findings.push(finding);
    await this.onFinding(finding);
  }

  private isMet(program: Program, verdict: Verdict): boolean {
    const signature = signatureOf(verdict);
    return this.limits.isMet?.(program, verdict) ?? this.findings.some((finding) => finding.signature === signature);
  }
}
