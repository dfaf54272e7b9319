import { TruesizeLedger } from '../../src/commands/truesize_ledger';
import { Checker } from '../../src/invariants/checker';
import { liveHandle } from '../../src/model/world/handles';
import { World, type HandleObject } from '../../src/model/world/world';
import { executeCall } from '../../src/program/execute';
import type { Rules } from '../../src/rules/rules';
import { profileOf, programOf } from './model';

/** A world in which a program was executed, with every invariant checked after each call, without settle. */
export class WalkThrough {
  readonly world: World;
  /** The outcome of each call, in order; 'skipped' where it was not legal. */
  readonly outcomes: string[] = [];
  /** The return values, in order. */
  readonly returned: number[] = [];
  /** The first invariant that failed, and after which call. */
  broken: string | null = null;
  private readonly names: readonly string[];

  /** @param text - without its `profile` line */
  constructor(profileName: string, text: string, rules: Partial<Rules> = {}) {
    const profile = profileOf(profileName);
    const program = programOf(profile, text);
    this.names = program.names;
    this.world = new World({ ...profile.rules, ...rules }, profile.abi);
    const ledger = new TruesizeLedger();
    const checker = new Checker();
    for (const call of program.calls) {
      const outcome = executeCall(this.world, call, profileName, false, ledger);
      this.outcomes.push(outcome < 0 ? 'skipped' : call.command.outcomes[outcome]);
      this.returned.push(this.world.ret);
      if (outcome < 0) continue;
      if (checker.afterCommand(this.world)) continue;
      this.broken = `${this.world.violations[0].invariant} after ${call.command.name}`;
      return;
    }
  }

  /** The object that a name of the program refers to now. */
  object<T extends HandleObject>(name: string): T {
    const handle = liveHandle(this.world, this.names.indexOf(name));
    if (handle === null) throw new Error(`${name} holds nothing`);
    return handle.object as T;
  }

  has(name: string): boolean {
    return liveHandle(this.world, this.names.indexOf(name)) !== null;
  }
}
