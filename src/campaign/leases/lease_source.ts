import type { Lane, Lease, LeaseKind, LeaseResult } from '../campaign_types';
import type { Ledger } from '../store/ledger';
import { leaseAt, type CampaignPlan } from '../plan';

/** Failures after which a lease is not given out again. */
export const FAILURES_MAX = 3;

/** A source of leases. Each is given out until it is done. */
export interface LeaseSource {
  /** The next lease; null when there is none now. */
  take(): Promise<Lease | null>;
  /** Records a result. Resolves when it is recorded. */
  done(result: LeaseResult): Promise<void>;
  /**
   * Takes back a lease whose worker died.
   * @returns `given up` after FAILURES_MAX failures
   */
  failed(lease: Lease, why: string): Promise<'again' | 'given up'>;
  /** Takes back a lease that was interrupted. This counts as no failure. */
  back(lease: Lease): Promise<void>;
  /** Leaves out a lane that cannot be searched: none of its leases is given out any more. */
  leaveOut(lane: string): void;
}

/** The leases of one machine: positions 0, 1, 2, … of all lanes in turn, without those that are done. */
export class LocalLeases implements LeaseSource {
  /** Leases that came back. */
  private readonly returned: Lease[] = [];
  private readonly failures = new Map<string, number>();
  private readonly leftOut = new Set<string>();
  private position: number;
  private lane = 0;

  /** @param kindAt - the kind of the lease at a position */
  constructor(
    private readonly plan: CampaignPlan,
    private readonly ledger: Pick<Ledger, 'has' | 'firstUndone' | 'done'>,
    private readonly kindAt: (lane: Lane, position: number) => LeaseKind = () => 'generated',
  ) {
    this.position = Math.min(...plan.lanes.map(({ id }) => ledger.firstUndone(id)));
  }

  async take(): Promise<Lease | null> {
    const first = this.returned.shift();
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
    this.returned.push(lease);
    return 'again';
  }

  async back(lease: Lease): Promise<void> {
    if (!this.leftOut.has(lease.lane.id)) this.returned.push(lease);
  }

  leaveOut(lane: string): void {
    this.leftOut.add(lane);
    const kept = this.returned.filter((lease) => lease.lane.id !== lane);
    this.returned.splice(0, this.returned.length, ...kept);
  }
}
