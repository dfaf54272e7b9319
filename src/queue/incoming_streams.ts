import type { Redis } from 'ioredis';
import type { LeaseBroker } from '../campaign/leases/lease_broker';
import { leaseNamed, type CampaignPlan } from '../campaign/plan';
import type { RemoteEvents } from '../campaign/remote_search';
import { findingOf, keptOf } from './messages';
import * as names from './redis_names';

const FINDINGS_AT_ONCE = 200;
/** Kept programs taken in at once. Each is written to the disk, and findings come first. */
const KEPT_AT_ONCE = 100;

/** The streams that machines write to: findings, and programs that they kept. */
export class IncomingStreams {
  private readonly findings: string;
  private readonly kept: string;

  constructor(
    private readonly redis: Redis,
    private readonly plan: CampaignPlan,
  ) {
    const id = names.planId(plan);
    this.findings = names.findingsKey(id);
    this.kept = names.keptKey(id);
  }

  /** Takes in all findings. A result counts only when its findings are stored. */
  async takeFindings(broker: LeaseBroker, { somethingNew }: RemoteEvents): Promise<void> {
    const { redis, findings: key, plan } = this;
    for (;;) {
      const entries = await redis.xrange(key, '-', '+', 'COUNT', FINDINGS_AT_ONCE);
      if (entries.length === 0) return;
      await Promise.all(
        entries.map(async ([, fields]) => {
          const finding = findingOf(fields);
          const lease = leaseNamed(plan, finding?.lease ?? '');
          if (finding !== undefined && lease !== undefined && (await broker.foundElsewhere(lease, finding)))
            somethingNew();
        }),
      );
      await redis.xdel(key, ...entries.map(([id]) => id));
    }
  }

  /** Takes in some kept programs. The others wait, or Redis drops them when they are too many. */
  async takeKept({ corpus, somethingNew }: RemoteEvents): Promise<void> {
    const { redis, kept: key, plan } = this;
    const entries = await redis.xrange(key, '-', '+', 'COUNT', KEPT_AT_ONCE);
    if (entries.length === 0) return;
    for (const [, fields] of entries) {
      const kept = keptOf(fields);
      const isOfPlan = kept !== undefined && plan.lanes.some(({ id }) => id === kept.entry.lane);
      if (isOfPlan && corpus.addFromElsewhere(kept.entry, kept.reached)) somethingNew();
    }
    await redis.xdel(key, ...entries.map(([id]) => id));
  }
}
