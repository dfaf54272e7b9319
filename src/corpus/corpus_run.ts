import { ProgramGenerator } from '../generate/generator';
import { ProgramMutator } from '../generate/mutate_program';
import { Random } from '../generate/random';
import type { Scenario } from '../generate/scenario';
import { formatSeed, generatorSeed, parseSeed } from '../generate/seed';
import { Settler } from '../generate/settle';
import type { ArgumentPreference } from '../generate/argument_preference';
import type { World } from '../model/world/world';
import { printProgram } from '../program/print';
import type { Call, Program } from '../program/program';
import { everyCall, keepCalls, prefix } from '../reduce/edit';
import { renamed } from '../reduce/rename';
import type { Profile } from '../rules/profiles';
import type { Session } from '../session/session';
import type { Corpus, CorpusEntry } from './corpus';
import { corpusId } from './corpus_files';
import type { ModelCoverage } from './coverage';
import { Features } from './features';
import { ProgramAgain } from './program_replay';

const PICK_STREAM = 0x91c6;
/** Arguments that are drawn for one call where little-tried ones are preferred. */
const AMONG = 4;

/** What gives the calls of a program one by one. */
interface CallSource {
  readonly calls: readonly Call[];
  readonly beside: readonly Call[];
  next(world: World): Call | null;
  program(): Program;
}

/** A program that reached something first. */
export interface Kept {
  readonly id: string;
  readonly text: string;
  readonly program: Program;
  readonly features: readonly number[];
  /** All that it reached, to the end of the program that it was cut from. */
  readonly reached: readonly number[];
}

/** What a program reached, at all and first. */
interface Reached {
  readonly program: Program;
  readonly branches: readonly number[];
  readonly fresh: readonly number[];
  readonly all: readonly number[];
}

/** What a run tells. */
export interface RunEvents {
  readonly onKept?: (kept: Kept) => void;
  readonly onExecuted?: (call: Call) => void;
}

/**
 * Executes programs on a session, one at a time: generated, generated with a taste for what was hardly tried, kept ones as they are, or
 * made of kept ones. Notes what they reach, and keeps those that reached something first.
 */
export class CorpusRun {
  private readonly generator: ProgramGenerator;
  private readonly mutator: ProgramMutator;
  private readonly replayer = new ProgramAgain();
  private readonly settler = new Settler();
  private readonly features = new Features();
  private readonly random = new Random();
  private readonly preference: ArgumentPreference;
  private source: CallSource;
  private number = 0;
  /** Positions of calls of the second CPU that were not legal when they had their moment. */
  private readonly skipped: number[] = [];
  /** Calls up to the last that brought something first. */
  private useful = 0;

  constructor(
    private readonly scenario: Scenario,
    profile: Profile,
    private readonly session: Session,
    private readonly corpus: Corpus,
    private readonly events: RunEvents = {},
    private readonly coverage: ModelCoverage | null = null,
  ) {
    this.generator = new ProgramGenerator(scenario, profile);
    this.mutator = new ProgramMutator(scenario, profile);
    this.preference = { candidates: AMONG, score: (world, call) => this.features.novelty(world, call, corpus.met) };
    this.mutator.preference = this.preference;
    this.source = this.generator;
  }

  /** The program that was run last. One that was kept has no token: its number is not what it came from. */
  program(): Program {
    const program = this.source.program();
    return this.source === this.replayer ? program : { ...program, seed: formatSeed(this.scenario.name, this.number) };
  }

  /** A kept program as it is, on the rules of this session: what it reaches, in full, is known from then on. */
  again(entry: CorpusEntry): void {
    this.number = parseSeed(entry.program.seed ?? '')?.number ?? 0;
    this.replayer.begin(entry.program);
    const reached = this.execute(this.replayer);
    if (reached !== null) entry.features = [...reached.all];
  }

  /** The program of a number: always the same, whatever was kept. */
  generated(number: number): void {
    this.begin(number, null);
    this.run(this.generator);
  }

  /** The commands of the program of a number, with arguments of which little was tried so far. */
  curious(number: number): void {
    this.begin(number, this.preference);
    this.run(this.generator);
  }

  /** Made of kept programs; there must be one. */
  mutated(number: number): void {
    const { random, corpus } = this;
    const seed = generatorSeed(number);
    random.seed(seed, PICK_STREAM);
    const { program } = corpus.pick(random);
    const other = corpus.pick(random).program;
    // New calls are drawn with commands and weights of its own, or with those that its parent was drawn with.
    const inherited = random.below(2) === 0 ? parseSeed(program.seed ?? '') : undefined;
    this.number = inherited?.number ?? number;
    this.mutator.begin(seed, program, other, generatorSeed(this.number));
    this.run(this.mutator);
  }

  private begin(number: number, preference: ArgumentPreference | null): void {
    this.number = number;
    this.generator.begin(generatorSeed(number));
    this.generator.preference = preference;
  }

  private run(source: CallSource): void {
    const reached = this.execute(source);
    if (reached === null) return;
    const { program, fresh, branches } = reached;
    this.corpus.noticed(fresh.length > 0);
    // Nobody knows which call went there, so all stay.
    if (fresh.length > 0)
      this.keep(branches.some((branch) => fresh.includes(branch)) ? program : prefix(program, this.useful), fresh);
  }

  /** @returns what the program reached; null where it does not hold */
  private execute(source: CallSource): Reached | null {
    const { session, features, corpus } = this;
    this.source = source;
    this.useful = 0;
    this.skipped.length = 0;
    // What settle reached, of whichever program it was, is no merit of this one.
    this.coverage?.gone();
    session.begin();
    features.begin();
    while (!session.failed) {
      const call = source.next(session.world);
      if (call === null) break;
      this.call(call);
    }
    const program = this.program();
    const branches = this.coverage?.gone() ?? [];
    this.settle();
    if (session.failed) return null;
    for (const branch of branches) features.addBranch(branch);
    const fresh = corpus.count(features.features, features.circumstances);
    return { program, branches, fresh, all: features.features };
  }

  private call(call: Call): void {
    const { session, features, corpus, source, events } = this;
    const known = features.features.length;
    features.before(session.world, call);
    if (source.beside.length > 0) {
      const { outcomes } = session.executeInterleaved(call, source.beside, true);
      if (outcomes[0] >= 0) features.after(session.world, call, outcomes[0]);
      source.beside.forEach((other, i) => {
        const outcome = outcomes[i + 1] ?? -1;
        if (outcome >= 0) features.beside(call, other, outcome);
        else this.skipped.push(source.calls.length - source.beside.length + i);
      });
    } else {
      const outcome = session.executeDrawn(call);
      if (outcome >= 0) {
        events.onExecuted?.(call);
        features.after(session.world, call, outcome);
      }
    }
    for (let i = known; i < features.features.length; i++)
      if (corpus.met[features.features[i]] === 0) this.useful = source.calls.length;
  }

  private settle(): void {
    const { session, settler } = this;
    settler.begin(generatorSeed(this.number));
    let last: Call | null = null;
    while (!session.failed) {
      const call = settler.next(session.world);
      if (call === null) break;
      last = call;
      if (session.executeDrawn(call, true) >= 0) this.events.onExecuted?.(call);
    }
    session.checkSettled(last);
  }

  private keep(program: Program, fresh: readonly number[]): void {
    const executed = everyCall(program);
    for (const position of this.skipped) if (position < executed.length) executed[position] = 0;
    const kept = renamed(keepCalls(program, executed));
    const text = printProgram(kept);
    const id = corpusId(text);
    this.corpus.add(id, kept, fresh, this.features.features);
    this.events.onKept?.({ id, text, program: kept, features: fresh, reached: [...this.features.features] });
  }
}
