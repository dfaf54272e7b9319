import { endsProgram } from '../generate/ends_program';
import { ProgramMutator } from '../generate/mutate_program';
import { generateOn, ProgramGenerator } from '../generate/generator';
import type { Scenario } from '../generate/scenario';
import { SCENARIOS } from '../generate/scenarios/registry';
import { whyNotRun } from '../generate/why_not_run';
import { Batch } from '../lockstep/batch';
import type { Answer, Link } from '../lockstep/link';
import { executeCall } from '../program/execute';
import type { Program } from '../program/program';
import { ExecFlag } from '../protocol/exec';
import type { Profile } from '../rules/profiles';
import { runOnModel } from '../session/run_model';
import { TargetUnavailableError } from '../session/errors';
import type { Session } from '../session/session';
import type { Blamed } from './blame';
import { withCallBefore, type Varied } from './call_before';
import type { Entered } from './functions';
import type { Invocation } from './invocations';
import type { Tracer } from './tracer';

/** Ways to change a finding's program that often leave its guilty call. */
const WAYS = ['insert', 'change', 'insert', 'remove', 'splice'] as const;

/** A program of kernel functions that shows the finding, and its guilty call. */
export interface Guilty extends Blamed {
  readonly program: Program;
}

/** Runs programs of kernel functions on a kernel whose functions are watched. */
export class Inside {
  private readonly mutator: ProgramMutator;
  private readonly generator: ProgramGenerator;
  /** Of the other scenarios that have the guilty call. */
  private readonly others: readonly ProgramGenerator[];

  /**
   * @param session - the model of the kernel
   * @param scenario - of random programs, half of them
   * @param command - the guilty call's: the other half is of all scenarios that have it, since one scenario can have a
   *   state always that only the finding needs, such as packets of a pool
   */
  constructor(
    readonly link: Link,
    private readonly tracer: Tracer,
    private readonly session: Session,
    readonly scenario: Scenario,
    private readonly profile: Profile,
    command: string,
  ) {
    this.mutator = new ProgramMutator(scenario, profile);
    this.generator = new ProgramGenerator(scenario, profile);
    this.others = SCENARIOS.filter((other) => other !== scenario && isAlike(other, command, profile)).map(
      (other) => new ProgramGenerator(other, profile),
    );
  }

  /**
   * The invocations of watched functions during one call of a program.
   * @throws TargetUnavailableError when the kernel dies of it
   */
  async duringCall(program: Program, at: number): Promise<Invocation[]> {
    const { before, guilty } = this.requests(program, at);
    await this.link.execute(before);
    const { value, invocations } = await this.tracer.record(() => this.link.execute(guilty));
    this.assertAlive(value);
    return invocations;
  }

  /**
   * The functions of packets that one call of a program enters, in the order of entry.
   * @throws TargetUnavailableError when the kernel dies of it
   */
  async enteredBy(program: Program, at: number): Promise<Entered[]> {
    const { before, guilty } = this.requests(program, at);
    await this.link.execute(before);
    const { value, entered } = await this.tracer.entered(() => this.link.execute(guilty));
    this.assertAlive(value);
    return entered;
  }

  private assertAlive({ death }: Answer): void {
    if (death === undefined) return;
    throw new TargetUnavailableError(
      `${this.link.name} dies of the guilty call, and its trace with it (${death.detail}); ` +
        'name a call before: --call N',
    );
  }

  /** The invocations during a whole program. */
  async during(program: Program): Promise<Invocation[]> {
    const batch = new Batch();
    batch.beginProgram(0);
    runOnModel(this.session, program, ({ call, outcome }) => {
      if (outcome >= 0) batch.executed(this.session.world, call);
    });
    return (await this.tracer.record(() => this.link.execute(batch.request()))).invocations;
  }

  /** A program that is like others. */
  variant(seed: number, of: Program, other: Program): Program {
    this.session.begin();
    const { world } = this.session;
    this.mutator.begin(seed, of, other, seed, WAYS[seed % WAYS.length]);
    try {
      for (let call = this.mutator.next(world); call !== null; call = this.mutator.next(world))
        if (this.mutator.beside.length === 0) executeCall(world, call, this.profile.name, false);
    } catch (error) {
      if (!endsProgram(error, world)) throw error;
    }
    return this.mutator.program();
  }

  /** A guilty program with one more call before its guilty one; undefined: none was drawn. */
  changedBefore(seed: number, { program, place }: Guilty): Varied | undefined {
    return withCallBefore(this.generator, this.session, program, place.call, seed);
  }

  /** A random program. Clean ones have even seeds (sortPrograms): half of these are of another scenario. */
  random(seed: number): Program {
    const { others } = this;
    const isOther = seed % 4 === 0 && others.length > 0;
    const generator = isOther ? others[(seed / 4) % others.length] : this.generator;
    this.session.begin();
    return generateOn(generator, this.session.world, this.profile.name, seed);
  }

  private requests(program: Program, at: number): { readonly before: Buffer; readonly guilty: Buffer } {
    const batches = [new Batch(), new Batch()];
    for (const batch of batches) batch.beginProgram(0);
    let position = 0;
    runOnModel(this.session, program, ({ call, outcome }) => {
      const which = position < at ? 0 : position === at ? 1 : -1;
      position++;
      if (outcome >= 0 && which >= 0) batches[which].executed(this.session.world, call);
    });
    return { before: batches[0].request(), guilty: batches[1].request(ExecFlag.Continue) };
  }
}

/** A scenario whose programs the kernel runs on one CPU, and that makes the call. */
function isAlike(scenario: Scenario, command: string, profile: Profile): boolean {
  const { commands, schedules, levels } = scenario;
  if (schedules !== undefined || levels !== undefined || whyNotRun(scenario, profile) !== undefined) return false;
  return commands.some(({ name }) => name === command);
}
