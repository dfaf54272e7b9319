import type { LeaseResult } from '../campaign_types';
import type { CommandCounts } from '../../search/command_counts';
import type { MetFinding } from '../../search/met_finding';
import { RangeSet } from './range_set';
import { sumOfMet } from './sum_of_met';

/** The sum of all done leases of a lane, as plain data. */
export interface LaneSum extends Omit<LeaseResult, 'lease'> {
  readonly lane: string;
  readonly leases: number;
  /** First and last position of each stretch of done leases. */
  readonly done: readonly (readonly [number, number])[];
}

interface Counts {
  executed: number;
  skipped: number;
  readonly outcomes: Record<string, number>;
}

/** Adds up the done leases of a lane. */
export class LaneTotals {
  readonly done = new RangeSet();
  leases = 0;
  programs = 0;
  commands = 0;
  cpuSeconds = 0;
  readonly commandCounts: Record<string, Counts> = {};
  readonly invariants: Record<string, number> = {};
  readonly canaries = { hidden: 0, found: 0 };
  /** The number of reports, by id of the finding. */
  readonly reports: Record<string, number> = {};
  met: readonly MetFinding[] = [];

  constructor(readonly lane: string) {}

  /** Adds a result. A second result of one position is ignored. */
  add(position: number, result: Omit<LeaseResult, 'lease'>): void {
    if (!this.done.add(position)) return;
    this.leases++;
    this.addCounts(result);
  }

  addSum(sum: LaneSum): void {
    for (const [first, last] of sum.done) this.done.addRange(first, last);
    this.leases += sum.leases;
    this.addCounts(sum);
  }

  toSum(): LaneSum {
    const { lane, leases, programs, commands, cpuSeconds, commandCounts, invariants, canaries, reports, met } = this;
    const done = this.done.ranges();
    return { lane, leases, done, programs, commands, cpuSeconds, commandCounts, invariants, canaries, reports, met };
  }

  private addCounts(result: Omit<LeaseResult, 'lease'>): void {
    this.programs += result.programs;
    this.commands += result.commands;
    this.cpuSeconds += result.cpuSeconds;
    this.canaries.hidden += result.canaries.hidden;
    this.canaries.found += result.canaries.found;
    addTo(this.invariants, result.invariants);
    addTo(this.reports, result.reports ?? {});
    if (result.met !== undefined) this.met = sumOfMet([this.met, result.met]);
    for (const [command, counts] of Object.entries(result.commandCounts)) this.addCommand(command, counts);
  }

  private addCommand(command: string, { executed, skipped, outcomes }: CommandCounts): void {
    const sum = (this.commandCounts[command] ??= { executed: 0, skipped: 0, outcomes: {} });
    sum.executed += executed;
    sum.skipped += skipped;
    addTo(sum.outcomes, outcomes);
  }
}

/** Adds each number of `more` to the sum of the same name. */
function addTo(sums: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(more)) sums[name] = (sums[name] ?? 0) + count;
}
