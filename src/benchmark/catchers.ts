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

/**
 * By invariant, in the order of checking: commands until it first caught the mutant; 0 if the mutant's own program
 * suffices.
 */
export type Catchers = Readonly<Record<string, number>>;

/**
 * The invariants that catch a mutant when each is checked alone. Checks do not change the world, and no violation ends
 * a program here, so that one search gives the same answers as a search for each invariant.
 */
export function catchersOf(mutant: Mutant, seed: number, commands: number): Catchers {
  const search = new FullSearch(brokenOf(mutant));
  search.runProgram(parseProgram(`profile ${mutant.profile}\n${mutant.program}`, mutant.id));
  const generator = new ProgramGenerator(scenarioOf(mutant), brokenOf(mutant));
  const first = firstProgram(seed);
  for (let programs = 0; search.executed < commands && search.caught.size < INVARIANTS.length; programs++)
    search.generateProgram(generator, generatorSeed(programAfter(first, programs)));
  const order = INVARIANTS.map(({ name }) => name);
  return Object.fromEntries([...search.caught].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b)));
}

/** Executes programs to their end and notes every invariant that fails on the way. */
class FullSearch {
  readonly caught = new Map<string, number>();
  executed = 0;
  private readonly world: World;
  private readonly checker = new Checker();
  private readonly ledger = new TruesizeLedger();
  private readonly settler = new Settler();

  constructor(private readonly profile: Profile) {
    this.world = new World(profile.rules, profile.abi);
  }

  /** Executes the mutant's own program. Its commands do not count. */
  runProgram(program: Program): void {
    this.executeWhole(0, () => {
      for (const call of program.calls) this.execute(call);
    });
    for (const name of this.caught.keys()) this.caught.set(name, 0);
    this.executed = 0;
  }

  generateProgram(generator: ProgramGenerator, seed: number): void {
    this.executeWhole(seed, () => {
      generator.begin(seed);
      for (let call = generator.next(this.world); call !== null; call = generator.next(this.world)) this.execute(call);
    });
  }

  /** Executes a program and settle. A broken world may make the model itself fail, which ends the program. */
  private executeWhole(seed: number, run: () => void): void {
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
