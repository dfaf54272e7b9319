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
import { hintsOf, preferenceFor } from './hints';
import type { WatchedFunction } from './probes';
import type { Tracer } from './tracer';

/** Programs on their way at once. */
const IN_FLIGHT = 8;
/** Programs that are kept: for each set of facts that some invocation had, the shortest. */
const KEPT_MAX = 128;
/** Of eight programs: those that are made from kept ones. */
const MUTATED_EIGHTHS = 6;
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

interface Kept {
  readonly program: Program;
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
  readonly session: Session;
  /** The first has all commands. */
  readonly scenarios: readonly Scenario[];
  readonly profile: Profile;
  readonly level: Level;
  readonly seed: number;
  /** Programs that are run before random ones. */
  readonly first: readonly Program[];
  /** Of guilty invocations: they hint at what a program has to do. */
  readonly marks: readonly string[];
}

/** Searches programs of user space for one whose invocation of a function fulfils a condition. */
export class ReachSearch {
  private readonly kept = new Map<string, Kept>();
  private readonly random = new Random();
  private readonly generators: readonly ProgramGenerator[];
  private readonly mutator: ProgramMutator;
  private readonly preference: ArgumentPreference | null;
  private programs = 0;
  private entered = 0;
  private deaths = 0;
  private closest?: Closest;
  /** Facts that the farthest invocation had. */
  private least = Infinity;

  private target: TracedOutside;

  constructor(private readonly question: OutsideQuestion) {
    const { target, scenarios, profile, marks } = question;
    this.target = target;
    this.generators = scenarios.map((scenario) => new ProgramGenerator(scenario, profile));
    this.mutator = new ProgramMutator(scenarios[0], profile);
    this.preference = preferenceFor(hintsOf(marks));
  }

  async run(limits: ReachLimits): Promise<Searched> {
    await this.target.tracer.begin();
    while (this.programs < limits.programs && !limits.isOver()) {
      const count = Math.min(IN_FLIGHT, limits.programs - this.programs);
      const programs = Array.from({ length: count }, () => this.make(this.programs++));
      const found = await this.runAll(programs);
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

  private make(at: number): Program {
    if (at < this.question.first.length) return { ...this.question.first[at], as: this.question.level };
    const number = this.question.seed + at;
    this.random.seed(number, STREAM);
    const parents = [...this.kept.values()];
    // Programs that came no closer than any other are no better to start from than nothing.
    const isCloser = (this.closest?.satisfied ?? 0) > this.least;
    const isMutated = isCloser && this.random.below(8) < MUTATED_EIGHTHS;
    const program = isMutated ? this.mutated(number, parents) : this.fresh(number);
    return { ...program, as: this.question.level };
  }

  private fresh(number: number): Program {
    this.question.session.begin();
    const generator = this.generators[number % this.generators.length];
    generator.preference = this.preferenceNow();
    return generateOn(generator, this.question.session.world, this.question.profile.name, number);
  }

  /** One program in four does not follow the hints: what they hint at may be wrong. */
  private preferenceNow(): ArgumentPreference | null {
    return this.random.below(4) > 0 ? this.preference : null;
  }

  private mutated(number: number, parents: readonly Kept[]): Program {
    const { random, mutator } = this;
    const { session, profile } = this.question;
    const top = Math.max(...parents.map(({ score }) => score));
    const tops = parents.filter(({ score }) => score === top);
    const pick = (from: readonly Kept[]): Program => from[random.below(from.length)].program;
    const parent = random.below(2) === 0 ? pick(tops) : pick(parents);
    session.begin();
    const { world } = session;
    mutator.preference = this.preferenceNow();
    mutator.begin(number, parent, pick(parents));
    try {
      for (let call = mutator.next(world); call !== null; call = mutator.next(world))
        executeCall(world, call, profile.name, false);
    } catch (error) {
      if (!endsProgram(error, world)) throw error;
    }
    return mutator.program();
  }

  /** Runs programs, and returns those that reach the condition. */
  private async runAll(programs: readonly Program[]): Promise<Program[]> {
    const all = await this.vectorsOf(programs);
    return programs.filter((program, at) => {
      this.entered += all[at].length;
      for (const vector of all[at]) this.learn(program, vector);
      return all[at].some((vector) => this.isReached(vector));
    });
  }

  /** The invocations of the function in each program. A program's trace is read before the next one runs. */
  private async vectorsOf(programs: readonly Program[]): Promise<Vector[][]> {
    const { link, tracer } = this.target;
    const compiled = programs.map((program) => compileProgram(this.question.session, program, PROLOGUE).steps);
    const looks = compiled.map((steps) => {
      const answer = link.run([steps]);
      return Promise.all([answer, tracer.look()]);
    });
    const answers = await Promise.all(looks);
    if (answers.some(([{ death }]) => death !== undefined)) await this.openAgain();
    return answers.map(([, invocations]) =>
      invocations.map((invocation) => vectorOf(this.question.watched, invocation)),
    );
  }

  private async openAgain(): Promise<void> {
    this.deaths++;
    this.target = await this.question.reopen();
    await this.target.tracer.begin();
  }

  private isReached(vector: Vector): boolean {
    return this.question.facts.every((fact) => has(vector, fact));
  }

  private learn(program: Program, vector: Vector): void {
    const score = satisfied(vector, this.question.facts);
    this.least = Math.min(this.least, score);
    if (this.closest === undefined || score > this.closest.satisfied)
      this.closest = { satisfied: score, missing: this.question.facts.filter((fact) => !has(vector, fact)) };
    const key = this.question.facts.map((fact) => (has(vector, fact) ? '1' : '0')).join('');
    const before = this.kept.get(key);
    if (before === undefined ? this.kept.size < KEPT_MAX : program.calls.length < before.program.calls.length)
      this.kept.set(key, { program, score });
  }

  /** A program reaches it each time that it runs alone. */
  private async isConfirmed(program: Program): Promise<boolean> {
    for (let times = 0; times < CONFIRMATIONS; times++) if (!(await this.reaches(program))) return false;
    return true;
  }

  private async reaches(program: Program): Promise<boolean> {
    const [vectors] = await this.vectorsOf([program]);
    return vectors.some((vector) => this.isReached(vector));
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
