import { ProgramGenerator } from '../generate/generator';
import type { Scenario } from '../generate/scenario';
import { formatSeed } from '../generate/seed';
import { Settler } from '../generate/settle';
import type { Call, Program } from '../program/program';
import type { Profile } from '../rules/profiles';
import { generatorSeed, programAfter } from '../targets/program_number';
import type { Session } from '../targets/session';
import { signatureOf, type Verdict } from '../targets/verdict';

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

/** A program that does not hold, as it was found. */
export interface RawFinding {
  readonly program: Program;
  readonly verdict: Verdict;
  readonly signature: string;
  /** Commands executed when it was found. */
  readonly afterCommands: number;
}

export interface SearchResult {
  readonly programs: number;
  readonly findings: readonly RawFinding[];
}

/** Search on the model: generate, execute and check program after program, from program number `first` on. */
export class ModelSearch {
  private readonly generator: ProgramGenerator;
  private readonly settler = new Settler();
  private readonly found = new Map<string, RawFinding>();
  private readonly startedAt: number;
  programs = 0;

  constructor(
    private readonly scenario: Scenario,
    profile: Profile,
    private readonly session: Session,
    private readonly first: number,
    private readonly limits: SearchLimits,
    private readonly onFinding: (finding: RawFinding) => void = () => undefined,
  ) {
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
    return { programs: this.programs, findings: [...this.found.values()] };
  }

  private one(number: number): void {
    runGenerated(this.generator, this.settler, this.session, number);
    if (!this.session.failed || this.session.verdict.kind === 'limit') return;
    const signature = signatureOf(this.session.verdict);
    if (this.found.has(signature)) return;
    const finding = {
      program: generatedProgram(this.generator, this.scenario, number),
      verdict: this.session.verdict,
      signature,
      afterCommands: this.commands,
    };
    this.found.set(signature, finding);
    this.onFinding(finding);
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
  let last: Call | null = null;
  while (!session.failed) {
    const call = settler.next(session.world);
    if (call === null) break;
    last = call;
    if (session.executeDrawn(call, true) >= 0) onExecuted?.(call);
  }
  session.checkSettled(last);
}
