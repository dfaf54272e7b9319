import { ProgramGenerator } from '../generate/generator';
import type { Scenario } from '../generate/scenario';
import { formatSeed, generatorSeed, programAfter } from '../generate/seed';
import { Settler } from '../generate/settle';
import type { Call, Program } from '../program/program';
import type { Profile } from '../rules/profiles';
import type { Session } from '../session/session';
import { RawFindings, type RawFinding } from './raw_findings';

/** When a search ends: after so many commands, or at a moment, whichever comes first. */
export interface SearchLimits {
  readonly commands: number;
  /** After so many programs; absent: as many as there is time for. */
  readonly programs?: number;
  /** Asked between programs. */
  readonly stop: () => boolean;
  /** Different findings after which there is no point in going on. */
  readonly findings: number;
  /** Batches of lockstep between two looks at the target's memory; 64 where absent. */
  readonly memoryEveryBatches?: number;
}

export interface SearchResult {
  readonly programs: number;
  readonly findings: readonly RawFinding[];
}

/** Search on the model: generate, execute and check program after program, from program number `first` on. */
export class ModelSearch {
  private readonly generator: ProgramGenerator;
  private readonly settler = new Settler();
  private readonly found: RawFindings;
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
    this.found = new RawFindings(session, onFinding);
    this.generator = new ProgramGenerator(scenario, profile);
    this.startedAt = session.executed;
  }

  /** Commands executed by generated programs so far. */
  get commands(): number {
    return this.session.executed - this.startedAt;
  }

  /**
   * Search on until about `commands` more are executed.
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
    return { programs: this.programs, findings: this.found.all };
  }

  private one(number: number): void {
    runGenerated(this.generator, this.settler, this.session, number);
    if (this.session.failed)
      this.found.record(() => generatedProgram(this.generator, this.scenario, number), this.commands);
  }
}

/** Search to the end at once. */
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

/** The program that `runGenerated` made last, with the token of its number. */
export function generatedProgram(generator: ProgramGenerator, scenario: Scenario, number: number): Program {
  return { ...generator.program(), seed: formatSeed(scenario.name, number) };
}

/** Generate and execute the program of one number on an empty world, then settle. */
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
    else if (session.executeDrawn(call) >= 0) onExecuted?.(call);
  }
  session.settle(settler, onExecuted);
}
