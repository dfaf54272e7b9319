import { Checker } from '../invariants/checker';
import { INVARIANTS } from '../invariants/registry';
import { WorldLimitError } from '../model/world/memory';
import { World } from '../model/world/world';
import { ProgramGenerator } from '../generate/generator';
import { Settler } from '../generate/settle';
import { TruesizeLedger } from '../commands/truesize_ledger';
import { executeCall } from '../program/execute';
import { parseProgram } from '../program/parse';
import type { Call, Program } from '../program/program';
import type { Mutant } from '../rules/mutants';
import type { Profile } from '../rules/profiles';
import { firstProgram, generatorSeed, programAfter } from '../generate/seed';
import { brokenOf, scenarioOf } from './broken';

/** Commands after which each invariant first caught the mutant, 0: its own program does. By name, in the order of checking. */
export type Catchers = Readonly<Record<string, number>>;

/**
 * Which invariants catch a mutant when each is the only one. Invariants only look, so one search answers for all of them: no
 * violation ends a program, and whatever an invariant says at any time it would have said alone.
 */
export function catchersOf(mutant: Mutant, seed: number, commands: number): Catchers {
  const search = new OpenEyed(brokenOf(mutant));
  search.runProgram(parseProgram(`profile ${mutant.profile}\n${mutant.program}`, mutant.id));
  const generator = new ProgramGenerator(scenarioOf(mutant), brokenOf(mutant));
  const first = firstProgram(seed);
  for (let programs = 0; search.executed < commands && search.caught.size < INVARIANTS.length; programs++)
    search.generateProgram(generator, generatorSeed(programAfter(first, programs)));
  const order = INVARIANTS.map(({ name }) => name);
  return Object.fromEntries([...search.caught].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b)));
}

/** Executes programs to their end and notes every invariant that fails on the way. */
class OpenEyed {
  readonly caught = new Map<string, number>();
  executed = 0;
  private readonly world: World;
  private readonly checker = new Checker();
  private readonly ledger = new TruesizeLedger();
  private readonly settler = new Settler();

  constructor(private readonly profile: Profile) {
    this.world = new World(profile.rules, profile.abi);
  }

  /** The mutant's own: before anything is counted. */
  runProgram(program: Program): void {
    this.wholly(0, () => {
      for (const call of program.calls) this.execute(call);
    });
    for (const name of this.caught.keys()) this.caught.set(name, 0);
    this.executed = 0;
  }

  generateProgram(generator: ProgramGenerator, seed: number): void {
    this.wholly(seed, () => {
      generator.begin(seed);
      for (let call = generator.next(this.world); call !== null; call = generator.next(this.world)) this.execute(call);
    });
  }

  /** A program, and settle. Where the world is broken already the model may fail as well: then the program is over. */
  private wholly(seed: number, run: () => void): void {
    const { world, settler } = this;
    world.reset(this.profile.rules, this.profile.abi);
    try {
      run();
      settler.begin(seed);
      for (let call = settler.next(world); call !== null; call = settler.next(world)) this.execute(call);
      this.checker.settled(world);
      this.note();
    } catch (error) {
      if (!(error instanceof WorldLimitError) && this.caught.size === 0) throw error;
    }
  }

  private execute(call: Call): void {
    const { world } = this;
    if (executeCall(world, call, this.profile.name, false, this.ledger) < 0) return;
    this.executed++;
    if (!this.checker.afterCommand(world)) this.note();
  }

  private note(): void {
    for (const { invariant } of this.world.violations)
      if (!this.caught.has(invariant)) this.caught.set(invariant, this.executed);
    this.world.violations.length = 0;
  }
}
