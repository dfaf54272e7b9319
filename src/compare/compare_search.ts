import { ProgramGenerator } from '../generate/generator';
import type { Scenario } from '../generate/scenario';
import { generatorSeed, programAfter } from '../generate/seed';
import { Settler } from '../generate/settle';
import type { Answer } from '../lockstep/link';
import { OutOfTimeError } from '../lockstep/limited_link';
import type { Program } from '../program/program';
import { generatedProgram, type SearchLimits } from '../search/search_model';
import type { RawFinding } from '../search/raw_findings';
import { signatureOf, type Verdict } from '../session/verdict';
import { compareAnswers, type PairDifference } from './compare_answers';
import type { DecidingRules } from './deciding_rules';
import { MemoryWatch } from './memory_watch';
import type { Pair } from './pair';
import { PairBatch, type ProgramEnd } from './pair_batch';
import { deathIn, type PairJudge } from './pair_judge';
import type { PairModels } from './pair_models';
import type { PairTargets } from './pair_targets';

/** Calls in one request, and batches in flight: as in lockstep with one target. */
const BATCH_CALLS = 4000;
const BATCHES_IN_FLIGHT = 2;
const MEMORY_EVERY_BATCHES = 64;
/** Programs with the same kind of difference after the same command that are judged alone. The others are counted. */
const JUDGED_PER_KIND = 8;

/** The counts of a search on two targets. */
export interface CompareCounts {
  readonly programs: number;
  /** Calls whose answers were compared. */
  readonly compared: number;
  /** Programs in which the targets differ as their rules say: their rest was not compared. */
  readonly explained: number;
  /** Programs in which the rules differ and the targets do not. */
  readonly notShown: number;
  /** Programs in which both targets differ from the model, and not from each other. */
  readonly together: number;
  /** Programs of which both targets die. */
  readonly bothDied: number;
  /** Programs with a difference of a kind that is a finding already. */
  readonly again: number;
  /** Programs that were not compared, because a target died of one of their batch, or of the one before. */
  readonly lost: number;
  /** Commands that were sent but not answered in time. */
  readonly unanswered: number;
  /** The reason that the search ended before its limits, as half a line. */
  readonly cutShort?: string;
}

/** The parts of a comparison that all its searches share. */
export interface Comparing {
  readonly targets: PairTargets;
  readonly models: PairModels;
  readonly judge: PairJudge;
  readonly names: Pair<string>;
  readonly rules: DecidingRules;
}

interface Sent {
  readonly batch: PairBatch;
  readonly answers: Promise<Pair<Answer>>;
}

/** A search of one scenario on two targets, driven by the model of the first. */
export class CompareSearch {
  private readonly generator: ProgramGenerator;
  private readonly settler = new Settler();
  private readonly inFlight: Sent[] = [];
  private readonly idle: PairBatch[] = [];
  private readonly judged = new Map<string, number>();
  private readonly findings = new Map<string, RawFinding>();
  private readonly memory: MemoryWatch;
  private number = 0;
  private batches = 0;
  private deathsInRow = 0;
  private counted = {
    programs: 0,
    compared: 0,
    explained: 0,
    notShown: 0,
    together: 0,
    bothDied: 0,
    again: 0,
    lost: 0,
  };
  private cutShort?: string;
  private readonly startedAt: number;

  constructor(
    private readonly scenario: Scenario,
    private readonly comparing: Comparing,
    private readonly first: number,
    private readonly limits: SearchLimits,
    private readonly onFinding: (finding: RawFinding) => Promise<void>,
  ) {
    const { models, targets, names } = comparing;
    this.generator = new ProgramGenerator(scenario, models.sides[0].profile);
    this.memory = new MemoryWatch(targets, names);
    this.startedAt = models.first.executed;
  }

  /** Ends without an error when the time is over. */
  async run(): Promise<CompareCounts> {
    try {
      await this.searchToTheEnd();
    } catch (error) {
      if (!(error instanceof OutOfTimeError)) throw error;
    }
    return this.result();
  }

  /** Also after an error. */
  result(): CompareCounts {
    const unanswered = this.inFlight.reduce((sum, { batch }) => sum + batch.size, 0);
    const cutShort = this.cutShort === undefined ? {} : { cutShort: this.cutShort };
    return { ...this.counted, unanswered, ...cutShort };
  }

  private get isDone(): boolean {
    const { limits, comparing } = this;
    return (
      comparing.models.first.executed - this.startedAt >= limits.commands ||
      this.findings.size >= limits.findings ||
      this.counted.programs >= (limits.programs ?? Infinity) ||
      this.cutShort !== undefined ||
      limits.stop()
    );
  }

  private async searchToTheEnd(): Promise<void> {
    let over = false;
    let watches = false;
    for (;;) {
      over ||= this.isDone;
      watches ||= this.batches >= (this.limits.memoryEveryBatches ?? MEMORY_EVERY_BATCHES);
      if (watches && this.inFlight.length === 0) {
        const verdict = await this.memory.look();
        if (verdict !== null) await this.found(verdict);
        this.batches = 0;
        watches = false;
      }
      if (over && this.inFlight.length === 0) break;
      if (!over && !watches && this.inFlight.length < BATCHES_IN_FLIGHT) {
        const batch = this.fill();
        const answers = this.comparing.targets.execute(batch.sides[0].request());
        answers.catch(() => undefined); // takeAnswer handles it
        this.inFlight.push({ batch, answers });
        // The request leaves before the next batch is generated.
        await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      await this.takeAnswer();
    }
  }

  private fill(): PairBatch {
    const batch = this.idle.pop() ?? new PairBatch(this.comparing.models);
    batch.clear();
    while (batch.size < BATCH_CALLS && this.counted.programs < (this.limits.programs ?? Infinity))
      this.generate(programAfter(this.first, this.counted.programs++), batch);
    return batch;
  }

  /** Generates the program of a number on the first model, up to where the models differ. */
  private generate(number: number, batch: PairBatch): void {
    const { generator, settler } = this;
    const session = this.comparing.models.first;
    const seed = generatorSeed(number);
    this.number = number;
    batch.beginProgram(number);
    session.begin();
    generator.begin(seed);
    settler.begin(seed);
    let goesOn = true;
    while (goesOn && !session.failed) {
      const call = generator.next(session.world);
      if (call === null) break;
      if (session.executeDrawn(call, generator.args) >= 0) goesOn = batch.executed(call);
    }
    if (goesOn) session.settle(settler, (call) => batch.executed(call, true));
  }

  /** The program of a number, as data that outlives the generator. */
  private programOf(number: number): Program {
    this.generate(number, new PairBatch(this.comparing.models));
    return generatedProgram(this.generator, this.scenario, this.number);
  }

  private async takeAnswer(): Promise<void> {
    const [{ batch, answers }] = this.inFlight;
    const taken = await answers;
    this.inFlight.shift();
    if (taken.every((answer) => deathIn(batch, answer) === undefined)) {
      await this.compare(batch, taken);
      this.idle.push(batch);
      return;
    }
    // A batch that was sent to a target that died before it has no answer of its own: it is sent again.
    const later = this.inFlight.splice(0);
    await this.forgetDead(batch, taken);
    for (const sent of later) await this.forgetDead(sent.batch, await sent.answers);
    for (const sent of [batch, ...later.map((one) => one.batch)]) {
      if (this.cutShort === undefined && !this.limits.stop()) await this.afterDeath(sent);
      else this.counted.lost += sent.sides[0].programs.length;
      this.idle.push(sent);
    }
  }

  private async compare(batch: PairBatch, [a, b]: Pair<Answer>): Promise<void> {
    this.deathsInRow = 0;
    this.batches++;
    const result = compareAnswers(batch, a.words as Uint32Array, b.words as Uint32Array);
    const { counted } = this;
    counted.compared += result.compared;
    counted.together += result.together;
    counted.explained += result.explained.length;
    counted.notShown += result.notShown.length;
    const { rules } = this.comparing;
    const programOf = ({ program }: ProgramEnd) => this.programOf(batch.sides[0].programs[program].id);
    for (const end of result.explained) rules.count(end, true, () => programOf(end));
    for (const end of result.notShown) rules.count(end, false, () => programOf(end));
    if (result.hasSplats) await this.comparing.targets.splats();
    for (const difference of result.differences) await this.investigate(difference);
  }

  /** Runs the program of a difference alone, to see whether it shows it again. */
  private async investigate(difference: PairDifference): Promise<void> {
    const program = this.programOf(difference.program.id);
    const kind = `${difference.kind} ${commandAt(program, difference.call)}`;
    const judged = this.judged.get(kind) ?? 0;
    this.judged.set(kind, judged + 1);
    if (judged >= JUDGED_PER_KIND || this.findings.size >= this.limits.findings) {
      this.counted.again++;
      return;
    }
    const verdict = await this.comparing.judge.judge(program);
    if (verdict.kind !== 'clean') return this.found(verdict, program);
    const title = `${difference.kind} after executed call ${difference.call}, which the program alone does not show`;
    await this.found({ kind: 'death', place: null, death: 'unconfirmed', title, console: '' }, program);
  }

  /** The batch is sent once more, since the target may have died of one before it. Then its programs run alone. */
  private async afterDeath(batch: PairBatch): Promise<void> {
    const again = await this.comparing.targets.execute(batch.sides[0].request());
    if (again.every((answer) => deathIn(batch, answer) === undefined)) return this.compare(batch, again);
    await this.forgetDead(batch, again);
    await this.oneByOne(batch, again);
    if (++this.deathsInRow >= (this.limits.deathsInRow ?? Infinity))
      this.cutShort = `a target died in ${this.deathsInRow} batches in a row`;
  }

  private async forgetDead(batch: PairBatch, answers: Pair<Answer>): Promise<void> {
    for (const side of [0, 1] as const)
      if (deathIn(batch, answers[side]) !== undefined) await this.comparing.targets.forget(side);
  }

  /** Judges the programs of a batch alone, until one shows why a target died. The named one comes first. */
  private async oneByOne(batch: PairBatch, answers: Pair<Answer>): Promise<void> {
    const { programs } = batch.sides[0];
    const named = answers.map(({ death }) => death?.program).find((program) => program !== undefined) ?? 0;
    const suspects = [...programs.slice(named), ...programs.slice(0, named)];
    for (const [i, { id }] of suspects.entries()) {
      if (this.limits.stop()) {
        this.counted.lost += suspects.length - i;
        return;
      }
      const program = this.programOf(id);
      const { verdict, bothDied, compared } = await this.comparing.judge.judgePair(program);
      this.counted.compared += compared;
      if (verdict.kind === 'clean' && !bothDied) continue;
      if (bothDied) this.counted.bothDied++;
      else await this.found(verdict, program);
      this.counted.lost += suspects.length - i - 1;
      return;
    }
    const { title, console } = { title: 'no program of the batch shows it alone', console: '' };
    const program = this.programOf(suspects[0].id);
    await this.found({ kind: 'death', place: null, death: 'unconfirmed', title, console }, program);
  }

  /** @param program - absent: the one that was generated last */
  private async found(verdict: Verdict, program = this.programOf(this.number)): Promise<void> {
    const signature = signatureOf(verdict);
    if (this.findings.has(signature)) {
      this.counted.again++;
      return;
    }
    const finding = { program, verdict, signature, afterCommands: this.comparing.models.first.executed };
    this.findings.set(signature, finding);
    await this.onFinding(finding);
  }
}

function commandAt({ calls }: Program, position: number): string {
  return position < calls.length ? calls[position].command.name : 'settle';
}
