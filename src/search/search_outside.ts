import { outcomeOfReturn } from '../commands/outside/define_outside';
import { ProgramGenerator, generateOn } from '../generate/generator';
import type { Scenario } from '../generate/scenario';
import type { Splat } from '../lockstep/splats';
import { formatSeed, generatorSeed, programAfter } from '../generate/seed';
import { compileProgram, type CompiledProgram } from '../outside/compile';
import { judgeProgram, PROLOGUE, type Returned } from '../outside/judge_program';
import { guiltyOfEnd, type Suspect } from '../outside/guilty';
import { ownSplats } from '../outside/late_splat';
import { guiltyOf, HighWater } from '../outside/left_behind';
import type { OutsideJudge } from '../outside/outside_judge';
import { PROMISES, type PromiseName } from '../outside/promises';
import { plural } from '../program/counts';
import type { Program } from '../program/program';
import { SKIPPED_GONE } from '../program/execute';
import type { Profile } from '../rules/profiles';
import type { Session } from '../session/session';
import { signatureOf, type Verdict } from '../session/verdict';
import type { RawFinding } from './raw_findings';
import type { SearchLimits, SearchResult } from './search_model';

/** Programs in one request. */
const BATCH_PROGRAMS = 16;
/** Batches between two counts of what the kernel holds: a count takes as long as some programs. */
const COUNT_EVERY_BATCHES = 8;

interface Sent {
  readonly number: number;
  readonly program: Program;
  readonly compiled: CompiledProgram;
}

/** A search with programs of user space on a kernel, from program number `first` on. */
export class OutsideSearch {
  private readonly generator: ProgramGenerator;
  private readonly findings: RawFinding[] = [];
  programs = 0;
  private compared = 0;
  private cutShort?: string;
  private readonly highWater = new HighWater();
  /** Programs since the last count. */
  private readonly uncounted: Sent[] = [];
  /** By promise: how often it was asked whether it is kept. */
  readonly asked = new Map<PromiseName, number>(PROMISES.map(({ name }) => [name, 0]));

  /** @param session - counts calls; its world follows what programs believe */
  constructor(
    private readonly scenario: Scenario,
    private readonly profile: Profile,
    private readonly session: Session,
    private readonly judge: OutsideJudge,
    private readonly first: number,
    private readonly limits: SearchLimits,
    private readonly onFinding: (finding: RawFinding) => void | Promise<void>,
  ) {
    this.generator = new ProgramGenerator(scenario, profile);
  }

  async run(): Promise<SearchResult> {
    const startedAt = this.session.executed;
    const { limits } = this;
    for (let batches = 1; ; batches++) {
      const isOver =
        this.session.executed - startedAt >= limits.commands ||
        this.findings.length >= limits.findings ||
        this.programs >= (limits.programs ?? Infinity) ||
        this.cutShort !== undefined ||
        limits.stop();
      if (isOver) break;
      await this.batch();
      if (batches % COUNT_EVERY_BATCHES === 0) await this.count();
    }
    if (!limits.stop() && this.uncounted.length > 0) await this.count();
    return this.result();
  }

  result(): SearchResult {
    const { programs, compared, cutShort } = this;
    return { programs, findings: this.findings, known: [], compared, cutShort };
  }

  private async batch(): Promise<void> {
    const sent: Sent[] = [];
    const count = Math.min(BATCH_PROGRAMS, (this.limits.programs ?? Infinity) - this.programs);
    for (let i = 0; i < count; i++) sent.push(this.make(programAfter(this.first, this.programs++)));
    const answer = await this.judge.target.run(sent.map(({ compiled }) => compiled.steps));
    if ('death' in answer) {
      if (this.judge.target.deathsInRow >= (this.limits.deathsInRow ?? Infinity))
        this.cutShort = `the target died ${plural(this.judge.target.deathsInRow, 'time')} in a row`;
      for (const one of sent) await this.alone(one);
      return;
    }
    for (const [at, one] of sent.entries()) {
      const { verdict, history, returns } = judgeProgram(one.compiled, answer.results[at]);
      for (const returned of returns) this.countOutcomes(returned);
      for (const position of one.compiled.skipped) this.session.count(one.program.calls[position], SKIPPED_GONE);
      for (const [name, times] of history.asked) this.asked.set(name, (this.asked.get(name) ?? 0) + times);
      this.compared += returns.length;
      this.uncounted.push(one);
      if (verdict.kind !== 'clean' && verdict.kind !== 'limit') await this.confirm(one, verdict);
      else if (verdict.kind === 'limit') this.cutShort = verdict.message;
    }
    await this.tellLate(sent);
  }

  /** Reports a complaint about an earlier program as unconfirmed. The kernel would repeat it, so it is opened again. */
  private async tellLate(sent: readonly Sent[]): Promise<void> {
    const { late } = this.judge.target;
    if (late === undefined || sent.length === 0) return;
    const title = `${late.title}: of a program that ended a minute before, or earlier`;
    await this.found(sent[0], { kind: 'death', place: null, death: 'unconfirmed', title, console: late.text });
    await this.judge.target.forget();
  }

  private countOutcomes({ compiled: { call }, ret, others }: Returned): void {
    const outcomeOf = (value: number): number => outcomeOfReturn(call.command, value);
    const outcome = outcomeOf(ret);
    this.session.count(call, outcome);
    const rest = new Set(others.map(outcomeOf));
    for (const other of rest) if (other !== outcome && other >= 0) this.session.countAlso(call, other);
  }

  private make(number: number): Sent {
    const seed = generatorSeed(number);
    this.session.begin();
    const made = generateOn(this.generator, this.session.world, this.profile.name, seed);
    const program = { ...made, seed: formatSeed(this.scenario.name, number) };
    return { number, program, compiled: compileProgram(this.session, program, PROLOGUE) };
  }

  /** A batch of which the kernel died is run again program by program. */
  private async alone(one: Sent): Promise<void> {
    if (this.limits.stop() || this.cutShort !== undefined) return;
    const verdict = await this.judge.judge(one.program);
    if (verdict.kind !== 'clean' && verdict.kind !== 'limit') await this.found(one, verdict);
  }

  /** Runs a program once more, alone: what it shows then is its finding. */
  private async confirm(one: Sent, seen: Verdict): Promise<void> {
    if (this.isMet(one.program, seen)) return;
    const verdict = await this.judge.judge(one.program);
    if (verdict.kind === 'clean' || verdict.kind === 'limit') await this.found(one, unconfirmed(seen));
    else await this.found(one, verdict);
  }

  private async found(one: Sent, verdict: Verdict): Promise<void> {
    const signature = signatureOf(verdict);
    if (this.isMet(one.program, verdict)) return;
    const finding = { program: one.program, verdict, signature, afterCommands: this.session.executed };
    this.findings.push(finding);
    await this.onFinding(finding);
  }

  private isMet(program: Program, verdict: Verdict): boolean {
    const { isMet } = this.limits;
    const signature = signatureOf(verdict);
    return isMet?.(program, verdict) ?? this.findings.some((finding) => finding.signature === signature);
  }

  /** Compares what the kernel holds with the last count, and looks for the program that left more behind. */
  private async count(): Promise<void> {
    const programs = this.uncounted.splice(0);
    const state = await this.judge.target.state();
    this.ask('given-back', programs.length);
    if (state === undefined) return;
    const suspects = programs.map((one) => ({ one, steps: one.compiled.steps }));
    const [splat] = ownSplats(state.log);
    if (splat !== undefined && suspects.length > 0) await this.tellOfEnd(suspects, splat);
    await this.tellLate(programs);
    if (!this.highWater.exceededBy(state)) return;
    const guilty = await guiltyOf(this.judge.target, suspects, this.limits.stop);
    const verdict = guilty === undefined ? undefined : await this.judge.verdictOfRest(guilty.one.compiled);
    if (guilty !== undefined && verdict !== undefined && verdict.kind !== 'clean')
      await this.found(guilty.one, verdict);
    // The next count would wait for the same namespaces.
    if (!state.isQuiet) await this.judge.target.forget();
  }

  /** The kernel complained behind programs, as when their namespaces go. */
  private async tellOfEnd(suspects: readonly (Suspect & { readonly one: Sent })[], splat: Splat): Promise<void> {
    const { title, source, callers, text } = splat;
    const guilty = await guiltyOfEnd(this.judge.target, suspects, title, this.limits.stop);
    if (guilty === undefined) {
      const why = `${title}: behind one of ${plural(suspects.length, 'program')}, and not seen again`;
      await this.found(suspects[0].one, {
        kind: 'death',
        place: null,
        death: 'unconfirmed',
        title: why,
        console: text,
      });
      return;
    }
    const place = { call: guilty.one.compiled.calls.length, command: 'settle', settling: true };
    const from = source === undefined ? {} : { source };
    await this.found(guilty.one, { kind: 'splat', place, title, ...from, callers, text });
  }

  private ask(promise: PromiseName, times: number): void {
    this.asked.set(promise, (this.asked.get(promise) ?? 0) + times);
  }
}

/** A program that shows it only behind others, or only now and then. */
function unconfirmed(verdict: Verdict): Verdict {
  const title = `${signatureOf(verdict)}: not seen again when the program ran alone`;
  return { kind: 'death', place: null, death: 'unconfirmed', title, console: '' };
}
