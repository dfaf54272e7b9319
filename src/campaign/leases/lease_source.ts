import type { Lane, Lease, LeaseKind, LeaseResult } from '../campaign_types';
import type { Ledger } from '../store/ledger';
import { leaseAt, type CampaignPlan } from '../plan';

/** Failures of one lease after which it is not given out again. */
export const FAILURES_MAX = 3;

/** Gives leases out, each until it is done. */
export interface LeaseSource {
  /** Null: there is nothing to do now. */
  take(): Promise<Lease | null>;
  /** Resolves when it is recorded. */
  done(result: LeaseResult): Promise<void>;
  /**
   * The worker that had it is gone.
   * @returns whether it is given out again, which it is not after the third time
   */
  failed(lease: Lease, why: string): Promise<'again' | 'given up'>;
  /** It was not searched to its end, and that is nobody's fault. */
  back(lease: Lease): Promise<void>;
  /** A lane that cannot be searched: none of its leases is given out from now on. */
  leaveOut(lane: string): void;
}

/** The leases of one machine: positions 0, 1, 2, … of all lanes in turn, but for those that are done. */
export class LocalLeases implements LeaseSource {
  private readonly again: Lease[] = [];
  private readonly failures = new Map<string, number>();
  private readonly leftOut = new Set<string>();
  private position: number;
  private lane = 0;

  /** @param kindAt - how the programs of a lease come about */
  constructor(
    private readonly plan: CampaignPlan,
    private readonly ledger: Pick<Ledger, 'has' | 'firstUndone' | 'done'>,
    private readonly kindAt: (lane: Lane, position: number) => LeaseKind = () => 'generated',
  ) {
    this.position = Math.min(...plan.lanes.map(({ id }) => ledger.firstUndone(id)));
  }

  async take(): Promise<Lease | null> {
    const first = this.again.shift();
    if (first !== undefined) return first;
    const { lanes } = this.plan;
    while (this.leftOut.size < lanes.length) {
      const lane = lanes[this.lane];
      const { position } = this;
      this.lane = (this.lane + 1) % lanes.length;
      if (this.lane === 0) this.position++;
      if (this.leftOut.has(lane.id) || this.ledger.has(lane.id, position)) continue;
      return leaseAt(this.plan, lane, position, this.kindAt(lane, position));
    }
    return null;
  }

  done(result: LeaseResult): Promise<void> {
    this.failures.delete(result.lease);
    return this.ledger.done(result);
  }

  async failed(lease: Lease): Promise<'again' | 'given up'> {
    const failures = (this.failures.get(lease.id) ?? 0) + 1;
    this.failures.set(lease.id, failures);
    if (failures >= FAILURES_MAX) return 'given up';
    this.again.push(lease);
    return 'again';
  }

  async back(lease: Lease): Promise<void> {
    if (!this.leftOut.has(lease.lane.id)) this.again.push(lease);
  }

  leaveOut(lane: string): void {
    this.leftOut.add(lane);
    const kept = this.again.filter((lease) => lease.lane.id !== lane);
    this.again.splice(0, this.again.length, ...kept);
  }
}
