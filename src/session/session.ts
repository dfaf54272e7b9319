import { TruesizeLedger } from '../commands/truesize_ledger';
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

/** What a session runs programs with. */
export interface SessionOptions {
  /** Name of the base profile: which functions exist. */
  readonly profile: string;
  /** The profile's rules, or a mutant's. */
  readonly rules: Rules;
  readonly abi: Abi;
  /** Check the invariants after every command; default true. */
  readonly checks?: boolean;
  /** Let abuse commands run; default false. */
  readonly abuse?: boolean;
  /** Let calls through that make a correct kernel warn; default false. */
  readonly provoke?: boolean;
}

/** How the calls of both CPUs ended. */
export interface InterleavedOutcomes {
  /** Positions in the commands' outcomes, or SKIPPED_*: of the first CPU's call, then of the others in their order. */
  readonly outcomes: readonly number[];
  /** How many of the others had their moment during the call. */
  readonly during: number;
}

/** How often each outcome of a command was seen, and how often the command was skipped. */
export interface CommandCount {
  executed: number;
  skipped: number;
  readonly outcomes: number[];
  /** The command's outcomes by name. */
  readonly names: readonly string[];
}

/**
 * The model as a target: one world, used for one program after the other. Executes calls, checks the invariants after each,
 * counts what happened.
 */
export class Session {
  readonly world: World;
  readonly checker = new Checker();
  readonly counts = new Map<string, CommandCount>();
  verdict: Verdict = { kind: 'clean' };
  /** Calls executed over the session's life. */
  executed = 0;
  /** The same as `counts`, by opcode. */
  private readonly countByOpcode: (CommandCount | undefined)[] = [];
  private readonly ledger = new TruesizeLedger();
  /** Of calls of the second CPU, while the other waits for the first's to end. */
  private readonly nestedLedger = new TruesizeLedger();
  private readonly nestedOutcomes: number[] = [];
  private readonly interleaving = new Interleaving((call) => this.runNested(call));
  private position = 0;
  private readonly checks: boolean;
  private readonly abuse: boolean;

  constructor(private readonly options: SessionOptions) {
    this.world = new World(options.rules, options.abi);
    this.checks = options.checks ?? true;
    this.abuse = options.abuse ?? false;
    this.world.provokes = options.provoke ?? false;
  }

  /** An empty world. */
  begin(): void {
    this.world.reset(this.options.rules, this.options.abi);
    this.verdict = { kind: 'clean' };
    this.position = 0;
  }

  get failed(): boolean {
    return this.verdict.kind !== 'clean';
  }

  /**
   * Execute a call if it is legal now, and check.
   * @returns the position in the command's outcomes, or one of SKIPPED_*
   */
  execute(call: Call, settling = false): number {
    return this.run(call, settling, false);
  }

  /** The same for a call that a generator has just drawn for this world: legal, so it is not asked again. */
  executeDrawn(call: Call, settling = false): number {
    return this.run(call, settling, true);
  }

  /**
   * Execute a call of the first CPU, and during it, or after it where they find no moment in it, those of the second that are
   * scheduled into it. The invariants are asked after the call with all that ran in it, and after each that is left.
   * @param drawn - `host` is legal, a generator has just drawn it
   * @param onPass - told of every moment that `host` passes
   * @returns the outcomes of `host` and of `others` in their order: fewer where something failed before
   */
  executeInterleaved(
    host: Call,
    others: readonly Call[],
    drawn = false,
    onPass?: (moment: Moment) => void,
  ): InterleavedOutcomes {
    this.nestedOutcomes.length = 0;
    this.interleaving.begin(this.world, host, others, onPass);
    const outcome = this.run(host, false, drawn);
    this.interleaving.end(this.world);
    const { ran } = this.interleaving;
    const outcomes = [outcome, ...this.nestedOutcomes];
    this.position += ran;
    for (let i = ran; i < others.length && !this.failed; i++) outcomes.push(this.execute(others[i]));
    return { outcomes, during: ran };
  }

  /** Everything was released: the end-of-run invariants. */
  checkSettled(last: Call | null): void {
    if (!this.checks || this.failed || this.checker.settled(this.world)) return;
    this.blame(last, true);
  }

  private run(call: Call, settling: boolean, legal: boolean): number {
    const world = this.world;
    let outcome: number;
    try {
      const ledger = this.checks ? this.ledger : null;
      outcome = legal
        ? executeLegal(world, call, ledger)
        : executeCall(world, call, this.options.profile, this.abuse, ledger);
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
    // Now: what it wrote may be shared by the next.
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

  private count(call: Call, outcome: number): void {
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
