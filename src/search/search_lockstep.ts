import { ProgramGenerator } from '../generate/generator';
import type { Scenario } from '../generate/scenario';
import { Settler } from '../generate/settle';
import type { Call, Program } from '../program/program';
import type { Profile } from '../rules/profiles';
import { Batch } from '../lockstep/batch';
import type { Link } from '../lockstep/link';
import { compareBatch, comparedIn, type Difference } from '../lockstep/lockstep';
import type { Session } from '../session/session';
import { observeAgain } from '../lockstep/judge';
import { programAfter } from '../generate/seed';
import type { TargetJudge } from '../lockstep/target_judge';
import { signatureOf, type Verdict } from '../session/verdict';
import type { RawFinding } from './raw_findings';
import { generatedProgram, runGenerated, type SearchLimits, type SearchResult } from './search_model';

/** Calls in one request. The link's cost is small for this number, and so is the cost of a death. */
const BATCH_CALLS = 4000;
/** Batches in flight while the next one is generated. */
const BATCHES_IN_FLIGHT = 2;
/** Batches between two reads of the target's memory in use. */
const MEMORY_EVERY_BATCHES = 64;
/** Growth between two reads that is no finding. */
const MEMORY_NOISE_BYTES = 4 << 20;

/** A search in lockstep with a target, from program number `first` on. */
export class LockstepSearch {
  private readonly generator: ProgramGenerator;
  private readonly settler = new Settler();
  private readonly findings = new Map<string, RawFinding>();
  private readonly idle: Batch[] = [];
  programs = 0;
  /** Number of the program that was generated last. */
  private number = 0;
  /** Observations of the target that were compared, without those of single programs. */
  private compared = 0;
  private batches = 0;
  private memory = 0;
  /** While true, no batch is sent: the target's memory is read once all answers are in. */
  private memoryDue = false;

  constructor(
    private readonly scenario: Scenario,
    profile: Profile,
    private readonly session: Session,
    private readonly judge: TargetJudge,
    private readonly first: number,
    private readonly limits: SearchLimits,
    private readonly onFinding: (finding: RawFinding) => void | Promise<void>,
  ) {
    this.generator = new ProgramGenerator(scenario, profile);
  }

  async run(): Promise<SearchResult> {
    const startedAt = this.session.executed;
    const done = (): boolean =>
      this.session.executed - startedAt >= this.limits.commands ||
      this.findings.size >= this.limits.findings ||
      this.allMade ||
      this.limits.stop();
    const inFlight: { batch: Batch; answer: Promise<Difference | null> }[] = [];
    let over = false;
    for (;;) {
      over ||= done();
      if (this.memoryDue && inFlight.length === 0) await this.watchMemory();
      if (over && inFlight.length === 0) break;
      if (!over && !this.memoryDue && inFlight.length < BATCHES_IN_FLIGHT) {
        const batch = await this.fill();
        inFlight.push({ batch, answer: compareBatch(await this.judge.link(), batch) });
        continue;
      }
      const { batch, answer } = inFlight.shift() as (typeof inFlight)[number];
      const difference = await answer;
      this.compared += comparedIn(batch, difference);
      if (difference !== null) {
        // Later batches were sent before the difference was known. Their answers come in first.
        await Promise.all(inFlight.map((later) => later.answer));
        await this.investigate(batch, difference);
        for (const later of inFlight.splice(0)) await this.recheck(later);
      } else if (++this.batches % (this.limits.memoryEveryBatches ?? MEMORY_EVERY_BATCHES) === 0) this.memoryDue = true;
      this.idle.push(batch);
    }
    return { programs: this.programs, findings: [...this.findings.values()], compared: this.compared };
  }

  private get allMade(): boolean {
    return this.programs >= (this.limits.programs ?? Infinity);
  }

  private async fill(): Promise<Batch> {
    const batch = this.idle.pop() ?? new Batch();
    batch.clear();
    while (batch.calls < BATCH_CALLS && !this.allMade) {
      const number = programAfter(this.first, this.programs++);
      batch.beginProgram(number);
      this.generate(number, (call) => batch.executed(this.session.world, call));
      if (this.session.failed && this.session.verdict.kind !== 'limit') await this.found(this.session.verdict);
    }
    return batch;
  }

  private async recheck(later: { batch: Batch; answer: Promise<Difference | null> }): Promise<void> {
    const difference = await later.answer;
    this.compared += comparedIn(later.batch, difference);
    if (difference !== null) await this.investigate(later.batch, difference);
  }

  /**
   * Runs the suspected program alone, to see whether it shows the difference again. A death names no program, so then
   * each program of the batch runs alone.
   */
  private async investigate(batch: Batch, difference: Difference): Promise<void> {
    const suspects = difference.kind === 'death' ? batch.programs : [difference.program];
    if (difference.kind === 'death') await this.judge.forget();
    if (difference.kind === 'splat') await (await this.judge.link()).rearm();
    for (const { id } of suspects) {
      this.generate(id);
      const verdict = await this.judge.judge(this.program());
      if (verdict.kind === 'clean' || verdict.kind === 'limit') continue;
      await this.found(verdict);
      return;
    }
    await this.unconfirmed(batch, difference);
  }

  /**
   * Reports a difference that no program shows when it runs alone, because it needs the programs before it. The report
   * holds the target's observation when the whole batch runs again.
   */
  private async unconfirmed(batch: Batch, difference: Difference): Promise<void> {
    if (difference.kind === 'death') {
      this.generate(batch.programs[0].id);
      await this.found({
        kind: 'death',
        place: null,
        death: 'unconfirmed',
        title: difference.death.detail,
        console: difference.death.console,
      });
      return;
    }
    const seen = await observeAgain(await this.judge.link(), this.session, batch, difference, (id) => {
      this.generate(id);
      return this.program();
    });
    this.generate(difference.program.id);
    const found = difference.kind === 'splat' ? '' : `${difference.found >>> 0} `;
    const title = `${difference.kind} ${found}after executed call ${difference.call}: ${seen}`;
    await this.found({ kind: 'death', place: null, death: 'unconfirmed', title, console: '' });
  }

  private generate(number: number, onExecuted?: (call: Call) => void): void {
    this.number = number;
    runGenerated(this.generator, this.settler, this.session, number, onExecuted);
  }

  /** The last program of `generate`. */
  private program(): Program {
    return generatedProgram(this.generator, this.scenario, this.number);
  }

  private async found(verdict: Verdict): Promise<void> {
    const signature = signatureOf(verdict);
    if (this.findings.has(signature)) return;
    const finding = { program: this.program(), verdict, signature, afterCommands: this.session.executed };
    this.findings.set(signature, finding);
    await this.onFinding(finding);
  }

  /** Finds memory that programs leave behind in the target, which adds up. Called while the target is idle. */
  private async watchMemory(): Promise<void> {
    this.memoryDue = false;
    const link: Link = await this.judge.link();
    const now = await link.memoryInUse();
    if (now === 0) return;
    if (this.memory !== 0 && now - this.memory > MEMORY_NOISE_BYTES) {
      const grown = `${((now - this.memory) / 1024).toFixed(0)} KiB`;
      await this.found({
        kind: 'divergence',
        place: { call: 0, command: 'unknown', settling: false },
        field: 'memory in use',
        message: `the target grew by ${grown} while programs left nothing behind in the model`,
      });
    }
    this.memory = now;
  }
}
