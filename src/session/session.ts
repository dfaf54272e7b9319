import type { NamedArgs } from '../commands/arg';
import { TruesizeLedger } from '../commands/truesize_ledger';
import type { Settler } from '../generate/settle';
import { Checker } from '../invariants/checker';
import { checkWrites } from '../invariants/no_shared_write';
import { WorldLimitError } from '../model/world/memory';
import { World } from '../model/world/world';
import {
  executeBegun,
  executeCall,
  executeLegal,
  SKIPPED_CONTRACT,
  SKIPPED_GONE,
  SKIPPED_PROFILE,
} from '../program/execute';
import { Interleaving } from '../program/interleaving';
import type { Call, Moment } from '../program/program';
import type { Abi } from '../rules/abi';
import type { Rules } from '../rules/rules';
import type { Verdict } from './verdict';

/** The rules, sizes and checks that a session runs programs with. */
export interface SessionOptions {
  /** Name of the base profile, which decides which functions exist. */
  readonly profile: string;
  /** The profile's rules, or a mutant's. */
  readonly rules: Rules;
  readonly abi: Abi;
  /** True when the invariants are checked after every command; default true. */
  readonly checks?: boolean;
  /** True when abuse commands may run; default false. */
  readonly abuse?: boolean;
  /** True when calls may run that make a correct kernel warn; default false. */
  readonly provoke?: boolean;
}

/** The outcomes of the calls of both CPUs. */
interface InterleavedOutcomes {
  /**
   * Positions in the commands' outcomes, or SKIPPED_*. The first CPU's call comes first, then the others in their
   * order.
   */
  readonly outcomes: readonly number[];
  /** The number of other calls that ran, or were skipped, during the first CPU's call. */
  readonly during: number;
}

/** The number of times that a command was executed and skipped, and that each of its outcomes was seen. */
interface CommandCount {
  executed: number;
  skipped: number;
  readonly outcomes: number[];
  /** The command's outcomes by name. */
  readonly names: readonly string[];
}

/**
 * The model as a target: one world, used for one program after the other. A session executes calls, checks the
 * invariants after each, and counts outcomes.
 */
export class Session {
  readonly world: World;
  readonly checker = new Checker();
  readonly counts = new Map<string, CommandCount>();
  verdict: Verdict = { kind: 'clean' };
  /** Calls executed since the session was made. */
  executed = 0;
  /** The same as `counts`, by opcode. */
  private readonly countByOpcode: (CommandCount | undefined)[] = [];
  private readonly ledger = new TruesizeLedger();
  /** The ledger for calls of the second CPU, which run in the middle of a call that `ledger` follows. */
  private readonly nestedLedger = new TruesizeLedger();
  private readonly nestedOutcomes: number[] = [];
  private readonly interleaving = new Interleaving((call) => this.runNested(call));
  private position = 0;
  private readonly checks: boolean;
  private readonly abuse: boolean;

  constructor(readonly options: SessionOptions) {
    this.world = new World(options.rules, options.abi);
    this.checks = options.checks ?? true;
    this.abuse = options.abuse ?? false;
    this.world.provokes = options.provoke ?? false;
  }

  /** Starts the next program on an empty world. */
  begin(): void {
    this.world.reset(this.options.rules, this.options.abi);
    this.verdict = { kind: 'clean' };
    this.position = 0;
  }

  get failed(): boolean {
    return this.verdict.kind !== 'clean';
  }

  /**
   * Executes a call if it is legal now, and checks the invariants.
   * @returns the position in the command's outcomes, or one of SKIPPED_*
   */
  execute(call: Call, settling = false): number {
    return this.run(call, settling, null);
  }

  /**
   * Executes a call that a generator has just drawn for this world. It is legal, so that is not checked again.
   * @param args - the call's arguments by name, if the generator still has them
   */
  executeDrawn(call: Call, args: NamedArgs | null = null): number {
    return this.run(call, false, args ?? call.command.argsOf(call.args));
  }

  /**
   * Executes a call of the first CPU, and during it the calls of the second that are scheduled into it. A call whose
   * moment never comes runs after it. The invariants are checked after `host` with all that ran in it, then after each
   * later call.
   * @param drawn - whether `host` is known to be legal, because a generator has just drawn it
   * @param onPass - called for every moment that `host` passes
   * @returns the outcomes of `host` and of `others` in their order; fewer where something failed before
   */
  executeInterleaved(
    host: Call,
    others: readonly Call[],
    drawn = false,
    onPass?: (moment: Moment) => void,
  ): InterleavedOutcomes {
    this.nestedOutcomes.length = 0;
    this.interleaving.begin(this.world, host, others, onPass);
    const outcome = this.run(host, false, drawn ? host.command.argsOf(host.args) : null);
    this.interleaving.end(this.world);
    const { ran } = this.interleaving;
    const outcomes = [outcome, ...this.nestedOutcomes];
    this.position += ran;
    for (let i = ran; i < others.length && !this.failed; i++) outcomes.push(this.execute(others[i]));
    return { outcomes, during: ran };
  }

  /**
   * Releases all that is left with the calls that `settler` draws, then checks the end-of-run invariants.
   * @param settler - must have begun with the program's seed
   * @param onExecuted - called right after each call, while the world is as the call left it
   * @param drawn - false: each call is checked as `execute` does, and `onExecuted` is called for skipped calls too
   */
  settle(settler: Settler, onExecuted?: (call: Call, outcome: number) => void, drawn = true): void {
    let last: Call | null = null;
    while (!this.failed) {
      const call = settler.next(this.world);
      if (call === null) break;
      last = call;
      const outcome = this.run(call, true, drawn ? settler.args : null);
      if (outcome >= 0 || !drawn) onExecuted?.(call, outcome);
    }
    if (!this.checks || this.failed || this.checker.settled(this.world)) return;
    this.blame(last, true);
  }

  /** @param legal - the arguments by name of a call that is known to be legal; null: that is checked */
  private run(call: Call, settling: boolean, legal: NamedArgs | null): number {
    const world = this.world;
    let outcome: number;
    try {
      const ledger = this.checks ? this.ledger : null;
      outcome =
        legal === null
          ? executeCall(world, call, this.options.profile, this.abuse, ledger)
          : executeLegal(world, call, legal, ledger);
      if (world.preemption !== null) world.joinNested();
    } catch (error) {
      if (!(error instanceof WorldLimitError)) throw error;
      this.verdict = { kind: 'limit', message: error.message };
      return SKIPPED_CONTRACT;
    }
    this.count(call, outcome);
    if (outcome >= 0 && this.checks && !this.checker.afterCommand(world)) this.blame(call, settling);
    this.position++;
    return outcome;
  }

  private runNested(call: Call): void {
    const outcome = this.world.nested(call.fail, call.context, () => this.runInside(call));
    this.count(call, outcome);
    this.nestedOutcomes.push(outcome);
  }

  private runInside(call: Call): number {
    const { world, nestedLedger, interleaving } = this;
    if (!interleaving.mayRun(world, call)) return SKIPPED_CONTRACT;
    const ledger = this.checks ? nestedLedger : null;
    const outcome = executeBegun(world, call, this.options.profile, this.abuse, ledger);
    if (!this.checks || outcome < 0) return outcome;
    // Checked now, because the next call may share the bytes that this one wrote.
    checkWrites(world);
    return outcome;
  }

  private blame(call: Call | null, settling: boolean): void {
    const violation = this.world.violations[0];
    this.verdict = {
      kind: 'violation',
      place: { call: this.position, command: call === null ? 'settle' : call.command.name, settling },
      invariant: violation.invariant,
      objectKind: violation.objectKind,
      message: violation.message,
    };
  }

  /** Counts a call that was executed, by its outcome or SKIPPED_*: `execute` does; a target of its own counts here. */
  count(call: Call, outcome: number): void {
    const { name, opcode, outcomes } = call.command;
    let count = this.countByOpcode[opcode];
    if (count === undefined) {
      count = { executed: 0, skipped: 0, outcomes: outcomes.map(() => 0), names: outcomes };
      this.countByOpcode[opcode] = count;
      this.counts.set(name, count);
    }
    if (outcome >= 0) {
      this.executed++;
      count.executed++;
      count.outcomes[outcome]++;
    } else count.skipped++;
  }

  /** Counts a further outcome of the call that was counted last: a call of user space may repeat its system call. */
  countAlso(call: Call, outcome: number): void {
    const count = this.countByOpcode[call.command.opcode];
    if (count !== undefined) count.outcomes[outcome]++;
  }
}

export function outcomeText(call: Call, outcome: number): string {
  switch (outcome) {
    case SKIPPED_GONE:
      return 'skipped: an object is gone';
    case SKIPPED_CONTRACT:
      return 'skipped: not legal now';
    case SKIPPED_PROFILE:
      return 'skipped: not in this kernel';
    default:
      return call.command.outcomes[outcome];
  }
}
