import type { Level } from '../commands/outside/step';
import type { ArgumentPreference } from '../generate/argument_preference';
import { generateOn, ProgramGenerator } from '../generate/generator';
import { ProgramMutator } from '../generate/mutate_program';
import { Random } from '../generate/random';
import type { Scenario } from '../generate/scenario';
import { endsProgram } from '../generate/ends_program';
import type { OutsideLink } from '../lockstep/outside_link';
import { compileProgram } from '../outside/compile';
import { PROLOGUE } from '../outside/judge_program';
import { executeCall } from '../program/execute';
import type { Program } from '../program/program';
import { reduceAsync } from '../reduce/reduce';
import type { Profile } from '../rules/profiles';
import type { Session } from '../session/session';
import { has, satisfied, vectorOf, type Fact, type Vector } from './condition';
import { preferenceFor, withHints, type Hints } from './hints';
import type { Invocation } from './invocations';
import type { WatchedFunction } from './probes';
import type { Tracer } from './tracer';

/** Programs on their way at once. */
const IN_FLIGHT = 8;
/** Programs that are kept: for each set of facts that some invocation had, the shortest. */
const KEPT_MAX = 128;
/** Of eight programs: those that are made from kept ones. */
const MUTATED_EIGHTHS = 6;
/** Programs of each scenario before those come more often whose programs come closest. */
const EXPLORED = 4;
const REDUCTION_MAX = 400;
const CONFIRMATIONS = 2;
const STREAM = 0x7eac;

/** The invocation that came closest to the condition. */
export interface Closest {
  readonly satisfied: number;
  readonly missing: readonly Fact[];
}

/** The result of a search at one level. */
export interface Searched {
  readonly as: Level;
  readonly programs: number;
  /** Invocations of the function. */
  readonly entered: number;
  /** Deaths of the kernel meanwhile: findings of their own. */
  readonly deaths: number;
  readonly closest?: Closest;
  readonly reached?: { readonly program: Program; readonly before: Program };
}

/** A program that was made, and the scenario whose commands it has. */
interface Made {
  readonly program: Program;
  /** Position in the scenarios of the question. */
  readonly of: number;
}

interface Kept extends Made {
  readonly score: number;
}

/** An opened kernel that watches the function. */
export interface TracedOutside {
  readonly link: OutsideLink;
  readonly tracer: Tracer;
}

export interface ReachLimits {
  readonly programs: number;
  readonly isOver: () => boolean;
}

/** The condition, and the programs among which one is searched that fulfils it. */
export interface OutsideQuestion {
  readonly target: TracedOutside;
  /** After a death. */
  readonly reopen: () => Promise<TracedOutside>;
  /** The function as the outside's kernel has it watched. */
  readonly watched: WatchedFunction;
  readonly facts: readonly Fact[];
  /** Functions that lead to it, the outermost first: a program that enters some is closer than one that enters none. */
  readonly path: readonly WatchedFunction[];
  readonly session: Session;
  /** The first has all commands. */
  readonly scenarios: readonly Scenario[];
  readonly profile: Profile;
  readonly level: Level;
  readonly seed: number;
  /** Programs that are run before random ones. */
  readonly first: readonly Program[];
  /** They hint at what a program has to do. */
  readonly hints: Hints;
}

/** Searches programs of user space for one whose invocation of a function fulfils a condition. */
export class ReachSearch {
  private readonly kept = new Map<string, Kept>();
  private readonly random = new Random();
  private readonly generators: readonly ProgramGenerator[];
  /** Of the same scenarios, with more of the commands that the condition hints at. */
  private readonly hinted: readonly ProgramGenerator[];
  /** Commands that are put into a program are those of its scenario. */
  private readonly mutators: readonly ProgramMutator[];
  /** By scenario: facts that its closest invocation had. */
  private readonly scores: number[];
  private readonly preference: ArgumentPreference | null;
  private programs = 0;
  private entered = 0;
  private deaths = 0;
  private closest?: Closest;
  /** Scores of the program that came closest, and of the one that stayed farthest away. */
  private most = 0;
  private least = Infinity;

  private target: TracedOutside;

  constructor(private readonly question: OutsideQuestion) {
    const { target, scenarios, profile, hints } = question;
    this.target = target;
    this.generators = scenarios.map((scenario) => new ProgramGenerator(scenario, profile));
    const hinted = scenarios.map((scenario) => withHints(scenario, hints));
    this.hinted = hinted.map((scenario) => new ProgramGenerator(scenario, profile, false));
    this.mutators = hinted.map((scenario) => new ProgramMutator(scenario, profile, false));
    this.scores = scenarios.map(() => 0);
    this.preference = preferenceFor(hints);
  }

  async run(limits: ReachLimits): Promise<Searched> {
    await this.target.tracer.begin();
    while (this.programs < limits.programs && !limits.isOver()) {
      const count = Math.min(IN_FLIGHT, limits.programs - this.programs);
      const made = Array.from({ length: count }, () => this.make(this.programs++));
      const found = await this.runAll(made);
      for (const program of found) {
        if (!(await this.isConfirmed(program))) continue;
        return this.result({ program: await this.reduced(program, limits), before: program });
      }
    }
    return this.result();
  }

  private result(reached?: Searched['reached']): Searched {
    const { programs, entered, deaths, closest } = this;
    return {
      as: this.question.level,
      programs,
      entered,
      deaths,
      closest,
      ...(reached === undefined ? {} : { reached }),
    };
  }

  private make(at: number): Made {
    const { first, level } = this.question;
    if (at < first.length) return { program: { ...first[at], as: level }, of: 0 };
    const number = this.question.seed + at;
    this.random.seed(number, STREAM);
    const parents = [...this.kept.values()];
    // Programs that came no closer than any other are no better to start from than nothing.
    const isMutated = this.most > this.least && this.random.below(8) < MUTATED_EIGHTHS;
    const { program, of } = isMutated ? this.mutated(number, parents) : this.fresh(number, at);
    return { program: { ...program, as: level }, of };
  }

  private fresh(number: number, at: number): Made {
    const { session, profile } = this.question;
    session.begin();
    const of = this.scenarioFor(number, at);
    const isHinted = this.preference !== null && this.random.below(2) === 0;
    const generator = (isHinted ? this.hinted : this.generators)[of];
    generator.preference = this.preferenceNow();
    return { program: generateOn(generator, session.world, profile.name, number), of };
  }

  /** All in turn at first; then three of four programs are of those that came closest. */
  private scenarioFor(number: number, at: number): number {
    const { scores, random } = this;
    if (at < EXPLORED * scores.length || random.below(4) === 0) return number % scores.length;
    const top = Math.max(...scores);
    const closest = scores.flatMap((score, of) => (score === top ? [of] : []));
    return closest[random.below(closest.length)];
  }

  /** One program in four does not follow the hints: what they hint at may be wrong. */
  private preferenceNow(): ArgumentPreference | null {
    return this.random.below(4) > 0 ? this.preference : null;
  }

  private mutated(number: number, parents: readonly Kept[]): Made {
    const { random } = this;
    const { session, profile } = this.question;
    const top = Math.max(...parents.map(({ score }) => score));
    const tops = parents.filter(({ score }) => score === top);
    const pick = (from: readonly Kept[]): Kept => from[random.below(from.length)];
    const { program: parent, of } = random.below(2) === 0 ? pick(tops) : pick(parents);
    const mutator = this.mutators[of];
    session.begin();
    const { world } = session;
    mutator.preference = this.preferenceNow();
    mutator.begin(number, parent, pick(parents).program);
    try {
      for (let call = mutator.next(world); call !== null; call = mutator.next(world))
        executeCall(world, call, profile.name, false);
    } catch (error) {
      if (!endsProgram(error, world)) throw error;
    }
    return { program: mutator.program(), of };
  }

  /** Runs programs, and returns those that reach the condition. */
  private async runAll(made: readonly Made[]): Promise<Program[]> {
    const all = await this.invocationsOf(made.map(({ program }) => program));
    return made.flatMap((each, at) => {
      const vectors = this.vectorsIn(all[at]);
      this.entered += vectors.length;
      this.learn(each, vectors, this.depthOf(all[at]));
      return vectors.some((vector) => this.isReached(vector)) ? [each.program] : [];
    });
  }

  /** The watched invocations in each program. A program's trace is read before the next one runs. */
  private async invocationsOf(programs: readonly Program[]): Promise<(readonly Invocation[])[]> {
    const { link, tracer } = this.target;
    const compiled = programs.map((program) => compileProgram(this.question.session, program, PROLOGUE).steps);
    const looks = compiled.map((steps) => {
      const answer = link.run([steps]);
      return Promise.all([answer, tracer.look()]);
    });
    const answers = await Promise.all(looks);
    if (answers.some(([{ death }]) => death !== undefined)) await this.openAgain();
    return answers.map(([, invocations]) => invocations);
  }

  private vectorsIn(invocations: readonly Invocation[]): Vector[] {
    const { watched } = this.question;
    return invocations.filter(({ of }) => of === 0).map((each) => vectorOf(watched, each));
  }

  /** How many of the functions of the path a program entered, one after the other from the outermost on. */
  private depthOf(invocations: readonly Invocation[]): number {
    const { path } = this.question;
    const ran = new Set(invocations.map(({ of }) => of));
    const missed = path.findIndex((_, at) => !ran.has(1 + at));
    return missed < 0 ? path.length : missed;
  }

  private async openAgain(): Promise<void> {
    this.deaths++;
    this.target = await this.question.reopen();
    await this.target.tracer.begin();
  }

  private isReached(vector: Vector): boolean {
    return this.question.facts.every((fact) => has(vector, fact));
  }

  /** An invocation of the function is closer than any program that enters only functions on the path. */
  private learn(made: Made, vectors: readonly Vector[], depth: number): void {
    if (vectors.length === 0) return this.keep(made, depth, `path ${depth}`);
    const { facts, path } = this.question;
    for (const vector of vectors) {
      const count = satisfied(vector, facts);
      if (this.closest === undefined || count > this.closest.satisfied)
        this.closest = { satisfied: count, missing: facts.filter((fact) => !has(vector, fact)) };
      this.keep(made, path.length + 1 + count, facts.map((fact) => (has(vector, fact) ? '1' : '0')).join(''));
    }
  }

  private keep({ program, of }: Made, score: number, key: string): void {
    this.scores[of] = Math.max(this.scores[of], score);
    this.most = Math.max(this.most, score);
    this.least = Math.min(this.least, score);
    if (score === 0) return;
    const before = this.kept.get(key);
    if (before === undefined ? this.kept.size < KEPT_MAX : program.calls.length < before.program.calls.length)
      this.kept.set(key, { program, of, score });
  }

  /** A program reaches it each time that it runs alone. */
  private async isConfirmed(program: Program): Promise<boolean> {
    for (let times = 0; times < CONFIRMATIONS; times++) if (!(await this.reaches(program))) return false;
    return true;
  }

  private async reaches(program: Program): Promise<boolean> {
    const [invocations] = await this.invocationsOf([program]);
    return this.vectorsIn(invocations).some((vector) => this.isReached(vector));
  }

  private async reduced(program: Program, { isOver }: ReachLimits): Promise<Program> {
    const { program: smallest } = await reduceAsync(
      program,
      (candidate) => this.reaches({ ...candidate, as: this.question.level }),
      { maxExecutions: REDUCTION_MAX, expired: isOver },
    );
    return { ...smallest, as: this.question.level };
  }
}
