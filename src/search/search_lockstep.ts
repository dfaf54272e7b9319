import { ProgramGenerator } from '../generate/generator';
import type { Scenario } from '../generate/scenario';
import { Settler } from '../generate/settle';
import type { Call, Program } from '../program/program';
import type { Profile } from '../rules/profiles';
import { Batch, type BatchProgram } from '../lockstep/batch';
import type { Link } from '../lockstep/link';
import { OutOfTimeError } from '../lockstep/limited_link';
import { compareBatch, comparedIn, type Difference } from '../lockstep/lockstep';
import type { Session } from '../session/session';
import { observeAgain } from '../lockstep/judge';
import { programAfter } from '../generate/seed';
import type { TargetJudge } from '../lockstep/target_judge';
import { firstLine } from '../session/errors';
import { signatureOf, type Verdict } from '../session/verdict';
import { KnownFindings } from './known_findings';
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

/** A batch that was sent. It stays in the list of those until its answer was compared. */
interface Sent {
  readonly batch: Batch;
  readonly answer: Promise<Difference | null>;
}

/** A search in lockstep with a target, from program number `first` on. */
export class LockstepSearch {
  private readonly generator: ProgramGenerator;
  private readonly settler = new Settler();
  private readonly findings = new Map<string, RawFinding>();
  private readonly known: KnownFindings;
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
  private readonly inFlight: Sent[] = [];
  private deathsInRow = 0;
  private cutShort?: string;

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
    this.known = new KnownFindings(session, profile);
  }

  /** Ends without an error when the time of the judge is over. */
  async run(): Promise<SearchResult> {
    try {
      await this.searchToTheEnd();
    } catch (error) {
      if (!(error instanceof OutOfTimeError)) throw error;
    }
    return this.result();
  }

  /** Also after an error. */
  result(): SearchResult {
    const { programs, compared, cutShort, known } = this;
    const unanswered = this.inFlight.reduce((sum, { batch }) => sum + batch.calls, 0);
    return { programs, findings: [...this.findings.values()], known: known.all, compared, unanswered, cutShort };
  }

  private async searchToTheEnd(): Promise<void> {
    const startedAt = this.session.executed;
    const { inFlight } = this;
    const done = (): boolean =>
      this.session.executed - startedAt >= this.limits.commands ||
      this.findings.size >= this.limits.findings ||
      this.allMade ||
      this.cutShort !== undefined ||
      this.limits.stop();
    let over = false;
    for (;;) {
      over ||= done();
      if (this.memoryDue && inFlight.length === 0) await this.watchMemory();
      if (over && inFlight.length === 0) break;
      if (!over && !this.memoryDue && inFlight.length < BATCHES_IN_FLIGHT) {
        await this.send();
        continue;
      }
      await this.takeAnswer();
    }
  }

  private async send(): Promise<void> {
    const batch = await this.fill();
    if (batch.programs.length === 0) {
      this.idle.push(batch);
      // Without an answer to wait for, signals would not be seen.
      await new Promise(setImmediate);
      return;
    }
    const answer = compareBatch(await this.judge.link(), batch);
    answer.catch(() => undefined); // takeAnswer handles it
    this.inFlight.push({ batch, answer });
  }

  private async takeAnswer(): Promise<void> {
    const [{ batch, answer }] = this.inFlight;
    const difference = await answer;
    this.answered(batch, difference);
    if (difference !== null) {
      // Later batches were sent before the difference was known. Their answers come in first.
      await Promise.all(this.inFlight.map((later) => later.answer));
      await this.look(batch, difference);
      while (this.inFlight.length > 0) await this.recheck(this.inFlight[0], difference);
    } else if (++this.batches % (this.limits.memoryEveryBatches ?? MEMORY_EVERY_BATCHES) === 0) this.memoryDue = true;
    this.idle.push(batch);
  }

  /** @param batch - the first of those in flight */
  private answered(batch: Batch, difference: Difference | null): void {
    this.inFlight.shift();
    this.compared += comparedIn(batch, difference);
    if (difference?.kind !== 'death') {
      this.deathsInRow = 0;
      return;
    }
    if (++this.deathsInRow >= (this.limits.deathsInRow ?? Infinity))
      this.cutShort = `the target died in ${this.deathsInRow} batches in a row`;
  }

  private get allMade(): boolean {
    return this.programs >= (this.limits.programs ?? Infinity);
  }

  private async fill(): Promise<Batch> {
    const batch = this.idle.pop() ?? new Batch();
    batch.clear();
    let dropped = 0;
    while (batch.calls + dropped < (this.limits.batchCalls ?? BATCH_CALLS) && !this.allMade) {
      const number = programAfter(this.first, this.programs++);
      batch.beginProgram(number);
      this.generate(number, (call) => batch.executed(this.session.world, call));
      this.known.count();
      if (!this.session.failed || this.session.verdict.kind === 'limit') continue;
      const known = this.known.behind(() => this.program());
      if (known === undefined) await this.found(this.session.verdict);
      // The kernel has the bug as well, and may die of it.
      else if (known === 'mended later') dropped += batch.dropProgram();
    }
    return batch;
  }

  /** A batch that was in flight when the target died has no answer of its own: it is sent again. */
  private async recheck({ batch, answer }: Sent, before: Difference): Promise<void> {
    const isLost = before.kind === 'death';
    if (isLost && (this.cutShort !== undefined || this.limits.stop())) {
      this.inFlight.shift();
      return;
    }
    const difference = isLost ? await compareBatch(await this.judge.link(), batch) : await answer;
    this.answered(batch, difference);
    if (difference !== null) await this.look(batch, difference);
  }

  private look(batch: Batch, difference: Difference): Promise<void> {
    const work = (): Promise<void> => this.investigate(batch, difference);
    return this.limits.look === undefined ? work() : this.limits.look(work);
  }

  private async investigate(batch: Batch, difference: Difference): Promise<void> {
    let verdict: Verdict | null;
    let seen = '';
    try {
      verdict = await this.shownAlone(batch, difference);
      if (verdict === null && difference.kind !== 'death') seen = await this.seenAgain(batch, difference);
    } catch (error) {
      // The difference was seen, even if an error ends the investigation.
      await this.unconfirmed(batch, difference, firstLine(error));
      throw error;
    }
    await (verdict === null ? this.unconfirmed(batch, difference, seen) : this.found(verdict));
  }

  /**
   * Runs the suspected program alone, to see whether it shows the difference again. A death may name its program.
   * Otherwise each program of the batch runs alone.
   */
  private async shownAlone(batch: Batch, difference: Difference): Promise<Verdict | null> {
    if (difference.kind === 'death') await this.judge.forget();
    if (difference.kind === 'splat') await (await this.judge.link()).rearm();
    for (const { id } of suspectsOf(batch, difference)) {
      this.generate(id);
      const verdict = await this.judge.judge(this.program());
      if (verdict.kind !== 'clean' && verdict.kind !== 'limit') return verdict;
    }
    return null;
  }

  /** The difference of the target's observation when the whole batch runs again. */
  private async seenAgain(batch: Batch, difference: Exclude<Difference, { kind: 'death' }>): Promise<string> {
    return observeAgain(await this.judge.link(), this.session, batch, difference, (id) => {
      this.generate(id);
      return this.program();
    });
  }

  /**
   * Reports a difference that no program shows when it runs alone, because it needs the programs before it, or because
   * the time is over.
   *
   * @param more - of a difference that is no death: what was seen when the batch ran again
   */
  private async unconfirmed(batch: Batch, difference: Difference, more: string): Promise<void> {
    this.generate(suspectsOf(batch, difference)[0].id);
    const [title, console] =
      difference.kind === 'death'
        ? [difference.death.detail, difference.death.console]
        : [`${inOneLine(difference)}: ${more}`, ''];
    await this.found({ kind: 'death', place: null, death: 'unconfirmed', title, console });
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

/** The programs that may have caused the difference, the likeliest first. */
function suspectsOf({ programs }: Batch, difference: Difference): readonly BatchProgram[] {
  if (difference.kind !== 'death') return [difference.program];
  const named = programs.slice(difference.death.program ?? 0)[0] ?? programs[0];
  return [named, ...programs.filter((program) => program !== named)];
}

function inOneLine(difference: Exclude<Difference, { kind: 'death' }>): string {
  const found = difference.kind === 'splat' ? '' : `${difference.found >>> 0} `;
  return `${difference.kind} ${found}after executed call ${difference.call}`;
}
