import { TruesizeLedger } from '../../src/commands/truesize_ledger';
import { Settler } from '../../src/generate/settle';
import { Checker } from '../../src/invariants/checker';
import { World, type Violation } from '../../src/model/world/world';
import { executeCall } from '../../src/program/execute';
import type { Call, Program } from '../../src/program/program';
import type { Profile } from '../../src/rules/profiles';
import { settleSeed } from '../../src/session/run_model';

/** The first moment at which an invariant failed. */
export interface FirstViolation {
  /** Calls executed before, settle's included. */
  readonly executed: number;
  readonly call: string;
  readonly violations: readonly Violation[];
}

/** Executes programs with the given check instead of that of a session. */
export class Stepper {
  readonly checker = new Checker();
  private readonly ledger = new TruesizeLedger();
  private readonly settler = new Settler();

  constructor(
    private readonly profile: Profile,
    private readonly check: (checker: Checker, world: World) => boolean,
    readonly world = new World(profile.rules, profile.abi),
  ) {}

  /** Runs a program and settles; null when every check passed. */
  run(program: Program): FirstViolation | null {
    const { world, settler } = this;
    let executed = 0;
    this.begin();
    const fails = (call: Call): boolean => {
      if (!this.step(call)) return false;
      if (!this.check(this.checker, world)) return true;
      executed++;
      return false;
    };
    const violation = (call: string): FirstViolation => ({ executed, call, violations: [...world.violations] });
    for (const call of program.calls) if (fails(call)) return violation(call.command.name);
    settler.begin(settleSeed(program));
    for (let call = settler.next(world); call !== null; call = settler.next(world)) {
      if (fails(call)) return violation(call.command.name);
    }
    return this.checker.settled(world) ? null : violation('settle');
  }

  /** An empty world. */
  begin(): void {
    this.world.reset(this.profile.rules, this.profile.abi);
  }

  /** Executes one call and checks nothing; false when it was skipped. */
  step(call: Call): boolean {
    return executeCall(this.world, call, this.profile.name, false, this.ledger) >= 0;
  }
}
