import { ProgramGenerator } from '../generate/generator';
import type { Scenario } from '../generate/scenario';
import { formatSeed, generatorSeed, programAfter } from '../generate/seed';
import { Settler } from '../generate/settle';
import type { Call, Program } from '../program/program';
import type { Profile } from '../rules/profiles';
import type { Session } from '../session/session';
import type { Verdict } from '../session/verdict';
import { KnownFindings } from './known_findings';
import type { MetFinding } from './met_finding';
import { RawFindings, type RawFinding } from './raw_findings';

/** Limits of a search. It ends at the first limit that it reaches. */
export interface SearchLimits {
  readonly commands: number;
  /** Absent: no limit. */
  readonly programs?: number;
  /** Called between programs; true ends the search. */
  readonly stop: () => boolean;
  /** Number of different findings. */
  readonly findings: number;
  /** Batches of lockstep between two reads of the target's memory in use; default 64. */
  readonly memoryEveryBatches?: number;
  /** Batches one after the other of which the target dies, after which a search of it ends; default: no limit. */
  readonly deathsInRow?: number;
  /** Calls in one request to a target: a death loses the answers to all of them; default 4000. */
  readonly batchCalls?: number;
  /** Runs what is no search: the confirmation of a difference. Absent: it simply runs. */
  readonly look?: (work: () => Promise<void>) => Promise<void>;
  /**
   * Of a search of user space: whether a program shows what was found before. Absent: it does if a finding has its
   * signature.
   */
  readonly isMet?: (program: Program, verdict: Verdict) => boolean;
  /** Called after each program of a search on the model, with what makes it. */
  readonly onProgram?: (program: () => Program) => void;
}

export interface SearchResult {
  readonly programs: number;
  /** Observations of a target that were compared. */
  readonly compared: number;
  readonly findings: readonly RawFinding[];
  /** Known bugs of the kernel that programs met. */
  readonly known: readonly MetFinding[];
  /** Of a target: commands that were sent but not answered in time. */
  readonly unanswered?: number;
  /** The reason that the search ended before its limits, as half a line. */
  readonly cutShort?: string;
}

/** A search on the model: generates, executes and checks program after program, from program number `first` on. */
export class ModelSearch {
  private readonly generator: ProgramGenerator;
  private readonly settler = new Settler();
  private readonly found: RawFindings;
  private readonly known: KnownFindings;
  private readonly startedAt: number;
  programs = 0;

  constructor(
    private readonly scenario: Scenario,
    profile: Profile,
    private readonly session: Session,
    private readonly first: number,
    private readonly limits: SearchLimits,
    onFinding: (finding: RawFinding) => void = () => undefined,
  ) {
    this.known = new KnownFindings(session, profile);
    this.found = new RawFindings(session, this.known, onFinding);
    this.generator = new ProgramGenerator(scenario, profile);
    this.startedAt = session.executed;
  }

  /** Commands executed by generated programs so far. */
  get commands(): number {
    return this.session.executed - this.startedAt;
  }

  /**
   * Continues until about `commands` more commands are executed.
   * @returns false when the search is over
   */
  slice(commands: number): boolean {
    const until = this.commands + commands;
    const { limits } = this;
    while (this.commands < until) {
      if (this.programs >= (limits.programs ?? Infinity)) return false;
      if (this.commands >= limits.commands || this.found.size >= limits.findings || limits.stop()) return false;
      this.one(programAfter(this.first, this.programs++));
    }
    return true;
  }

  result(): SearchResult {
    return { programs: this.programs, compared: 0, findings: this.found.all, known: this.known.all };
  }

  private one(number: number): void {
    runGenerated(this.generator, this.settler, this.session, number);
    const program = (): Program => generatedProgram(this.generator, this.scenario, number);
    this.limits.onProgram?.(program);
    this.known.count();
    if (this.session.failed) this.found.record(program, this.commands);
  }
}

/** Runs a whole search. */
export function searchModel(
  scenario: Scenario,
  profile: Profile,
  session: Session,
  first: number,
  limits: SearchLimits,
): SearchResult {
  const search = new ModelSearch(scenario, profile, session, first, limits);
  while (search.slice(limits.commands));
  return search.result();
}

/** The last program of `runGenerated`, with the token of its number. */
export function generatedProgram(generator: ProgramGenerator, scenario: Scenario, number: number): Program {
  return { ...generator.program(), seed: formatSeed(scenario.name, number) };
}

/** Generates and executes the program of one number on an empty world, then settles. */
export function runGenerated(
  generator: ProgramGenerator,
  settler: Settler,
  session: Session,
  number: number,
  onExecuted?: (call: Call) => void,
): void {
  session.begin();
  const seed = generatorSeed(number);
  generator.begin(seed);
  settler.begin(seed);
  while (!session.failed) {
    const call = generator.next(session.world);
    if (call === null) break;
    if (generator.beside.length > 0) session.executeInterleaved(call, generator.beside, true);
    else if (session.executeDrawn(call, generator.args) >= 0) onExecuted?.(call);
  }
  session.settle(settler, onExecuted);
}
