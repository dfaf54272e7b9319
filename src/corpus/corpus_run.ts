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
import { ProgramReplay } from './program_replay';

const PICK_STREAM = 0x91c6;
/** Argument lists that are drawn for one call when rarely tried ones are preferred. */
const AMONG = 4;

/** A source that gives the calls of a program one by one. */
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
  /** All features of the program that it was cut from. */
  readonly reached: readonly number[];
}

/** The features of a program. */
interface Reached {
  readonly program: Program;
  readonly branches: readonly number[];
  /** Features that no earlier program had. */
  readonly fresh: readonly number[];
  readonly all: readonly number[];
}

/** Callbacks of a run. */
interface RunEvents {
  readonly onKept?: (kept: Kept) => void;
  readonly onExecuted?: (call: Call) => void;
}

/**
 * Executes programs on a session, one at a time: generated programs, generated programs that prefer rarely tried
 * arguments, kept programs as they are, or mutations of kept programs. Notes their features, and keeps programs that
 * reach something first.
 */
export class CorpusRun {
  private readonly generator: ProgramGenerator;
  private readonly mutator: ProgramMutator;
  private readonly replayer = new ProgramReplay();
  private readonly settler = new Settler();
  private readonly features = new Features();
  private readonly random = new Random();
  private readonly preference: ArgumentPreference;
  private source: CallSource;
  private number = 0;
  /** Positions of calls of the second CPU that were not legal at their moment. */
  private readonly skipped: number[] = [];
  /** The number of calls up to the last that reached something first. */
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

  /** The program that was run last. A replayed program has no token, because it does not follow from its number. */
  program(): Program {
    const program = this.source.program();
    return this.source === this.replayer ? program : { ...program, seed: formatSeed(this.scenario.name, this.number) };
  }

  /** Runs a kept program as it is, on the rules of this session. All of its features are known from then on. */
  replay(entry: CorpusEntry): void {
    this.number = parseSeed(entry.program.seed ?? '')?.number ?? 0;
    this.replayer.begin(entry.program);
    const reached = this.execute(this.replayer);
    if (reached !== null) entry.features = [...reached.all];
  }

  /** Runs the program of a number, which does not depend on the corpus. */
  generated(number: number): void {
    this.begin(number, null);
    this.run(this.generator);
  }

  /** Runs the program of a number with arguments that were rarely tried so far. */
  curious(number: number): void {
    this.begin(number, this.preference);
    this.run(this.generator);
  }

  /** Runs a mutation of kept programs. There must be one. */
  mutated(number: number): void {
    const { random, corpus } = this;
    const seed = generatorSeed(number);
    random.seed(seed, PICK_STREAM);
    const { program } = corpus.pick(random);
    const other = corpus.pick(random).program;
    // New calls are drawn with new weights of commands, or with those of the parent.
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
    this.corpus.countProgram(fresh.length > 0);
    // It is not known which call took a branch arm, so then all calls stay.
    if (fresh.length > 0)
      this.keep(branches.some((branch) => fresh.includes(branch)) ? program : prefix(program, this.useful), fresh);
  }

  /** Returns the features of the program; null when it fails. */
  private execute(source: CallSource): Reached | null {
    const { session, features, corpus } = this;
    this.source = source;
    this.useful = 0;
    this.skipped.length = 0;
    // Discards the hits of the previous program's settle.
    this.coverage?.takeHits();
    session.begin();
    features.begin();
    while (!session.failed) {
      const call = source.next(session.world);
      if (call === null) break;
      this.call(call);
    }
    const program = this.program();
    const branches = this.coverage?.takeHits() ?? [];
    this.settler.begin(generatorSeed(this.number));
    session.settle(this.settler, this.events.onExecuted);
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
